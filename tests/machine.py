"""Programs that some tests need on the machine, and a certificate of our own making."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services import in_ci


def needed(program: str) -> str:
    """A program that the machine may be without; the tests of every change never are."""
    beside = str(Path(sys.executable).parent)  # what a package of the tests itself brings
    found = shutil.which(program) or shutil.which(program, path=f"{beside}:/usr/sbin")
    if found is None and not in_ci():
        pytest.skip(f"needs {program}")
    assert found, f"needs {program}"
    return found


def certificate(folder: Path, named: str = "clinic.example.org") -> None:
    """A certificate of our own making for a name, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, named)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(named)]), critical=False)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

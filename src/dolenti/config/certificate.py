"""How long the certificate of the site's address is still good: read as a browser meets it, from
whatever ends TLS there, or from the file that ``DOLENTI_CERTIFICATE`` names."""

from __future__ import annotations

import socket
import ssl
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings

FEW_DAYS: Final = 14
"""Days left below which somebody renews it."""
_LOOK_EVERY: Final = 3600.0
_TIMEOUT: Final = 2.0
_seen: dict[tuple[str, str], tuple[float, datetime | None]] = {}


def days_left() -> int | None:
    """Whole days until the certificate ends, negative once it has; ``None`` where there is no TLS,
    or it cannot be read. Each process looks once an hour."""
    what = (settings.ADDRESS, settings.CERTIFICATE)
    at, ends = _seen.get(what, (None, None))
    if at is None or time.monotonic() - at > _LOOK_EVERY:
        ends = _ends(*what)
        _seen[what] = (time.monotonic(), ends)
    return None if ends is None else (ends - datetime.now(UTC)).days


def _ends(address: str, file: str) -> datetime | None:
    try:
        pem = Path(file).read_bytes() if file else _presented(address)
        return None if pem is None else x509.load_pem_x509_certificate(pem).not_valid_after_utc
    except (OSError, ValueError):
        return None


def _presented(address: str) -> bytes | None:
    """The certificate that is shown at an address, whether a browser would take it or not."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        return None
    looking = ssl.create_default_context()
    looking.check_hostname = False
    looking.verify_mode = ssl.CERT_NONE  # one that has ended is what is looked for
    with (
        socket.create_connection((parts.hostname, parts.port or 443), _TIMEOUT) as wire,
        looking.wrap_socket(wire, server_hostname=parts.hostname) as there,
    ):
        shown = there.getpeercert(binary_form=True)
    return ssl.DER_cert_to_PEM_cert(shown).encode() if shown else None

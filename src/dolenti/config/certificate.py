"""How long the certificate of the site's address is still good, and whether a browser takes it:
read as a browser meets it, from whatever ends TLS there, or from the file that
``DOLENTI_CERTIFICATE`` names."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass
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
_seen: dict[tuple[str, str], tuple[float, _Shown]] = {}


@dataclass(frozen=True)
class _Shown:
    """When it ends, and whether the machine's own store of authorities vouches for it and its name
    is the right one; ``None`` where that cannot be told."""

    ends: datetime | None = None
    trusted: bool | None = None


def days_left() -> int | None:
    """Whole days until the certificate ends, negative once it has; ``None`` where there is no TLS,
    or it cannot be read. Each process looks once an hour."""
    ends = _looked().ends
    return None if ends is None else (ends - datetime.now(UTC)).days


def is_trusted() -> bool | None:
    """Whether a browser takes it without a warning; ``None`` where that cannot be told: no TLS,
    nobody answers, or only a file is looked at. Looks as often as ``days_left``."""
    return _looked().trusted


def _looked() -> _Shown:
    what = (settings.ADDRESS, settings.CERTIFICATE)
    at, shown = _seen.get(what, (None, _Shown()))
    if at is None or time.monotonic() - at > _LOOK_EVERY:
        shown = _look(*what)
        _seen[what] = (time.monotonic(), shown)
    return shown


def _look(address: str, file: str) -> _Shown:
    try:
        if file:
            return _Shown(_end_of(Path(file).read_bytes()))
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname:
            return _Shown()
        place = (parts.hostname, parts.port or 443)
        shown = _presented(place)
        return _Shown(_end_of(shown) if shown else None, _is_vouched_for(place))
    except (OSError, ValueError):
        return _Shown()


def _end_of(pem: bytes) -> datetime:
    return x509.load_pem_x509_certificate(pem).not_valid_after_utc


def _is_vouched_for(place: tuple[str, int]) -> bool | None:
    try:
        _shake_hands(place, ssl.create_default_context())
    except ssl.SSLCertVerificationError:
        return False
    except OSError:
        return None
    return True


def _presented(place: tuple[str, int]) -> bytes | None:
    """The certificate that is shown at a place, whether a browser would take it or not."""
    looking = ssl.create_default_context()
    looking.check_hostname = False
    looking.verify_mode = ssl.CERT_NONE  # one that has ended is what is looked for
    shown = _shake_hands(place, looking)
    return ssl.DER_cert_to_PEM_cert(shown).encode() if shown else None


def _shake_hands(place: tuple[str, int], how: ssl.SSLContext) -> bytes | None:
    with (
        socket.create_connection(place, _TIMEOUT) as wire,
        how.wrap_socket(wire, server_hostname=place[0]) as there,
    ):
        return there.getpeercert(binary_form=True)

"""A word that would say something of a patient, as an address carries it: covered, so that no
history of a browser and no log of a proxy reads it beside the patient’s number.

AES-SIV under a key made from the site’s secret key: the same word is the same address, one that was
changed is none, and former keys still open theirs. It hides the word from whoever has no key; who
may open the page is asked as of any other.

    @page("patients/<slug:public_id>/facts/<covered:fact>/", "patient-fact", ...)
    {{ name|covered }}
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.urls import register_converter

from dolenti.access.at_rest import site_keys


def cover(word: str) -> str:
    """The word as an address carries it; an empty one stays so."""
    if not word:
        return ""
    sealed = _cipher(settings.SECRET_KEY).encrypt(word.encode(), None)
    return _as_address(sealed)


def _as_address(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def uncover(code: str) -> str | None:
    """The word of an address; ``None`` where it is none of this site’s."""
    try:
        sealed = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if _as_address(sealed) != code:  # bits at its end that say nothing were changed
        return None
    for key in site_keys():
        try:
            return _cipher(key).decrypt(sealed, None).decode()
        except (InvalidTag, ValueError):
            continue
    return None


@lru_cache(maxsize=8)
def _cipher(secret: str) -> AESSIV:
    made = HKDF(SHA256(), 64, salt=None, info=b"dolenti in an address").derive(secret.encode())
    return AESSIV(made)


class Covered:
    """A part of an address that is such a word."""

    regex = "[-_A-Za-z0-9]+"

    def to_python(self, value: str) -> str:
        """The word. Raises ``ValueError``, by which the address is none."""
        word = uncover(value)
        if word is None:
            raise ValueError(value)
        return word

    def to_url(self, value: str) -> str:
        """The address of a word."""
        return cover(str(value))


register_converter(Covered, "covered")

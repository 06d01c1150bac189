"""Bytes that are kept encrypted: a database or a backup without the site's key shows none of them.

AES-256-GCM, a nonce of its own for each, under a key made from the site's secret key (which stands
in no database); former keys open what they sealed. What the bytes belong to is part of what is
authenticated: put beside another row they do not open.

    content = at_rest.seal(jpeg, about="session photo/4f…/81…")
    jpeg = at_rest.unseal(content, about="session photo/4f…/81…")
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from dolenti.guideline.errors import InputError

_NONCE: Final = 12
_NAME: Final = 8
"""Bytes that name the key, in front of the nonce."""


class UnsealedError(InputError):
    """What was sealed does not open: another key sealed it, or it was changed or moved."""


class KeptSealed(Protocol):
    """A model whose rows hold sealed bytes; a drill opens one of them."""

    content: bytes

    @property
    def about(self) -> str:
        """What the bytes were sealed for."""

    def unsealed(self, keys: Sequence[str] = ()) -> bytes:
        """The bytes in clear. Raises ``UnsealedError``."""


def seal(clear: bytes, *, about: str, key: str = "") -> bytes:
    """Sealed by the site's key as it is now, or by this ``key``, for what it is ``about``."""
    made = _key(key or settings.SECRET_KEY)
    nonce = os.urandom(_NONCE)
    return _name(made) + nonce + AESGCM(made).encrypt(nonce, clear, about.encode())


def unseal(sealed: bytes, *, about: str, keys: Sequence[str] = ()) -> bytes:
    """What was sealed, by the key of the site or a former one; or by these ``keys`` instead.

    Raises ``UnsealedError``.
    """
    name, nonce = sealed[:_NAME], sealed[_NAME : _NAME + _NONCE]
    for key in map(_key, keys or site_keys()):
        if _name(key) != name:
            continue
        try:
            return AESGCM(key).decrypt(nonce, sealed[_NAME + _NONCE :], about.encode())
        except InvalidTag:
            break
    raise UnsealedError(
        "this was sealed by another secret key of the site, or was changed; put the former key "
        "back (DOLENTI_FORMER_KEYS)",
        fr="ceci a été chiffré avec une autre clé secrète du site, ou a été modifié\u00a0; "
        "remettez l’ancienne clé (DOLENTI_FORMER_KEYS)",
    )


def site_keys() -> list[str]:
    """The key of the site as it is now, by which it seals and signs, and the former ones, which
    open what they sealed."""
    return [settings.SECRET_KEY, *settings.FORMER_KEYS]


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"dolenti at rest").derive(secret.encode())


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"name of " + key).digest()[:_NAME]


__all__ = ["KeptSealed", "UnsealedError", "seal", "site_keys", "unseal"]

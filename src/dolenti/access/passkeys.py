"""A passkey's name in addresses."""

from __future__ import annotations

import hashlib

from allauth.mfa.models import Authenticator


def passkey_id(passkey: Authenticator) -> str:
    """A name for a passkey: made of itself, and of no use to anyone else."""
    return hashlib.sha256(passkey.data["credential"]["rawId"].encode()).hexdigest()[:16]

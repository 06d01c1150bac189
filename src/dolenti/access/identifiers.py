"""Public ids: random, so that nobody can count or guess records."""

from __future__ import annotations

import secrets

LENGTH = 16
# No vowels, no look-alikes: an id never spells a word and can be read out over the telephone.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
_EVEN = 256 - 256 % len(ALPHABET)
"""Bytes from here on are drawn again: else some characters would come more often."""


def new_public_id() -> str:
    """Sixteen characters, 76 bits: guessing one takes longer than there are years."""
    found = ""
    while len(found) < LENGTH:  # one draw nearly always does: a run makes ten thousands of ids
        even = (one for one in secrets.token_bytes(2 * LENGTH) if one < _EVEN)
        found += "".join(ALPHABET[one % len(ALPHABET)] for one in even)
    return found[:LENGTH]


def is_public_id(text: object) -> bool:
    """Whether something may be a public id."""
    return isinstance(text, str) and len(text) == LENGTH and set(text) <= set(ALPHABET)

"""Public ids: random, so that nobody can count or guess records."""

from __future__ import annotations

import secrets

LENGTH = 16
# No vowels, no look-alikes: an id never spells a word and can be read out over the telephone.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def new_public_id() -> str:
    """Sixteen characters, 76 bits: guessing one takes longer than there are years."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_public_id(text: object) -> bool:
    """Whether something may be a public id."""
    return isinstance(text, str) and len(text) == LENGTH and set(text) <= set(ALPHABET)

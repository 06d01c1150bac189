"""Slows down whoever guesses passwords, by account, without locking a clinician out for long."""

from __future__ import annotations

import hashlib

from django.core.cache import cache

TRIES = 8
SECONDS = 300


def _key(email: str) -> str:
    return "login-" + hashlib.sha256(email.strip().lower().encode()).hexdigest()


def too_many(email: str) -> bool:
    """Whether this account had too many wrong passwords in the last five minutes."""
    return int(cache.get(_key(email), 0)) >= TRIES


def failed(email: str) -> None:
    """Count one wrong password."""
    key = _key(email)
    if not cache.add(key, 1, SECONDS):
        cache.incr(key)


def succeeded(email: str) -> None:
    """Forget the wrong ones."""
    cache.delete(_key(email))

"""What one network address tried in the last hour: kept for that hour, as a fingerprint."""

from __future__ import annotations

import hashlib
from typing import Final

from django.core.cache import cache
from django.utils import timezone

MOST: Final = 20
"""Tries of one kind from one address in an hour: what comes after is not even looked at."""
_HOUR: Final = 3600


def is_too_often(what: str, network: str) -> bool:
    """Whether an address tried this as often as it may."""
    return len(_tries(what, network)) >= MOST


def count(what: str, network: str) -> None:
    """One more try from an address."""
    tries = [*_tries(what, network), timezone.now().timestamp()]
    cache.set(_key(what, network), tries, _HOUR)


def _tries(what: str, network: str) -> list[float]:
    since = timezone.now().timestamp() - _HOUR
    return [at for at in cache.get(_key(what, network), []) if at > since]


def _key(what: str, network: str) -> str:
    return f"diary-{what}-{hashlib.sha256(network.encode()).hexdigest()}"

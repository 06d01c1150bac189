"""What is made of an edition once in a process: for the one in force, and a few that old records
were written by."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from dolenti.guideline.knowledge import Edition

T = TypeVar("T")


def once_an_edition(most: int) -> Callable[[Callable[[Edition], T]], Callable[[Edition], T]]:
    """Keep what a function makes of an edition by the edition's hash, of ``most`` editions; the one
    made first goes first. What raises is not kept."""

    def keeping(make: Callable[[Edition], T]) -> Callable[[Edition], T]:
        kept: dict[str, T] = {}

        @wraps(make)
        def made(edition: Edition) -> T:
            known = kept.get(edition.sha256)
            if known is not None:
                return known
            new = make(edition)
            while len(kept) >= most:
                kept.pop(next(iter(kept)), None)
            kept[edition.sha256] = new
            return new

        return made

    return keeping

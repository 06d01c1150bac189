"""What is made once in a process: of an edition, for the one in force and a few that old records
were written by; and of whatever is too large to be compared."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Generic, TypeVar

from dolenti.guideline.knowledge import Edition

T = TypeVar("T")


class Itself(Generic[T]):
    """Something as the key of a cache: itself and no other, were it equal. Comparing two would cost
    more than what is kept."""

    __slots__ = ("it",)

    def __init__(self, it: T) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and other.it is self.it


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

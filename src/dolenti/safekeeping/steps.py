"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

Progress: TypeAlias = Callable[[float], None]  # from 0 to 1
# Called when a step begins, with one of STEPS.
Steps: TypeAlias = Callable[[str], Progress]

STEPS: Final = (
    "copy", "check", "write", "read", "make", "load", "compare", "seal", "unseal", "send",
)  # fmt: skip


def silent(_: str) -> Progress:
    """For whom the end is news enough."""
    return lambda _: None


class Counter:
    """Turns rows done into a part of the whole, and says so now and then."""

    EVERY: Final = 1000

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def add(self) -> None:
        """One row more."""
        self._done += 1
        if self._done % self.EVERY == 0:
            self._progress(min(1.0, self._done / self._total) if self._total else 1.0)

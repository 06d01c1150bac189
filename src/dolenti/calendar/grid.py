"""A day drawn to scale: where each piece of it stands, which of them share the width, what is free.

Pure. Everything is in minutes of the day on the site's clock, from 0 to ``DAY``, and a piece is
drawn from a whole ``UNIT`` to a whole one: what lasts seven minutes takes ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dolenti.calendar.moments import Span, day_bounds, to_local

UNIT: Final = 5
DAY: Final = 24 * 60
STEP: Final = 30
"""A hole is offered in pieces that end on the half hour."""
LEAST: Final = 20
"""No hole shorter than this is offered."""


@dataclass(frozen=True, order=True)
class Stretch:
    """A piece of a day, from ``start`` up to but not including ``end``, in minutes of the day."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """In minutes."""
        return self.end - self.start

    def meets(self, other: Stretch) -> bool:
        """Whether the two share a minute."""
        return self.start < other.end and other.start < self.end


def up_to_unit(minute: int) -> int:
    """The next whole unit, where this is none."""
    return -(-minute // UNIT) * UNIT


def stretch(span: Span, day: date) -> Stretch | None:
    """What a span takes of a day, as the clock on the wall shows it; ``None`` where nothing.

    Of real length from its hour on: in the night when the clock jumps, what lasts half an hour is
    half an hour high.
    """
    bounds = Span(*day_bounds(day))
    if not span.meets(bounds):
        return None
    start, end = max(span.start, bounds.start), min(span.end, bounds.end)
    local = to_local(start)
    first = local.hour * 60 + local.minute
    last = DAY if end == bounds.end else first + round((end - start).total_seconds() / 60)
    first -= first % UNIT
    return Stretch(first, min(DAY, max(first + UNIT, up_to_unit(last))))


def lanes(pieces: Sequence[Stretch]) -> list[tuple[int, int]]:
    """For each piece, in the order given: its lane, and how many lanes its company needs.

    Pieces that meet stand beside each other; one that meets nobody has the whole width, ``(0, 1)``.
    """
    found: list[tuple[int, int]] = [(0, 1)] * len(pieces)
    company: list[int] = []
    ends: list[int] = []  # of each lane of the company
    lane_of: dict[int, int] = {}

    def settle() -> None:
        for one in company:
            found[one] = (lane_of[one], len(ends))

    for number in sorted(range(len(pieces)), key=lambda one: pieces[one]):
        piece = pieces[number]
        if company and piece.start >= max(ends):
            settle()
            company, ends = [], []
        lane = next((n for n, end in enumerate(ends) if end <= piece.start), len(ends))
        ends[lane : lane + 1] = [piece.end]
        lane_of[number] = lane
        company.append(number)
    settle()
    return found


def without(whole: Stretch, taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of a stretch once these are taken out of it, in order."""
    left, at = [], whole.start
    for one in sorted(taken):
        if one.start > at:
            left.append(Stretch(at, min(one.start, whole.end)))
        at = max(at, one.end)
        if at >= whole.end:
            return left
    return [*left, Stretch(at, whole.end)]


def pieces_of(hole: Stretch) -> list[Stretch]:
    """A hole as it is offered: up to each half hour; what is left over, if it is long enough."""
    found, at = [], hole.start
    while at < hole.end:
        end = min(hole.end, at - at % STEP + STEP)
        if end - at >= LEAST:
            found.append(Stretch(at, end))
        at = end
    return found

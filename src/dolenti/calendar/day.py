"""How a day stands at a moment: who is late, who waits and since when, who comes next.

Pure: what is looked at is a ``Visit``, and the moment is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Generic, TypeVar

from dolenti.calendar.moments import Span

T = TypeVar("T")
PATIENCE: Final = timedelta(minutes=15)
"""Past their hour by more than this, somebody who waits is told of in the colour of a warning."""


class Place(StrEnum):
    """Where a visit stands on its day."""

    LATE = "late"  # the hour has passed, and nobody arrived
    WAITING = "waiting"  # arrived, and not yet seen
    NEXT = "next"  # to come
    OVER = "over"  # seen, missed or cancelled


@dataclass(frozen=True)
class Visit(Generic[T]):
    """One entry of the agenda. ``what`` is whatever it stands for; ``arrived_at`` is unknown where
    the arrival was written on another day."""

    what: T
    span: Span
    state: str
    arrived_at: datetime | None = None


def place(visit: Visit[T], now: datetime) -> Place:
    """Where a visit stands. Late begins one whole minute after the hour."""
    if visit.state == "planned":
        return Place.LATE if minutes_late(visit, now) > 0 else Place.NEXT
    if visit.state in ("arrived", "prepared"):
        return Place.WAITING
    return Place.OVER


def minutes_late(visit: Visit[T], now: datetime) -> int:
    """Whole minutes since the hour of a visit; 0 before it."""
    return _minutes(now - visit.span.start)


def minutes_waiting(visit: Visit[T], now: datetime) -> int | None:
    """Whole minutes since the patient arrived; ``None`` where nobody wrote when."""
    return None if visit.arrived_at is None else _minutes(now - visit.arrived_at)


def is_kept_waiting(visit: Visit[T], now: datetime) -> bool:
    """Whether somebody who is there is past their hour by more than ``PATIENCE``."""
    return place(visit, now) is Place.WAITING and now - visit.span.start > PATIENCE


@dataclass(frozen=True)
class Standing(Generic[T]):
    """A day at a moment: the latest first, the longest waiting first, the next to come first."""

    late: tuple[Visit[T], ...]
    waiting: tuple[Visit[T], ...]
    coming: tuple[Visit[T], ...]
    over: int


def standing(visits: Iterable[Visit[T]], now: datetime) -> Standing[T]:
    """Who is late, who waits, who comes, and how many are over."""
    found: dict[Place, list[Visit[T]]] = {one: [] for one in Place}
    for visit in visits:
        found[place(visit, now)].append(visit)
    by_hour = sorted(found[Place.NEXT], key=lambda one: one.span.start)
    late = sorted(found[Place.LATE], key=lambda one: one.span.start)
    waiting = sorted(found[Place.WAITING], key=lambda one: one.arrived_at or one.span.start)
    return Standing(tuple(late), tuple(waiting), tuple(by_hour), len(found[Place.OVER]))


def _minutes(length: timedelta) -> int:
    return max(0, int(length.total_seconds() // 60))

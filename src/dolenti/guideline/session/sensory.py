"""The sensory map of a cryoneurolysis: where what was felt before and after, and whether that
raises the alarm of the knowledge (``sensory_test``): nothing more is frozen then.

An area that nobody tested is neither numb nor normal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from dolenti.guideline.session.shapes.cryo import SensoryTest, TestPoint

Finding = Literal["normal", "less", "none"]
BEFORE = "before"
AFTER = "after-15-min"
GRAVE: tuple[Finding, ...] = ("normal", "less", "none")
"""What is felt, the worst last."""


class Felt(Protocol):
    """What was felt in an area, by one way of testing."""

    @property
    def area(self) -> str: ...
    @property
    def modality(self) -> str: ...
    @property
    def finding(self) -> Finding: ...


def alarmed(
    test: SensoryTest, before: Iterable[Felt], after: Iterable[Felt], moves_after: bool | None
) -> tuple[TestPoint, ...] | None:
    """The areas that raise the alarm: dulled or numb after it, where they must not be, unless they
    were as dull before it. Empty where strength is lost alone; ``None`` where nothing does."""
    known = {(one.area, one.modality): one.finding for one in before}
    names = set(_worse(after, known))
    areas = tuple(one for one in test.areas if one.alarm and one.id in names)
    return areas if areas or moves_after is False else None


@dataclass(frozen=True, slots=True)
class Due:
    """A moment at which feeling is tested again, and its day."""

    moment: TestPoint
    on: date


def due(test: SensoryTest, frozen_on: date) -> tuple[Due, ...]:
    """When feeling is tested again after a freeze, in order."""
    later = [one for one in test.when if one.days is not None]
    return tuple(Due(one, frozen_on + timedelta(days=one.days or 0)) for one in later)


def due_on(test: SensoryTest, frozen_on: date, recorded: Collection[str], day: date) -> Due | None:
    """The moment at which feeling is to be tested again by a ``day``: the last that has come,
    unless a map of it or of a later one was ``recorded`` (the ids of their moments). One that was
    missed is made up for until the next has come; nobody goes back before it."""
    come = [one for one in due(test, frozen_on) if one.on <= day]
    if not come:
        return None
    closing = [one.moment.id for one in due(test, frozen_on) if one.on >= come[-1].on]
    return None if not set(recorded).isdisjoint(closing) else come[-1]


def belated(due_of: Iterable[Due], moment: str, frozen_on: date, on: date) -> int | None:
    """After how many days a map of a moment was made, where that is not the day of the moment."""
    meant = next((one.on for one in due_of if one.moment.id == moment), None)
    if meant in (None, on):
        return None
    return (on - frozen_on).days


@dataclass(frozen=True, slots=True)
class Awaited:
    """Of which freezes a moment is awaited on a day: those of the days ``first`` (``None``: any
    before) to ``last`` without a map of one of the moments ``closed_by``."""

    first: date | None
    last: date
    closed_by: tuple[str, ...]


def awaited(test: SensoryTest, day: date) -> tuple[Awaited, ...]:
    """The same as ``due_on``, of every freeze at once: for whoever asks a database."""
    later = sorted((one for one in test.when if one.days is not None), key=lambda p: p.days or 0)
    found = []
    for place, one in enumerate(later):
        after = later[place + 1 :]
        first = day - timedelta(days=(after[0].days or 0) - 1) if after else None
        ids = tuple(point.id for point in later[place:])
        found.append(Awaited(first, day - timedelta(days=one.days or 0), ids))
    return tuple(found)


def is_back(
    test: SensoryTest,
    before: Iterable[Felt],
    after: Iterable[Felt],
    later: Iterable[Felt],
    moves_later: bool | None,
) -> bool | None:
    """Whether feeling came back: no area is felt less than before the freeze, and each that was
    felt less right after it was tested again. Never where the alarm is raised; ``None`` where
    nobody can tell."""
    felt, first = list(later), list(before)
    known = {(one.area, one.modality): one.finding for one in first}
    if alarmed(test, first, felt, moves_later) is not None:
        return False
    again = {(one.area, one.modality) for one in felt}
    lost = {(one.area, one.modality) for one in after if _is_graver(one, known)}
    if not felt or not lost <= again or any(_is_graver(one, known) for one in felt):
        return None
    return True


def _worse(after: Iterable[Felt], known: dict[tuple[str, str], Finding]) -> Iterator[str]:
    return (one.area for one in after if _is_graver(one, known))


def _is_graver(one: Felt, known: dict[tuple[str, str], Finding]) -> bool:
    before = known.get((one.area, one.modality), "normal")
    return GRAVE.index(one.finding) > GRAVE.index(before)

"""The sensory map of a cryoneurolysis: where what was felt before and after, and whether that
raises the alarm of the knowledge (``sensory_test``): nothing more is frozen then.

An area that nobody tested is neither numb nor normal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

from dolenti.guideline.session.shapes.cryo import SensoryTest, TestPoint

Finding = Literal["normal", "less", "none"]
BEFORE = "before"
AFTER = "after-15-min"


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


def _worse(after: Iterable[Felt], known: dict[tuple[str, str], Finding]) -> Iterator[str]:
    grave = ("normal", "less", "none")
    for one in after:
        before = known.get((one.area, one.modality), "normal")
        if grave.index(one.finding) > grave.index(before):
            yield one.area

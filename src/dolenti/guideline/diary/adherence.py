"""How much of what was asked between the visits was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dolenti.guideline.diary.windows import Due


@dataclass(frozen=True, slots=True)
class Adherence:
    """How many windows were asked until now, answered, and answered late. One that is still open
    without being overdue is not counted; one that was not asked never is."""

    asked: int
    answered: int
    late: int


def adherence(dues: Sequence[Due]) -> Adherence:
    """What became of the windows of a course at a moment."""
    answered = [one for one in dues if one.status == "answered"]
    missed = sum(one.status in ("overdue", "expired") for one in dues)
    return Adherence(len(answered) + missed, len(answered), sum(one.late for one in answered))

"""When somebody can come: which days of the week, which part of the day, between which days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dolenti.calendar.moments import to_local
from dolenti.calendar.slots import Slot
from dolenti.guideline.knowledge import Text

MORNING: Final = "morning"
AFTERNOON: Final = "afternoon"
NOON: Final = 12
"""The hour from which it is the afternoon."""
NOT_THEN: Final = Text(
    fr="aucun créneau libre à ce moment de la journée", en="no free slot at that time of day"
)


@dataclass(frozen=True)
class Preferred:
    """What is preferred; what is not said takes every time. ``days`` are of the week, 0 is Monday;
    ``first`` and ``last`` are days that are still taken."""

    days: Collection[int] = ()
    part: str = ""
    first: date | None = None
    last: date | None = None

    def takes_day(self, day: date) -> bool:
        """Whether somebody can come on a day."""
        return (
            (not self.days or day.weekday() in self.days)
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
        )

    def takes(self, slot: Slot) -> bool:
        """Whether a free slot of such a day is in the part of the day that is preferred."""
        hour = to_local(slot.span.start).hour
        return {MORNING: hour < NOON, AFTERNOON: hour >= NOON}.get(self.part, True)

    @property
    def can_be(self) -> bool:
        """Whether any day is left: a day of the week may not lie between two dates."""
        if self.first is None or self.last is None:
            return True
        between = min((self.last - self.first).days + 1, 7)
        return any(self.takes_day(self.first + timedelta(days=n)) for n in range(between))

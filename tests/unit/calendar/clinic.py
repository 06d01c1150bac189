"""The North clinic's hours: weekdays in the morning and the afternoon, Saturday morning."""

# Times on the clinic's clock have no zone: they are what is tested here.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import datetime, time, timedelta

from dolenti.calendar.moments import Span, lasting, to_utc
from dolenti.calendar.opening import Hours, Opening, weekdays

MORNING, AFTERNOON = Hours(time(9), time(12, 30)), Hours(time(14), time(18))
WEEK = {**weekdays(range(5), MORNING, AFTERNOON), 5: (MORNING,)}
NORTH = Opening(WEEK)


def at(*moment: int) -> datetime:
    """A moment by the clinic's clock: year, month, day, hour, minute."""
    return to_utc(datetime(*moment))


def hours_from(start: datetime, hours: float) -> Span:
    return lasting(start, timedelta(hours=hours))

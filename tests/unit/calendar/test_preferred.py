"""When somebody can come: what is not said takes every time, and impossible wishes are told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.calendar.moments import Span
from dolenti.calendar.preferred import Preferred
from dolenti.calendar.slots import Slot

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 11, 23)
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


def at(hour: int) -> Slot:
    start = datetime(2026, 11, 23, hour, tzinfo=PARIS)
    return Slot(Span(start, start + timedelta(minutes=30)))


def test_nothing_said_takes_everything() -> None:
    assert Preferred().takes_day(MONDAY)
    assert Preferred(part="any").takes(at(9))
    assert Preferred(part="any").takes(at(15))


@pytest.mark.parametrize("part, taken", [("morning", [9]), ("afternoon", [12, 15])])
def test_a_part_of_the_day_begins_and_ends_at_noon(part: str, taken: list[int]) -> None:
    assert [hour for hour in (9, 12, 15) if Preferred(part=part).takes(at(hour))] == taken


def test_both_limits_are_days_on_which_somebody_can_come() -> None:
    wanted = Preferred(first=MONDAY, last=MONDAY + timedelta(days=1))
    days = [MONDAY + timedelta(days=n) for n in range(-1, 3)]
    assert [wanted.takes_day(day) for day in days] == [False, True, True, False]


@given(st.sets(st.integers(0, 6)), DAYS, DAYS)
def test_what_can_be_has_a_day(days: set[int], first: date, last: date) -> None:
    wanted = Preferred(tuple(days), first=first, last=last)
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    assert wanted.can_be == any(wanted.takes_day(day) for day in every)

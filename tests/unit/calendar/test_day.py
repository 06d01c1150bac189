"""How a day stands at a moment: rules of values, without a database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dolenti.calendar.day import (
    Place,
    Visit,
    is_kept_waiting,
    minutes_late,
    minutes_waiting,
    place,
    standing,
)
from tests.unit.calendar.clinic import at, hours_from

TEN = at(2026, 11, 24, 10)


def visit(
    what: str = "", start: datetime = TEN, state: str = "planned", arrived: datetime | None = None
) -> Visit[str]:
    return Visit(what, hours_from(start, 0.5), state, arrived)


def after(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "minutes,expected", [(-30, Place.NEXT), (0, Place.NEXT), (0.9, Place.NEXT), (1, Place.LATE)]
)
def test_late_begins_one_whole_minute_after_the_hour(minutes: float, expected: Place) -> None:
    assert place(visit(), after(minutes)) is expected


@pytest.mark.parametrize(
    "state,expected",
    [
        ("arrived", Place.WAITING),
        ("prepared", Place.WAITING),
        ("delivered", Place.OVER),
        ("signed", Place.OVER),
        ("cancelled", Place.OVER),
        ("missed", Place.OVER),
    ],
)
def test_whoever_arrived_is_never_late(state: str, expected: Place) -> None:
    assert place(visit(state=state), after(90)) is expected


def test_minutes_are_whole_and_never_below_nothing() -> None:
    assert minutes_late(visit(), after(12.9)) == 12
    assert minutes_late(visit(), after(-5)) == 0
    assert minutes_waiting(visit(arrived=after(-8)), after(4)) == 12
    assert minutes_waiting(visit(state="arrived"), after(4)) is None


def test_who_came_early_is_not_kept_waiting_before_their_hour() -> None:
    early = visit(state="arrived", arrived=after(-40))
    assert not is_kept_waiting(early, after(15))
    assert is_kept_waiting(early, after(15.1))


def test_the_latest_the_longest_waiting_and_the_next_come_first() -> None:
    found = standing(
        [
            visit("next", after(60)),
            visit("late", after(-10)),
            visit("soon", after(30)),
            visit("waits", after(30), "arrived", after(-2)),
            visit("later still", after(-20)),
            visit("waits longer", after(90), "arrived", after(-15)),
            visit("done", after(-60), "delivered"),
        ],
        TEN,
    )
    assert [one.what for one in found.late] == ["later still", "late"]
    assert [one.what for one in found.waiting] == ["waits longer", "waits"]
    assert [one.what for one in found.coming] == ["soon", "next"]
    assert found.over == 1

"""Open or closed, and why."""

# Times on the clinic's clock have no zone: they are what is tested here.
# ruff: noqa: DTZ001

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.calendar.moments import to_local, to_utc
from dolenti.calendar.opening import (
    RULES_OF,
    Closure,
    Hours,
    Opening,
    Region,
    public_holiday,
    weekdays,
)
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from tests.unit.calendar.clinic import AFTERNOON, MORNING, NORTH, at

HALF = timedelta(minutes=30)
SUMMER = Closure(date(2026, 8, 3), date(2026, 8, 21), Text(fr="congés d’été", en="summer break"))


@pytest.mark.parametrize(
    "moment,length,is_open",
    [
        ((2026, 4, 7, 9, 0), HALF, True),
        ((2026, 4, 7, 12, 0), HALF, True),
        ((2026, 4, 7, 12, 1), HALF, False),
        ((2026, 4, 7, 8, 59), HALF, False),
        ((2026, 4, 7, 12, 0), timedelta(hours=3), False),  # over lunch
        ((2026, 4, 11, 11, 0), HALF, True),  # Saturday morning
        ((2026, 4, 11, 15, 0), HALF, False),
        ((2028, 2, 29, 9, 0), HALF, True),
    ],
)
def test_a_session_fits_into_one_opening_or_not(moment, length, is_open):
    answer = NORTH.is_open(at(*moment), length)
    assert answer.open is is_open
    assert (answer.why is None) is is_open


@pytest.mark.parametrize(
    "day,why",
    [
        (date(2026, 4, 6), "jour férié (Lundi de Pâques)"),
        (date(2026, 5, 1), "jour férié (Fête du Travail)"),
        (date(2026, 5, 14), "jour férié (Ascension)"),
        (date(2027, 5, 6), "jour férié (Ascension)"),
        (date(2026, 4, 5), "fermé le dimanche"),
        (date(2026, 11, 1), "jour férié (Toussaint)"),
        (date(2026, 8, 21), "congés d’été"),
    ],
)
def test_a_closed_day_says_why(day, why):
    opening = replace(NORTH, closures=(SUMMER,))
    closed = opening.closed_because(day)
    assert closed is not None
    assert closed.fr == why
    assert opening.spans(day) == ()
    assert opening.is_open(at(day.year, day.month, day.day, 10), HALF).why == closed


@pytest.mark.parametrize("day", [date(2026, 5, 15), date(2026, 8, 24), date(2026, 4, 7)])
def test_a_bridge_is_worked_unless_a_closure_says_otherwise(day):
    assert NORTH.closed_because(day) is None
    bridge = Closure(date(2026, 5, 15), date(2026, 5, 16), Text(fr="pont", en="bridge"))
    closed = replace(NORTH, closures=(bridge,)).closed_because(date(2026, 5, 15))
    assert closed == bridge.why


def test_outside_opening_hours_the_hours_are_told():
    why = NORTH.is_open(at(2026, 4, 7, 13), HALF).why
    assert why is not None
    assert "de 13\u00a0h à 13\u00a0h\u00a030, hors des horaires" in why.fr
    assert "09:00–12:30 and 14:00–18:00" in why.en


def test_alsace_and_moselle_keep_good_friday_and_saint_stephen():
    for region in (Region.ALSACE, Region.MOSELLE):
        friday = public_holiday(date(2026, 4, 3), region)
        assert friday is not None
        assert (friday.fr, friday.en) == ("Vendredi saint", "Good Friday")
        assert public_holiday(date(2026, 12, 26), region)
    assert public_holiday(date(2026, 4, 3)) is None


@pytest.mark.parametrize("region", Region)
def test_every_region_keeps_the_first_of_may_and_has_words(region):
    assert public_holiday(date(2027, 5, 1), region)
    assert region.label.fr


def test_the_holidays_are_those_of_the_law_in_the_year_of_the_comparison() -> None:
    """Code du travail, article L3133-1; Easter was on 5 April 2026."""
    easter = date(2026, 4, 5)
    moving = {easter + timedelta(days) for days in (1, 39, 50)}
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    law = moving | {date(RULES_OF, month, day) for month, day in fixed}
    year = (date(RULES_OF, 1, 1) + timedelta(n) for n in range(365))
    assert {day for day in year if public_holiday(day)} == law


def test_overseas_keeps_the_abolition_of_slavery():
    abolition = public_holiday(date(2026, 5, 22), Region.MARTINIQUE)
    assert abolition is not None
    assert "’" in abolition.fr


def test_a_site_may_work_on_a_holiday_but_not_through_a_closure():
    easter = date(2026, 4, 6)
    assert replace(NORTH, worked=frozenset({easter})).closed_because(easter) is None
    closed = replace(NORTH, worked=frozenset({SUMMER.first}), closures=(SUMMER,))
    assert closed.closed_because(SUMMER.first) == SUMMER.why


def test_openings_that_touch_are_one():
    opening = Opening(weekdays(range(7), Hours(time(9), time(12)), Hours(time(12), time(15))))
    assert opening.is_open(at(2026, 4, 7, 11, 30), timedelta(hours=1)).open


@pytest.mark.parametrize(
    "openings",
    [
        (AFTERNOON, MORNING),
        (MORNING, Hours(time(12), time(15))),
        (Hours(time(20), time(0)), Hours(time(21), time(22))),
    ],
)
def test_openings_that_overlap_or_are_out_of_order_are_refused(openings):
    with pytest.raises(InputError, match="Tuesday"):
        Opening({1: openings})


def test_an_opening_or_a_closure_that_ends_before_it_begins_is_refused():
    with pytest.raises(InputError, match="does not come after"):
        Hours(time(12), time(9))
    with pytest.raises(InputError, match="check both dates"):
        Closure(date(2026, 8, 21), date(2026, 8, 3), SUMMER.why)
    with pytest.raises(InputError, match="within a year"):
        Closure(date(2026, 8, 21), date(2206, 8, 21), SUMMER.why)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.integers(1, 300))
def test_what_is_open_lies_within_the_hours_of_its_day(local, minutes):
    try:
        when = to_utc(local)
    except InputError:
        return
    if NORTH.is_open(when, timedelta(minutes=minutes)).open:
        end = to_local(when + timedelta(minutes=minutes)).replace(tzinfo=None)
        assert any(
            hours.start <= local.time() and end.time() <= hours.end
            for hours in NORTH.hours(local.date())
        )
        assert not public_holiday(local.date())

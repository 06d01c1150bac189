"""Durations by the calendar: months keep the day, or take the last one of a shorter month."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.dates import Duration, read_date, read_duration, whole_years
from dolenti.guideline.errors import InputError


@pytest.mark.parametrize(
    "text,duration",
    [
        ("48 h", Duration(days=2)),
        ("1 day", Duration(days=1)),
        ("6 weeks", Duration(days=42)),
        ("3 months", Duration(months=3)),
        ("1 year", Duration(months=12)),
    ],
)
def test_durations(text: str, duration: Duration) -> None:
    assert read_duration(text) == duration
    assert read_duration(str(duration)) == duration


@pytest.mark.parametrize(
    "length,day,before,after",
    [
        (Duration(months=3), date(2026, 5, 31), date(2026, 2, 28), date(2026, 8, 31)),
        (Duration(months=3), date(2025, 11, 30), date(2025, 8, 30), date(2026, 2, 28)),
        (Duration(months=12), date(2024, 2, 29), date(2023, 2, 28), date(2025, 2, 28)),
        (Duration(days=1), date(2026, 2, 28), date(2026, 2, 27), date(2026, 3, 1)),
    ],
)
def test_a_shorter_month_gives_its_last_day(
    length: Duration, day: date, before: date, after: date
) -> None:
    assert length.before(day) == before
    assert length.after(day) == after


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)), st.integers(1, 9_999))
def test_a_month_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    for moved, sign in (
        (Duration(months=months).after(day), 1),
        (Duration(months=months).before(day), -1),
    ):
        apart = 12 * (moved.year - day.year) + moved.month - day.month
        assert apart == sign * months
        shorter = calendar.monthrange(moved.year, moved.month)[1] < day.day
        assert (moved + timedelta(days=1)).day == 1 if shorter else moved.day == day.day


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)), st.integers(1, 9_999))
def test_days_are_counted_one_by_one(day: date, days: int) -> None:
    assert Duration(days=days).after(day) == day + timedelta(days=days)
    assert Duration(days=days).before(day) == day - timedelta(days=days)


@pytest.mark.parametrize("length", [Duration(months=1), Duration(days=31), Duration(months=9_999)])
def test_beyond_the_calendar_lies_its_first_or_last_day(length: Duration) -> None:
    assert length.before(date(1, 1, 15)) == date.min
    assert length.after(date(9999, 12, 15)) == date.max


@pytest.mark.parametrize("text", ["", "3", "three months", "-1 day", "1.5 years", None, 3])
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(InputError, match="is not a duration"):
        read_duration(text)


def test_a_date_and_time_gives_its_date() -> None:
    assert read_date("2026-05-01T23:59:00+02:00") == date(2026, 5, 1)


@pytest.mark.parametrize("text", ["2026-5-1", "01/05/2026", "2026-02-30", "", None, 20260501])
def test_what_is_no_date(text: object) -> None:
    with pytest.raises(InputError, match="is not a date"):
        read_date(text)


def test_age_turns_on_the_birthday() -> None:
    assert whole_years(date(1968, 3, 2), date(2026, 3, 1)) == 57
    assert whole_years(date(1968, 3, 2), date(2026, 3, 2)) == 58

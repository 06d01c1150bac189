"""The clinic's clock, and its two bad nights."""

# Times on the clinic's clock have no zone: they are what is tested here.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.calendar.moments import (
    AmbiguousTimeError,
    Span,
    Which,
    clock,
    comes_twice,
    day_bounds,
    day_in_words,
    exists,
    lasting,
    local_day,
    span_on,
    to_local,
    to_utc,
)
from dolenti.guideline.errors import InputError

SPRING = [date(2026, 3, 29), date(2027, 3, 28)]
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31)]


@pytest.mark.parametrize("night", SPRING)
@pytest.mark.parametrize("at", [time(2), time(2, 30), time(2, 59, 59)])
def test_a_time_that_the_clock_skips_is_refused_with_a_sentence(night, at):
    with pytest.raises(InputError) as refused:
        to_utc(datetime.combine(night, at), where="start")
    assert "n’existe pas" in refused.value.fr
    assert refused.value.where == "start"
    assert not isinstance(refused.value, AmbiguousTimeError)


@pytest.mark.parametrize("night", SPRING)
def test_the_times_around_the_gap_are_one_moment_apart(night):
    before = to_utc(datetime.combine(night, time(1, 59)))
    after = to_utc(datetime.combine(night, time(3)))
    assert after - before == timedelta(minutes=1)


@pytest.mark.parametrize("night", AUTUMN)
def test_a_time_that_comes_twice_asks_which(night):
    local = datetime.combine(night, time(2, 30))
    with pytest.raises(AmbiguousTimeError) as asked:
        to_utc(local, where="start")
    (first, one), (second, other) = asked.value.choices
    assert (first, second) == (Which.SUMMER, Which.WINTER)
    assert other - one == timedelta(hours=1)
    assert to_utc(local, Which.SUMMER) == one
    assert to_utc(local, Which.WINTER) == other
    assert "deux fois 2\u00a0h\u00a030" in asked.value.in_language("fr")
    assert "twice" in str(asked.value)
    assert first.label.fr != second.label.fr


@pytest.mark.parametrize("night", AUTUMN)
@pytest.mark.parametrize("at", [time(1, 59), time(3)])
def test_the_times_around_come_once(night, at):
    to_utc(datetime.combine(night, at))


@given(st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))
def test_a_moment_goes_to_the_clock_and_back(moment):
    local = to_local(moment)
    which = Which(local.fold) if comes_twice(local.replace(tzinfo=None)) else None
    assert to_utc(local.replace(tzinfo=None), which) == moment


@given(st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1)))
def test_a_time_on_the_clock_is_refused_asked_about_or_kept(local):
    try:
        moments = [to_utc(local)]
    except AmbiguousTimeError as asked:
        moments = [moment for _, moment in asked.choices]
    except InputError:
        moments = []
    assert len(moments) == (2 if comes_twice(local) else exists(local))
    assert all(to_local(moment).replace(tzinfo=None, fold=0) == local for moment in moments)


@pytest.mark.parametrize(
    "day,hours",
    [(SPRING[0], 23), (SPRING[1], 23), (AUTUMN[0], 25), (AUTUMN[1], 25), (date(2028, 2, 29), 24)],
)
def test_a_day_has_23_24_or_25_hours(day, hours):
    start, end = day_bounds(day)
    assert end - start == timedelta(hours=hours)
    assert local_day(start) == day
    assert local_day(end - timedelta(microseconds=1)) == day
    assert local_day(end) == day + timedelta(days=1)


def test_late_in_the_evening_utc_it_is_tomorrow_at_the_clinic():
    assert local_day(datetime(2026, 7, 13, 22, 30, tzinfo=UTC)) == date(2026, 7, 14)


def test_a_length_is_real_time_across_the_change():
    evening = to_utc(datetime(2026, 3, 29, 1, 30))
    assert to_local(lasting(evening, timedelta(hours=1)).end).time() == time(3, 30)
    night = span_on(date(2026, 10, 25), time(1), time(4))
    assert night is not None
    assert night.length == timedelta(hours=4)
    night = span_on(date(2026, 3, 29), time(1), time(4))
    assert night is not None
    assert night.length == timedelta(hours=2)


def test_hours_on_the_clock_that_fall_into_the_gap_begin_or_end_at_the_jump():
    jump = to_utc(datetime(2026, 3, 29, 3))
    opens = span_on(date(2026, 3, 29), time(2, 30), time(5))
    closes = span_on(date(2026, 3, 29), time(1), time(2, 15))
    assert opens is not None
    assert closes is not None
    assert opens.start == jump
    assert closes.end == jump
    assert span_on(date(2026, 3, 29), time(2, 10), time(2, 50)) is None


def test_midnight_closes_the_day():
    whole = span_on(date(2026, 4, 7), time(0), time(0))
    assert whole is not None
    assert (whole.start, whole.end) == day_bounds(date(2026, 4, 7))


def test_spans_that_touch_do_not_meet():
    one = lasting(datetime(2026, 4, 7, 9, tzinfo=UTC), timedelta(hours=1))
    then = lasting(one.end, timedelta(hours=1))
    assert not one.meets(then)
    assert one.meets(lasting(one.start + timedelta(minutes=59), timedelta(hours=1)))
    with pytest.raises(InputError, match="end comes before"):
        Span(one.end, one.start)


def test_a_moment_without_zone_is_a_fault_of_the_program():
    naive = datetime(2026, 4, 7, 9)
    for call in (
        lambda: to_local(naive),
        lambda: lasting(naive, timedelta(hours=1)),
        lambda: Span(naive, naive),
        lambda: to_utc(naive.replace(tzinfo=UTC)),
    ):
        with pytest.raises(ValueError, match="zone"):
            call()


def test_times_and_days_are_said_as_people_say_them():
    assert clock(time(9, 5), "fr") == "9\u00a0h\u00a005"
    assert clock(time(9), "fr") == "9\u00a0h"
    assert clock(time(9, 5), "en") == "09:05"
    assert day_in_words(date(2026, 5, 1), "fr") == "vendredi 1er mai 2026"
    assert day_in_words(date(2026, 5, 1), "en") == "Friday 1 May 2026"

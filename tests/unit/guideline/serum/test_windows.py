"""Times, volumes and intervals of the chain, on both sides of each limit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from dolenti.guideline.loading import load_folder
from dolenti.guideline.serum import chain_of
from dolenti.guideline.serum import windows as w

CHAIN = chain_of(load_folder())
NINE = datetime(2026, 11, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reading(hours: float, boot: str = "b", counted: float | None = None) -> w.Reading:
    ticks = int((hours if counted is None else counted) * 3_600_000)
    return w.Reading(NINE + hours * HOUR, boot, ticks)


@pytest.mark.parametrize(
    "hours, strict, kept",
    [
        (5, False, False), (5.99, False, False), (6, False, True), (7, True, True),
        (8.5, False, True), (8.5, True, False), (9, False, True), (9.01, False, False),
        (10, False, False), (-1, False, False),
    ],
)  # fmt: skip
def test_an_incubation_lasts_six_to_nine_hours(hours: float, strict: bool, kept: bool) -> None:
    assert w.incubation_is_kept(CHAIN, reading(0), reading(hours), strict=strict) is kept


def test_a_clock_that_was_moved_keeps_nothing() -> None:
    """Seven hours by the clock, and five by what the machine counted."""
    assert not w.incubation_is_kept(CHAIN, reading(0), reading(7, counted=5), strict=False)
    assert not w.incubation_is_kept(CHAIN, reading(0), reading(7, counted=9), strict=False)
    assert w.is_clock_moved(reading(1), reading(0.5)), "back, whatever it counted"
    assert not w.is_clock_moved(reading(1), reading(7, boot="another", counted=0))
    assert not w.is_clock_moved(reading(1, boot=""), reading(7, boot="", counted=0))


def test_what_is_not_known_keeps_to_nothing() -> None:
    assert not w.within(None, NINE, HOUR)
    assert not w.volume_is_kept(CHAIN, "aliquot", None)


@pytest.mark.parametrize(
    "volume, kept", [("1.9", False), ("2", True), ("4.0", True), ("4.1", False)]
)
def test_an_aliquot_holds_two_to_four_millilitres(volume: str, kept: bool) -> None:
    assert w.volume_is_kept(CHAIN, "aliquot", Decimal(volume)) is kept


def test_a_label_is_read_within_a_quarter_of_an_hour() -> None:
    most = w.minutes(CHAIN, "label-after-draw")
    assert w.within(NINE, NINE + timedelta(minutes=15), most)
    assert not w.within(NINE, NINE + timedelta(minutes=16), most)
    assert not w.within(NINE, NINE - timedelta(seconds=1), most), "before it was drawn"


def test_a_short_incubation_goes_on_within_half_an_hour() -> None:
    out = NINE + 5 * HOUR
    assert w.may_resume(CHAIN, NINE, out, out + timedelta(minutes=30))
    assert not w.may_resume(CHAIN, NINE, out, out + timedelta(minutes=31))
    assert not w.may_resume(CHAIN, NINE, NINE + 10 * HOUR, NINE + 10 * HOUR), "it was too long"


@pytest.mark.parametrize(
    "drawn, until",
    [
        (date(2026, 11, 3), date(2027, 11, 3)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_unit_keeps_for_twelve_months(drawn: date, until: date) -> None:
    assert w.expires_on(CHAIN, drawn) == until


def days(*after: int) -> list[date]:
    return [NINE.date() + timedelta(days=n) for n in after]


@pytest.mark.parametrize(
    "given, planned, today, opened",
    [
        ([], [0, 7], 0, True),
        ([0], [0, 7], 5, True),
        ([0], [0, 7], 4, False),  # weekly: five days at least
        ([0], [0, 3], 3, True),  # two a week, as planned
        ([0], [0, 3], 2, False),
        ([0, 7], [0, 7], 56, True),
        ([0, 7], [0, 7], 57, False),  # the ninth week
        ([0], [0, 7], 0, False),  # the same day
    ],
)
def test_a_course_lasts_eight_weeks_and_keeps_its_interval(
    given: list[int], planned: list[int], today: int, opened: bool
) -> None:
    found = w.course_is_open(CHAIN, days(*given), days(*planned), days(today)[0])
    assert found is opened

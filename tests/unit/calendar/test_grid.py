"""A day drawn to scale: what stands where, beside whom, and what is free."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dolenti.calendar.grid import DAY, Stretch, lanes, pieces_of, stretch, without
from dolenti.calendar.moments import Span
from tests.unit.calendar.clinic import at

TUESDAY = date(2026, 11, 24)
STRETCHES = st.lists(
    st.tuples(st.integers(0, DAY - 5), st.integers(5, 90)).map(
        lambda one: Stretch(one[0], min(DAY, one[0] + one[1]))
    ),
    max_size=12,
)


def clock(hour: int, minute: int = 0) -> int:
    return hour * 60 + minute


def test_a_span_is_as_high_as_it_is_long_and_drawn_on_whole_fives() -> None:
    nine = at(2026, 11, 24, 9)
    assert stretch(Span(nine, nine + timedelta(minutes=45)), TUESDAY) == Stretch(540, 585)
    odd = Span(nine + timedelta(minutes=2), nine + timedelta(minutes=16))
    assert stretch(odd, TUESDAY) == Stretch(540, 560)
    assert stretch(odd, TUESDAY + timedelta(days=1)) is None


def test_what_ends_at_midnight_ends_with_its_day_and_what_goes_on_is_cut() -> None:
    late = at(2026, 11, 24, 23, 30)
    assert stretch(Span(late, late + timedelta(minutes=30)), TUESDAY) == Stretch(1410, DAY)
    assert stretch(Span(late, late + timedelta(hours=9)), TUESDAY) == Stretch(1410, DAY)


def test_half_an_hour_is_half_an_hour_high_on_the_night_that_jumps() -> None:
    start = at(2026, 3, 29, 1, 45)  # at two it is three
    half = stretch(Span(start, start + timedelta(minutes=30)), date(2026, 3, 29))
    assert half == Stretch(clock(1, 45), clock(2, 15))


def test_those_who_meet_stand_beside_each_other_and_the_others_have_the_width() -> None:
    nine, quarter, noon = Stretch(540, 600), Stretch(555, 570), Stretch(720, 750)
    assert lanes([noon, quarter, nine]) == [(0, 1), (1, 2), (0, 2)]


@given(STRETCHES)
def test_no_two_that_meet_share_a_lane(pieces: list[Stretch]) -> None:
    found = lanes(pieces)
    assert all(lane < width for lane, width in found)
    for one, (lane, _) in zip(pieces, found, strict=True):
        for other, (beside, _) in zip(pieces, found, strict=True):
            assert one is other or lane != beside or not one.meets(other)


@given(STRETCHES)
def test_what_is_free_meets_nothing_that_is_taken_and_nothing_is_lost(
    taken: list[Stretch],
) -> None:
    whole = Stretch(clock(9), clock(18))
    free = without(whole, taken)
    assert not any(one.meets(other) for one in free for other in taken)
    minutes = {n for one in taken for n in range(one.start, one.end)}
    assert sum(one.length for one in free) == len(set(range(whole.start, whole.end)) - minutes)


def test_a_hole_is_offered_up_to_each_half_hour_and_a_rest_too_short_is_not() -> None:
    hole = Stretch(clock(9, 10), clock(10, 40))
    offered = [(clock(9, 10), clock(9, 30)), (clock(9, 30), clock(10)), (clock(10), clock(10, 30))]
    assert pieces_of(hole) == [Stretch(*one) for one in offered]

"""The numerical rating scale of pain: change, IMMPACT grades, Farrar's responder."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring import pain


def test_change_is_given_in_points_and_in_percent_of_the_baseline():
    changed = pain.change(8, 5)
    assert changed.points == -3
    assert changed.relief_percent == Fraction(75, 2)


def test_a_rise_of_pain_is_a_negative_relief():
    changed = pain.change(4, 6)
    assert (changed.points, changed.relief_percent, changed.grade) == (2, -50, "none")
    assert changed.responder is False


@pytest.mark.parametrize(
    "last, relief, grade",
    [
        (9.01, "9.9", "none"),
        (9, "10", "minimal"),
        (8, "20", "minimal"),
        (7.01, "29.9", "minimal"),
        (7, "30", "moderate"),
        (5.01, "49.9", "moderate"),
        (5, "50", "substantial"),
        (0, "100", "substantial"),
    ],
)
def test_immpact_grades_begin_at_their_boundary(last, relief, grade):
    changed = pain.change(10, last)
    assert changed.relief_percent == Fraction(relief)
    assert changed.grade == grade


def test_thirty_percent_of_a_decimal_baseline_is_exactly_thirty_percent():
    # (0.1 - 0.07) / 0.1 is 29.999999999999996 % in binary floating point
    assert pain.change(0.1, 0.07).relief_percent == 30
    assert pain.change(0.1, 0.07).responder is True


@pytest.mark.parametrize(
    "baseline, last, responder",
    [
        (10, 8, True),  # 2 points, 20 %
        (10, 8.1, False),  # 1.9 points, 19 %
        (3, 2.1, True),  # 0.9 points, 30 %
        (3, 2.2, False),  # 0.8 points, 26.7 %
        (10, 7.01, True),  # 29.9 % but 2.99 points
    ],
)
def test_a_responder_falls_by_two_points_or_by_thirty_percent(baseline, last, responder):
    assert pain.change(baseline, last).responder is responder


@pytest.mark.parametrize("last", [0, 5])
def test_a_baseline_of_zero_is_not_evaluable(last):
    changed = pain.change(0, last)
    assert changed.points == last
    assert (changed.relief_percent, changed.grade, changed.responder) == (None, None, None)


def test_decimals_and_fractions_are_numbers_too():
    assert pain.change(Decimal("6.5"), Fraction(13, 4)).relief_percent == 50


@pytest.mark.parametrize(
    "value", [-0.1, 10.1, 11, float("nan"), float("inf"), Decimal("NaN"), True, "7", None, 10**99]
)
def test_what_is_no_nrs_is_refused_with_its_place(value):
    with pytest.raises(InputError, match="last"):
        pain.change(5, value)

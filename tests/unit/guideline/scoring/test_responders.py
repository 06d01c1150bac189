"""IMMPACT's thresholds and the OMERACT-OARSI responder."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring.responders import Pair, immpact, normalised, omeract_oarsi

SAME = Pair(60, 60, high=100)


def hundred(baseline, last):
    """A measure of 0-100, higher worse."""
    return Pair(baseline, last, high=100)


@pytest.mark.parametrize(
    "last, thirty, fifty", [(7.01, False, False), (7, True, False), (5, True, True)]
)
def test_immpact_thresholds_at_29_9_at_30_and_at_50_percent(last, thirty, fifty):
    assert immpact(10, last, 30) is thirty
    assert immpact(10, last, 50) is fifty


def test_immpact_is_not_evaluable_from_zero():
    assert immpact(0, 0, 30) is None


def test_measures_are_brought_to_0_100_higher_worse():
    koos = normalised(Pair(40, 70, high=100, higher_is="better"))
    assert (koos.baseline, koos.last, koos.points, koos.percent) == (60, 30, 30, 50)
    nrs = normalised(Pair(8, 6))
    assert (nrs.baseline, nrs.last, nrs.points, nrs.percent) == (80, 60, 20, 25)
    pgic_like = normalised(Pair(7, 4, low=1, high=7))
    assert (pgic_like.baseline, pgic_like.last) == (100, 50)


@pytest.mark.parametrize(
    "pain, function, responder",
    [
        (hundred(40, 20), SAME, True),  # 50 % and 20 points of pain
        (SAME, hundred(40, 20), True),  # or of function
        (hundred(38, 19), SAME, False),  # 50 % but 19 points
        (hundred(100, 51), SAME, False),  # 49 points but 49 %
        (hundred(50, 40), hundred(50, 40), True),  # 20 % and 10 points of two
        (hundred(50, 40), hundred(45, 36), False),  # the second: 20 % but 9 points
        (hundred(50, 40), hundred(100, 81), False),  # the second: 19 points but 19 %
    ],
)
def test_both_ways_to_respond_at_their_boundaries(pain, function, responder):
    assert omeract_oarsi(pain, function, SAME).responder is responder


def test_the_patients_global_counts_among_the_two_but_never_alone():
    assert omeract_oarsi(hundred(50, 40), SAME, hundred(50, 40)).responder is True
    assert omeract_oarsi(SAME, SAME, hundred(50, 0)).responder is False


def test_a_missing_measure_leaves_the_answer_open_only_where_it_could_change_it():
    assert omeract_oarsi(hundred(50, 10), None, None).responder is True
    assert omeract_oarsi(SAME, SAME, None).responder is False
    assert omeract_oarsi(hundred(50, 40), SAME, None).responder is None
    assert omeract_oarsi(SAME, None, SAME).responder is None


def test_a_baseline_of_zero_is_not_evaluable():
    answer = omeract_oarsi(hundred(0, 0), SAME, SAME)
    assert answer.pain is not None
    assert (answer.pain.percent, answer.pain.better) == (None, None)
    assert answer.responder is None


def test_zero_after_normalisation_counts_as_zero():
    best_koos = Pair(100, 90, high=100, higher_is="better")
    assert normalised(best_koos).percent is None


def test_boundaries_are_exact_in_decimals():
    assert normalised(Pair(0.5, 0.35, high=1)).percent == 30
    assert normalised(Pair(0.5, 0.4, high=1)).points == Fraction(10)


@pytest.mark.parametrize(
    "pair",
    [Pair(11, 5), Pair(5, -1), Pair(float("nan"), 5), Pair(5, 5, low=10, high=0), Pair(5, 5, 5, 5)],
)
def test_values_outside_the_scale_are_refused(pair):
    with pytest.raises(InputError, match="pain"):
        omeract_oarsi(pair, SAME, SAME)

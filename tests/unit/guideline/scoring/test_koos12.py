"""KOOS-12: 100 - mean x 25 for each scale of four, the summary their mean."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring import koos12


def test_no_problem_is_100_and_extreme_problems_are_0():
    assert koos12.score([0] * 12) == koos12.Koos12(*[Fraction(100)] * 4)
    assert koos12.score([4] * 12) == koos12.Koos12(*[Fraction(0)] * 4)


def test_the_items_are_pain_then_function_then_quality_of_life():
    scored = koos12.score([1, 2, 1, 2, 0, 0, 0, 1, 4, 3, 3, 4])
    assert scored.pain == Fraction("62.5")
    assert scored.function == Fraction("93.75")
    assert scored.quality_of_life == Fraction("12.5")
    assert scored.summary == Fraction("56.25")


def test_two_answers_of_four_are_scored_on_the_persons_mean():
    assert koos12.score([1, None, 3, None, *[0] * 8]).pain == 50


def test_one_answer_of_four_is_not_scored_and_leaves_the_summary_missing():
    scored = koos12.score([*[0] * 8, 2, None, None, None])
    assert scored.quality_of_life is None
    assert scored.summary is None
    assert (scored.pain, scored.function) == (100, 100)


def test_nothing_answered_is_nothing_scored():
    assert koos12.score([None] * 12) == koos12.Koos12(None, None, None, None)


@pytest.mark.parametrize("answers", [[], [0] * 11, [0] * 13])
def test_another_number_of_answers_is_refused(answers):
    with pytest.raises(InputError, match="KOOS-12 has 12"):
        koos12.score(answers)


@pytest.mark.parametrize("answer", [-1, 5, 1.5, float("nan"), True, "2"])
def test_an_answer_outside_0_to_4_is_refused_with_its_item(answer):
    with pytest.raises(InputError, match=r"koos12\[5\]"):
        koos12.score([0, 0, 0, 0, 0, answer, 0, 0, 0, 0, 0, 0])

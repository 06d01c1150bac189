"""Roland-Morris: a count of 24, and its change."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring import roland_morris


def test_the_score_counts_what_applies_and_not_applicable_is_no():
    assert roland_morris.score([True] * 5 + [None] * 9 + [False] * 10) == 5


def test_it_goes_from_0_to_24():
    assert roland_morris.score([None] * 24) == 0
    assert roland_morris.score([True] * 24) == 24


def test_12_to_2_is_83_percent_better_as_published():
    changed = roland_morris.change(12, 2)
    assert changed.improvement_percent == Fraction(250, 3)
    assert round(changed.improvement_percent) == 83
    assert (changed.points, changed.responder) == (-10, True)


@pytest.mark.parametrize("after, responder", [(7, True), (8, False), (12, False)])
def test_a_responder_is_better_by_thirty_percent(after, responder):
    assert roland_morris.change(10, after).responder is responder


def test_a_first_score_of_zero_is_not_evaluable():
    changed = roland_morris.change(0, 3)
    assert (changed.improvement_percent, changed.responder) == (None, None)


@pytest.mark.parametrize("before, insensitive", [(3, True), (4, False), (20, False), (21, True)])
def test_scores_near_the_ends_are_marked_insensitive(before, insensitive):
    assert roland_morris.change(before, 3).insensitive is insensitive


@pytest.mark.parametrize("answers", [[], [True] * 23, [True] * 25])
def test_another_number_of_answers_is_refused(answers):
    with pytest.raises(InputError, match="has 24"):
        roland_morris.score(answers)


@pytest.mark.parametrize("answer", [1, 0, "yes", float("nan")])
def test_an_answer_that_is_neither_yes_nor_no_is_refused(answer):
    with pytest.raises(InputError, match=r"roland-morris\[0\]"):
        roland_morris.score([answer] + [False] * 23)


@pytest.mark.parametrize("score", [-1, 25, 2.5, True, float("nan"), None])
def test_a_score_outside_0_to_24_is_refused(score):
    with pytest.raises(InputError):
        roland_morris.change(12, score)

"""What a score gives back, whole, and the name of the value that a refusal speaks of."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring import impression, koos12, pain, responders, roland_morris
from dolenti.guideline.scoring.exact import one_decimal


def test_the_change_of_an_nrs() -> None:
    change = pain.change(8, 5)
    assert (change.baseline, change.last, change.points) == (8, 5, -3)
    assert change.relief_percent == Fraction(75, 2)
    assert (change.grade, change.responder) == ("moderate", True)


def test_the_change_of_a_roland_morris_score() -> None:
    change = roland_morris.change(12, 0)
    assert (change.before, change.after, change.points) == (12, 0, -12)
    assert (change.improvement_percent, change.responder, change.insensitive) == (100, True, False)


def test_koos12_without_enough_answers_in_one_scale_keeps_the_others() -> None:
    answers = [1, 1, 1, 1, *[None] * 4, 2, 2, 2, 2]
    assert koos12.score(answers) == koos12.Koos12(Fraction(75), None, Fraction(50), None)


def test_an_improvement_brought_to_a_hundred() -> None:
    improvement = responders.normalised(responders.Pair(8, 6))
    assert (improvement.baseline, improvement.last, improvement.points) == (80, 60, 20)
    assert (improvement.percent, improvement.better) == (25, "moderate")
    assert responders.normalised(responders.Pair(8, 4)).better == "high"
    assert responders.normalised(responders.Pair(8, 7)).better == "none"


def test_nothing_to_show_is_nothing() -> None:
    assert one_decimal(None) is None
    assert one_decimal(Fraction(2996, 100)) == 29.9


@pytest.mark.parametrize(
    "score,where",
    [
        (lambda: pain.nrs(11), "nrs"),
        (lambda: pain.change(11, 1), "baseline"),
        (lambda: pain.change(1, 11), "last"),
        (lambda: impression.pgic(8), "pgic"),
        (lambda: impression.pgic(8, "answer"), "answer"),
        (lambda: roland_morris.change(25, 1), "before"),
        (lambda: roland_morris.change(1, 25), "after"),
        (lambda: responders.normalised(responders.Pair(11, 1), "pain"), "pain.baseline"),
        (lambda: responders.normalised(responders.Pair(1, 11), "pain"), "pain.last"),
        (lambda: responders.omeract_oarsi(responders.Pair(11, 1), None), "pain.baseline"),
        (lambda: responders.omeract_oarsi(None, responders.Pair(11, 1)), "function.baseline"),
        (
            lambda: responders.omeract_oarsi(None, None, responders.Pair(11, 1)),
            "patient-global.baseline",
        ),
    ],
)
def test_a_refusal_names_the_value(score: Callable[[], object], where: str) -> None:
    with pytest.raises(InputError) as caught:
        score()
    assert caught.value.where == where

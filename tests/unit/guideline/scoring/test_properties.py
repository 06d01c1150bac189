"""What holds for every score, whatever the answers (Hypothesis)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring import koos12, pain, roland_morris
from dolenti.guideline.scoring.exact import one_decimal
from dolenti.guideline.scoring.responders import Pair, normalised, omeract_oarsi

NRS = st.decimals(0, 10, places=2)
HUNDRED = st.integers(0, 100)
ANSWERS = st.lists(st.none() | st.integers(0, 4), min_size=12, max_size=12)
PAIRS = st.builds(Pair, HUNDRED, HUNDRED, high=st.just(100))
ORDER = ["none", "minimal", "moderate", "substantial"]


@given(NRS, NRS, NRS)
def test_more_relief_is_never_a_lower_grade(baseline, one, other):
    better, worse = sorted((one, other))
    if baseline == 0:
        assert pain.change(baseline, better).grade is None
    else:
        grades = [ORDER.index(pain.change(baseline, last).grade) for last in (worse, better)]
        assert grades == sorted(grades)


@given(NRS, NRS)
def test_a_float_means_what_it_is_written_as(baseline, last):
    assert pain.change(float(baseline), float(last)) == pain.change(baseline, last)


@given(NRS, NRS)
def test_moderate_relief_and_above_is_a_responder(baseline, last):
    changed = pain.change(baseline, last)
    if changed.grade in ("moderate", "substantial"):
        assert changed.responder is True


@given(st.floats() | st.decimals(allow_nan=True, allow_infinity=True) | st.integers())
def test_an_nrs_is_from_0_to_10_or_refused(value):
    try:
        accepted = 0 <= value <= 10
    except ArithmeticError:  # a signalling NaN
        accepted = False
    if accepted:
        assert pain.nrs(value) == Fraction(str(value))
    else:
        with pytest.raises(InputError):
            pain.nrs(value)


@given(ANSWERS)
def test_koos12_stays_within_0_and_100_and_the_summary_between_its_scales(answers):
    scored = koos12.score(answers)
    scales = [scored.pain, scored.function, scored.quality_of_life]
    known = [scale for scale in scales if scale is not None]
    assert all(0 <= scale <= 100 for scale in known)
    if scored.summary is None:
        assert len(known) < 3
    else:
        assert min(known) <= scored.summary <= max(known)


@given(ANSWERS, st.integers(0, 11))
def test_a_worse_answer_never_raises_koos12(answers, item):
    if answers[item] in (None, 4):
        return
    worse = [*answers]
    worse[item] += 1
    before, after = koos12.score(answers), koos12.score(worse)
    if before.summary is not None and after.summary is not None:
        assert after.summary < before.summary


@given(st.lists(st.none() | st.booleans(), min_size=24, max_size=24))
def test_not_applicable_counts_as_no_wherever_it_stands(answers):
    assert roland_morris.score(answers) == roland_morris.score([bool(a) for a in answers])


@given(PAIRS, PAIRS, PAIRS)
def test_turning_a_scale_round_changes_nothing(first, second, third):
    def turned(pair):
        return Pair(100 - pair.baseline, 100 - pair.last, high=100, higher_is="better")

    pairs = (first, second, third)
    assert omeract_oarsi(*pairs) == omeract_oarsi(*map(turned, pairs))


@given(PAIRS, PAIRS, PAIRS, st.integers(0, 2))
def test_an_answer_without_a_measure_never_contradicts_the_one_with_it(one, two, three, missing):
    pairs = [one, two, three]
    whole = omeract_oarsi(*pairs).responder
    pairs[missing] = None
    assert omeract_oarsi(*pairs).responder in (whole, None) or whole is None


@given(st.fractions(-100, 100))
def test_a_shown_percentage_never_crosses_a_threshold(percent):
    shown = one_decimal(percent)
    assert abs(Decimal(str(shown))) <= abs(percent)
    assert abs(abs(percent) - abs(Fraction(str(shown)))) < Fraction(1, 10)
    assert (percent >= 30) == (shown >= 30)


@given(PAIRS)
def test_normalised_points_are_the_fall(pair):
    assert normalised(pair).points == pair.baseline - pair.last

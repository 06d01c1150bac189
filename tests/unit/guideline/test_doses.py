"""The arithmetic of a syringe, against published numbers and written cases."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import doses
from dolenti.guideline.knowledge import Ceiling, Text

_TEXT = Text(fr="Texte.", en="Text.")


def ceiling(
    name: str = "limit", *, per_kg: float | None = None, absolute: float | None = None
) -> Ceiling:
    return Ceiling(
        id=name, per_kg=per_kg, absolute=absolute, because=_TEXT, basis="label", sources=()
    )


def test_sixty_kilograms_at_7_mg_per_kg_of_one_percent_is_42_ml() -> None:
    strength = doses.percent_to_mg_per_ml(1)
    assert doses.largest_volume(strength, weight=60, per_kg=7) == 42


def test_the_french_200_mg_of_lidocaine_are_20_ml_of_one_percent() -> None:
    assert doses.largest_volume(10, absolute=200) == 20


def test_the_lower_of_weight_and_cap_gives_the_largest_volume() -> None:
    assert doses.largest_volume(10, weight=60, per_kg=4.5, absolute=200) == 20
    assert doses.largest_volume(10, weight=40, per_kg=4.5, absolute=200) == 18


@pytest.mark.parametrize(
    "limits", [{}, {"per_kg": 7.0}, {"weight": 60.0}], ids=["none", "no weight", "no dose"]
)
def test_a_volume_needs_a_limit(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"needed|needs"):
        doses.largest_volume(10, **limits)


def test_a_volume_needs_a_strength() -> None:
    with pytest.raises(ValueError, match="strength"):
        doses.largest_volume(0, absolute=200)


@pytest.mark.parametrize(
    "percent,strength", [(0.5, 5), (1, 10), (2, 20), (0.75, 7.5), (8.4, 84), (1.4, 14)]
)
def test_one_percent_is_ten_mg_per_ml(percent: float, strength: float) -> None:
    assert doses.percent_to_mg_per_ml(percent) == strength


def test_amounts_are_decimal() -> None:
    assert doses.amount(3, 0.1) == 0.3
    assert doses.amount(20, 0.15) == 3
    assert doses.total([0.1, 0.2]) == 0.3
    assert doses.total([]) == 0


@given(
    st.decimals(0, 500, places=3, allow_nan=False), st.decimals(0, 100, places=3, allow_nan=False)
)
def test_an_amount_is_the_exact_product_rounded_once(strength: object, volume: object) -> None:
    exact = Fraction(str(strength)) * Fraction(str(volume))
    assert doses.amount(float(str(strength)), float(str(volume))) == float(exact)


def test_a_limit_by_weight_is_unknown_without_the_weight() -> None:
    assert doses.limit_of(ceiling(per_kg=4.5), None) is None
    assert doses.limit_of(ceiling(per_kg=4.5), 60) == 270
    assert doses.limit_of(ceiling(absolute=200), None) == 200


def test_a_ceiling_with_both_limits_takes_the_lower() -> None:
    both = ceiling(per_kg=4.5, absolute=300)
    assert doses.limit_of(both, 60) == 270
    assert doses.limit_of(both, 90) == 300
    assert doses.limit_of(both, None) is None


def test_shares_of_each_ceiling_and_the_strictest() -> None:
    by_cap, by_weight = ceiling("cap", absolute=200), ceiling("weight", per_kg=4.5)
    shares = doses.shares([by_cap, by_weight], 90, 40)
    assert [(s.ceiling.id, s.limit, s.share) for s in shares] == [
        ("cap", 200, 0.45),
        ("weight", 180, 0.5),
    ]
    strictest = doses.strictest(shares)
    assert strictest is not None
    assert strictest.ceiling.id == "weight"


def test_without_a_weight_only_the_cap_is_known() -> None:
    shares = doses.shares([ceiling("w", per_kg=4.5), ceiling("cap", absolute=200)], 90, None)
    assert [(s.limit, s.share) for s in shares] == [(None, None), (200, 0.45)]
    strictest = doses.strictest(shares)
    assert strictest is not None
    assert strictest.ceiling.id == "cap"


def test_no_ceiling_has_no_strictest() -> None:
    assert doses.strictest([]) is None
    assert doses.strictest(doses.shares([ceiling(per_kg=3)], 10, None)) is None


def test_a_dose_equal_to_its_limit_is_kept() -> None:
    assert not doses.exceeds(200, 200)
    assert not doses.exceeds(0.1 + 0.2, 0.3)
    assert doses.exceeds(200.001, 200)


@pytest.mark.parametrize(
    "height,male,weight",
    [
        (152.4, True, 50),
        (152.4, False, 45.5),
        (160, True, 56.916),
        (160, False, 52.416),
        (125, True, 24.6),  # below 152.4 cm as of a child, by Traub and Kichen
        (110, False, 18.6),
    ],
)
def test_ideal_weight_by_devine(height: float, male: bool, weight: float) -> None:
    assert doses.ideal_weight(height, male=male) == pytest.approx(weight, abs=0.05)


@pytest.mark.parametrize(
    "weight,height,counted",
    [
        (None, 160, None),
        (90, None, 90),
        (76.7, 160, 76.7),  # a body mass index of 29.96
        (76.8, 160, 56.916),  # of 30 exactly
        (52, 120, 22.4),
        (18, 110, 18),  # the ideal weight is the higher one
        (25, 125, 24.6),  # a child, whose body mass index is 16
    ],
)
def test_the_weight_on_which_doses_are_counted(
    weight: float | None, height: float | None, counted: float | None
) -> None:
    found = doses.weight_for_doses(weight, height, male=True)
    assert found == (None if counted is None else pytest.approx(counted, abs=0.05))


def test_a_small_adult_who_is_not_obese_counts_for_what_they_weigh() -> None:
    assert doses.weight_for_doses(50, 150, male=False, adult=True) == 50
    assert doses.weight_for_doses(80, 150, male=False, adult=True) == pytest.approx(39.2, abs=0.05)

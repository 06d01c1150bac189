"""Numbers and units as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dolenti.guideline.numbers import dose_unit, number_in_words
from dolenti.ui.templatetags.dolenti import figure


@pytest.mark.parametrize(
    "value, said",
    [(2.0, "2"), (Decimal("2.0000"), "2"), (Decimal("100.000"), "100"), (Decimal("0.50"), "0,5")],
)
def test_an_exact_number_of_the_database_has_no_zeros_behind(value: float, said: str) -> None:
    assert number_in_words(value, None, "fr") == said
    assert figure(value) == said


@pytest.mark.parametrize(
    "strength, fr, en", [("IU/mL", "UI", "IU"), ("IU", "UI", "IU"), ("mg/mL", "mg", "mg")]
)
def test_a_dose_is_told_in_what_its_strength_counts(strength: str, fr: str, en: str) -> None:
    assert (dose_unit(strength, "fr"), dose_unit(strength, "en")) == (fr, en)

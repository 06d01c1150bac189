"""What is typed of a vial, or of a dose received elsewhere, is refused where nobody can mean it:
another unit, another strength than the name says, a dose in grams, hours of another day."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dolenti.guideline import load_folder
from dolenti.guideline.errors import InputError
from dolenti.guideline.mixture import insist_dose, insist_hours, insist_named_so, insist_strength
from dolenti.guideline.mixture.vial import strengths_in
from dolenti.guideline.numbers import number_in_words

PRODUCTS = {one.id: one for one in load_folder().products}


@pytest.mark.parametrize("product", [one for one in PRODUCTS.values() if one.unit != "mL"])
def test_a_usual_strength_in_its_own_unit_and_no_other(product: object) -> None:
    known = PRODUCTS[product.id]  # type: ignore[attr-defined]
    own, foreign = ("IU/mL", "mg/mL") if known.unit == "IU" else ("mg/mL", "IU/mL")
    for strength in known.usual_strengths:
        insist_strength(known, Decimal(str(strength)), own)
        with pytest.raises(InputError) as refused:
            insist_strength(known, Decimal(str(strength)), foreign)
        assert refused.value.where == "unit"
    for wrong in (known.strength_range[0] / 10, known.strength_range[1] * 10):
        with pytest.raises(InputError) as refused:
            insist_strength(known, Decimal(str(wrong)), own)
        assert refused.value.where == "strength"


@pytest.mark.parametrize(
    "name, said",
    [
        ("Lidocaïne 1 %, 5 mL", [(10, "mg")]),
        ("Lidocaïne 20 mg/mL, 10 mL", [(20, "mg")]),
        ("Acide hyaluronique 20 mg/2 mL", [(10, "mg")]),
        ("Adrénaline 5 µg/mL", [(Decimal("0.005"), "mg")]),
        ("Calcitonine 100 UI/mL", [(100, "IU")]),
        ("Mépivacaïne 1,5 %", [(15, "mg")]),
        ("Triamcinolone 40", []),
        ("Aiguilles 30G 4 mm", []),
        ("Lidocaïne 1/200 000", []),
    ],
)
def test_the_strengths_that_a_name_says(name: str, said: list[tuple[object, str]]) -> None:
    assert list(strengths_in(name)) == said


@pytest.mark.parametrize(
    "name, strength",
    [("Lidocaïne 1 %", 1), ("Lidocaïne 20 mg/mL", 2), ("Lidocaïne 2 %", 10)],
)
def test_a_name_and_its_strength_say_the_same(name: str, strength: int) -> None:
    with pytest.raises(InputError) as refused:
        insist_named_so(name, {"mg": Decimal(strength)})
    assert refused.value.where == "strength"


def test_a_ready_mixed_vial_may_say_both_of_its_strengths() -> None:
    holds = {"mg": Decimal(10), "mg#beside": Decimal("0.005")}
    insist_named_so("Lidocaïne 10 mg/mL, adrénaline 5 µg/mL", holds)
    with pytest.raises(InputError):
        insist_named_so("Lidocaïne 10 mg/mL, adrénaline 10 µg/mL", holds)


@pytest.mark.parametrize("dose", ["0.2", "0.49", "2001", "999999"])
def test_a_dose_in_another_unit_is_refused_and_read_as_people_write(dose: str) -> None:
    with pytest.raises(InputError) as refused:
        insist_dose(PRODUCTS["lidocaine"], Decimal(dose))
    assert "e+" not in refused.value.fr
    assert dose.replace(".", ",") in refused.value.fr


@pytest.mark.parametrize("dose", ["0.5", "20", "200", "400", "2000"])
def test_a_dose_somebody_may_have_received_passes(dose: str) -> None:
    insist_dose(PRODUCTS["lidocaine"], Decimal(dose))


@pytest.mark.parametrize("hours", [-1, 25, 30, 100])
def test_hours_of_another_day_are_refused(hours: int) -> None:
    with pytest.raises(InputError):
        insist_hours(Decimal(hours))


def test_no_number_is_written_in_powers_of_ten() -> None:
    assert number_in_words(999_999, "mg", "fr") == "999999\u00a0mg"
    assert number_in_words(1_000_190, "mg", "fr") == "1000190\u00a0mg"
    assert number_in_words(0.00002, None, "fr") == "0,00002"

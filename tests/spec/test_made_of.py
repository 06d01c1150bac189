"""A medicine that is told by what it is made of: a preparation of the pharmacist, a resource that
holds another. What its name does not say its ingredients say.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.fhir_bundles import PatientRecord, concept, observation, record, resource

NONE = observation("fact:anticoagulant", "2026-11-20", valueCodeableConcept=concept("answer:none"))
RIVAROXABAN = concept("atc:B01AF01")


def taken(name: str | None, *ingredients: dict[str, Any]) -> PatientRecord:
    """What is read of somebody who takes no anticoagulant by an older answer, and this."""
    made = resource(
        "Medication",
        id="m",
        code={"text": name} if name else None,
        ingredient=[{"itemCodeableConcept": one} for one in ingredients] or None,
    )
    return record(
        NONE,
        resource(
            "MedicationStatement",
            status="active",
            effectiveDateTime="2026-11-21",
            subject={"reference": "Patient/paul"},
            contained=[made],
            medicationReference={"reference": "#m"},
        ),
    )


@pytest.mark.parametrize("name", [None, "Préparation", "Gélule n° 3"])
def test_a_coded_ingredient_is_what_is_taken(name: str | None) -> None:
    found = taken(name, RIVAROXABAN, {"text": "paracétamol"})
    assert found.facts["anticoagulant"].value == "doac"
    assert found.unread == ()


def test_an_ingredient_of_a_medicine_of_no_concern_puts_it_in_doubt() -> None:
    found = taken("Paracétamol", RIVAROXABAN)
    assert "anticoagulant" not in found.facts
    (item,) = found.unread
    assert "anticoagulant" in item.facts
    assert "anticoagulant=doac" in item.likely
    assert "B01AF01" in item.says
    assert item.says.startswith("Paracétamol (")


@pytest.mark.parametrize("name", [None, "Préparation"])
def test_an_ingredient_in_words_is_named_and_asked(name: str | None) -> None:
    found = taken(name, {"text": "rivaroxaban"})
    assert "anticoagulant" not in found.facts
    (item,) = found.unread
    assert item.says == ("rivaroxaban" if name is None else "Préparation (rivaroxaban)")
    assert "anticoagulant=doac" in item.likely


def test_the_answer_for_one_preparation_is_not_that_for_all_of_its_name() -> None:
    items = [
        taken("Préparation", {"text": what}).unread[0].item
        for what in ("rivaroxaban", "lithium", "warfarine")
    ]
    assert len(set(items)) == 3


def test_ingredients_of_no_concern_ask_nothing() -> None:
    found = taken("Préparation", {"text": "paracétamol"}, {"text": "amlodipine"})
    assert found.unread == ()
    assert found.facts["anticoagulant"].value == "none"


def test_a_name_that_says_enough_is_not_asked_for_its_ingredients() -> None:
    found = taken("Xarelto 20 mg", {"text": "rivaroxaban"})
    assert [one.says for one in found.unread] == ["Xarelto 20 mg"]

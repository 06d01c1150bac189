"""An allergy typed as a speciality is one to its substances, and to its excipients where known."""

from __future__ import annotations

import pytest

from dolenti.guideline.loading import load_folder
from dolenti.medicines.allergy import AllergyTo, allergy_to
from dolenti.medicines.search import Index
from dolenti.medicines.store import delivered

EDITION = load_folder()
INDEX = Index(delivered())


def read(typed: str) -> AllergyTo:
    found = INDEX.find(typed, 1)
    return allergy_to(found.specialities[0], EDITION.medicine_classes, EDITION.excipients)


def members(typed: str) -> set[str]:
    return {allergen.member for allergen in read(typed).allergens}


@pytest.mark.parametrize(
    "typed,allergens",
    [
        ("xylocaine 10 adrenaline", {"lidocaine", "amide-local-anaesthetic"}),
        ("emla crème", {"lidocaine", "amide-local-anaesthetic"}),  # whatever the route
        ("procaine lavoisier 10", {"procaine", "ester-local-anaesthetic"}),
        ("carbocaine 10", {"mepivacaine", "amide-local-anaesthetic"}),
        ("kenacort", {"corticosteroid"}),
        ("voltarene", {"nsaid"}),
        ("ketum", {"nsaid"}),
        ("voltarenactigo", {"nsaid"}),  # the base gives no composition
        ("kardegic 75", {"aspirin"}),
        ("betadine", {"iodine"}),
        ("miorel", {"thiocolchicoside"}),
        ("colchimax", {"colchicine"}),
        ("hyalgan", {"hyaluronic-acid"}),
        ("calcitonine pharmy", {"calcitonin"}),
        ("doliprane 1000", set()),
    ],
)
def test_the_substances_become_members_of_our_own_fact(typed: str, allergens: set[str]) -> None:
    assert members(typed) == allergens


@pytest.mark.parametrize(
    "typed,excipients",
    [
        ("kenacort 40", ("benzyl-alcohol", "polysorbate", "carmellose")),
        ("xylocaine 10 adrenaline", ("sulfite",)),
        ("dicynone 250 mg/2 ml", ("sulfite",)),
        ("miorel 4 mg/2 ml", ()),  # read, and none
        ("betnesol 4 mg", None),  # never read: unknown, not none
        ("doliprane 1000", None),
    ],
)
def test_excipients_are_listed_or_none_or_unknown(
    typed: str, excipients: tuple[str, ...] | None
) -> None:
    allergy = read(typed)
    found = allergy.excipients
    assert (None if found is None else found.excipients) == excipients
    assert allergy.understood is (excipients is not None)


def test_the_substances_stand_as_the_base_writes_them() -> None:
    assert read("kenacort 40").substances == ("ACÉTONIDE DE TRIAMCINOLONE",)


def test_a_speciality_without_composition_is_not_understood() -> None:
    allergy = read("eliquis 0,5")
    assert allergy.substances == ()
    assert not allergy.understood


def test_every_list_of_excipients_is_of_a_speciality_of_that_name() -> None:
    for entry in EDITION.excipients:
        assert delivered().speciality(entry.id).name.startswith(entry.name)

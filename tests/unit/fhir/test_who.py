"""Who a bundle says its patient is: of several numbers and names, the official ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dolenti.fhir.who import Who, read_who
from dolenti.fhir.within import MOST_DEEP
from tests.fhir_bundles import bundle, patient

NIR = "urn:oid:1.2.250.1.213.1.4.8"


def who(**elements: Any) -> Who:
    return read_who(bundle(patient(**elements)), "paul.json")


def number(value: str, **elements: Any) -> dict[str, Any]:
    return {"system": NIR, "value": value} | elements


@pytest.mark.parametrize("turned", [False, True])
def test_the_official_number_wins_wherever_it_stands(turned: bool) -> None:
    both = [number("270052B03312392", use="old"), number("261057505600111", use="official")]
    assert who(identifier=both[::-1] if turned else both).ins == "261057505600111"


def test_a_number_without_a_use_comes_after_the_official_one() -> None:
    assert who(identifier=[number("1"), number("2", use="official")]).ins == "2"
    assert who(identifier=[number("1"), number("2", use="temp")]).ins == "1"


def test_an_old_number_is_nobodys() -> None:
    assert who(identifier=[number("1", use="old")]).ins == ""
    assert who(identifier=[number("1", period={"end": "2020-01-01"})]).ins == ""


def test_the_official_name_wins_over_the_old_one() -> None:
    names = [{"use": "old", "family": "ANCIEN"}, {"use": "official", "family": "EXEMPLE"}]
    assert who(name=names).birth_name == "EXEMPLE"


def test_all_that_a_french_identity_gives_is_found() -> None:
    core = "https://hl7.fr/ig/fhir/core/StructureDefinition"
    listed = {"url": f"{core}/fr-core-patient-birth-list-given-name", "valueString": "ZOE ANNE"}
    insee = {"url": f"{core}/fr-core-address-insee-code", "valueCoding": {"code": "31555"}}
    born = {
        "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
        "valueAddress": {"city": "Toulouse", "extension": [insee]},
    }
    names = [
        {"use": "usual", "family": "PORTÉ", "given": ["Zou"]},
        {"use": "official", "family": "EXEMPLE", "given": ["ZOE"], "extension": [listed]},
    ]
    found = who(
        name=names, gender="female", birthDate="1996-05", extension=[born], identifier=[number("2")]
    )
    assert found == Who(
        birth_name="EXEMPLE", first_name="ZOE", given_names="ZOE ANNE", used_name="PORTÉ",
        used_first_name="Zou", birth_date="1996-05", sex="female", birth_place="31555",
        birth_place_name="Toulouse", ins="2", ins_kind="1.2.250.1.213.1.4.8",
    )  # fmt: skip


def test_given_names_are_listed_where_there_are_several() -> None:
    assert who(name=[{"family": "A", "given": ["Zoé", " ", "Anne"]}]).given_names == "Zoé Anne"
    one = who(name=[{"use": "maiden", "family": "A", "given": ["Zoé"]}])
    assert (one.birth_name, one.first_name, one.given_names) == ("A", "Zoé", "")


def test_a_sex_that_a_form_does_not_offer_is_left_out() -> None:
    assert [who(gender=one).sex for one in ("female", "male", "other", None)] == [
        "female", "male", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize("deep,found", [(MOST_DEEP, "EXEMPLE"), (MOST_DEEP + 1, "")])
def test_nobody_is_looked_for_deeper_than_a_record_is_read(deep: int, found: str) -> None:
    inner = bundle(patient(name=[{"family": "EXEMPLE"}]))
    for _ in range(deep):
        inner = bundle(json.loads(inner))
    assert read_who(inner, "paul.json").birth_name == found

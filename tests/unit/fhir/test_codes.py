"""What codes mean: exact or by prefix, in which systems, and how texts of strangers are shown."""

from __future__ import annotations

import pytest

from dolenti.fhir.codes import CodeIndex, Target, system_of
from tests.small_edition import FACTS, small_edition

CODED = (
    FACTS.replace(
        "{id: vka, label",
        "{id: vka, codes: [{system: atc, code: B01AA, display: VKA}], label",
    )
    .replace(
        "{id: doac, label",
        "{id: doac, codes: [{system: atc, code: B01A, display: other}], label",
    )
    .replace(
        "{id: fever,",
        "{id: fever, codes: [{system: icd10, code: R50, display: x},"
        " {system: snomed, code: '1', display: x}],",
    )
)
INDEX = CodeIndex(small_edition({"facts/all.yaml": CODED}))


def meaning(system: str, code: str) -> list[tuple[str, str | None]]:
    return [(target.id, target.option) for target in INDEX.coding(system, code).targets]


@pytest.mark.parametrize(
    "uri, name",
    [
        ("http://snomed.info/sct", "snomed"),
        ("http://snomed.info/sct/11000315107/version/20250601", "snomed"),
        ("urn:oid:2.16.840.1.113883.6.96", "snomed"),
        ("http://loinc.org", "loinc"),
        ("http://hl7.org/fhir/sid/icd-10", "icd10"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "icd10"),
        ("https://smt.esante.gouv.fr/terminologie-cim-10", "icd10"),
        ("https://smt.esante.gouv.fr/terminologie-cim-10/", "icd10"),
        ("https://www.whocc.no/atc", "atc"),
        ("https://smt.esante.gouv.fr/terminologie-atc", "atc"),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm"),
        ("http://example.org/house-codes", None),
        (None, None),
        (["http://loinc.org"], None),
    ],
)
def test_systems_are_known_by_their_addresses(uri: object, name: str | None) -> None:
    assert system_of(uri) == name


def test_of_two_codes_above_the_nearer_counts() -> None:
    assert meaning("http://www.whocc.no/atc", "B01AA03") == [("anticoagulant", "vka")]
    assert meaning("http://www.whocc.no/atc", "b01ab05") == [("anticoagulant", "doac")]
    assert meaning("http://www.whocc.no/atc", "B02") == []


def test_icd_10_is_read_with_and_without_its_dot() -> None:
    for code in ("R50", "R50.9", "R509", "r50.90"):
        assert meaning("http://hl7.org/fhir/sid/icd-10", code) == [("fever", None)]
    assert meaning("http://hl7.org/fhir/sid/icd-10", "R5") == []


def test_a_code_without_a_known_system_means_nothing() -> None:
    assert meaning("http://example.org/house-codes", "R50") == []
    assert INDEX.coding(None, "R50").targets == ()
    assert INDEX.coding("http://snomed.info/sct", None).targets == ()


def test_only_the_exact_code_names_the_whole() -> None:
    icd = "http://hl7.org/fhir/sid/icd-10"
    assert INDEX.coding(icd, "R50").targets == (Target("fact", "fever", None, whole=True),)
    assert INDEX.coding(icd, "R50.9").targets == (Target("fact", "fever", None, whole=False),)


def test_two_codings_of_one_thing_mean_it_once() -> None:
    concept = {
        "coding": [
            {"system": "http://hl7.org/fhir/sid/icd-10", "code": "R50.9"},
            {"system": "http://snomed.info/sct", "code": "1", "display": "Fever"},
        ]
    }
    assert INDEX.concept(concept).targets == (Target("fact", "fever", None, whole=True),)


@pytest.mark.parametrize("odd", [None, 3, "R50", [], {"coding": 3}, {"coding": [3, {"code": []}]}])
def test_what_is_no_concept_means_nothing(odd: object) -> None:
    assert INDEX.concept(odd).targets == ()


def test_a_long_or_dangerous_code_is_shown_short_and_plain() -> None:
    token = INDEX.coding("http://x/" + "y" * 500, "\x1b[31m" * 50).token
    assert token.isprintable()
    assert len(token) < 130


def test_dolentis_own_codes_are_the_ids_themselves() -> None:
    assert meaning("https://dolenti.org/fhir/CodeSystem/fact", "fever") == [("fever", None)]
    assert meaning("https://dolenti.org/fhir/CodeSystem/condition", "sore-knee") == [
        ("sore-knee", None)
    ]

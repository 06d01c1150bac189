"""A disease told by what treats it, by a laboratory or by a code of use: it is doubted, asked, and
never supposed absent.
"""

from __future__ import annotations

from typing import Any

import pytest

from dolenti.guideline.judge import Judge
from tests.fhir_bundles import (
    EDITION,
    INR,
    KNEE,
    concept,
    condition,
    medicine,
    observation,
    record,
)

JUDGE = Judge(EDITION)
DAY = "2026-11-20"
POSITIVE = concept("snomed:10828004")


def doubted(*said: dict[str, Any]) -> frozenset[str]:
    """The facts that are neither known nor supposed where nothing else is to report."""
    found = JUDGE.assess(record(condition(KNEE), *said).case(), nothing_else=True)
    return found.case.in_doubt - found.assumed.keys() - found.case.facts.keys()


def taken(text: str, *codes: str) -> dict[str, Any]:
    return medicine("atc:X") | {"medicationCodeableConcept": concept(*codes, text=text)}


def found(text: str, **value: Any) -> dict[str, Any]:
    return observation("x:1", DAY, **value) | {"code": {"text": text}}


@pytest.mark.parametrize(
    "code,fact",
    [
        (code.code, fact)
        for one in EDITION.of_records
        if one.kind == "medicine"
        for code in one.codes
        for fact in one.concerns
    ],
)
def test_who_takes_a_medicine_is_asked_of_the_disease_it_treats(code: str, fact: str) -> None:
    said = record(condition(KNEE), medicine(f"atc:{code}")).case()
    # What the class itself settles is no more in doubt.
    assert fact in said.in_doubt or fact in said.facts


@pytest.mark.parametrize(
    "name,fact",
    [
        ("BIKTARVY 50 mg/200 mg/25 mg", "blood-borne-virus"),
        ("HUMIRA 40 mg", "autoimmune-disease"),
        ("PLAQUENIL 200 mg", "autoimmune-disease"),
        ("METFORMINE 1000 mg", "diabetes"),
        ("KEPPRA 500 mg", "epilepsy"),
        ("LETROZOLE 2,5 mg", "cancer-active"),
    ],
)
def test_so_is_who_takes_it_by_its_name(name: str, fact: str) -> None:
    assert fact in doubted(taken(name))


def test_a_medicine_of_no_disease_asks_of_none() -> None:
    assert doubted(taken("DOLIPRANE 1000 mg")) == doubted()


@pytest.mark.parametrize(
    "said,fact",
    [
        (observation("loinc:75622-1", DAY, valueCodeableConcept=POSITIVE), "blood-borne-virus"),
        (observation("loinc:11259-9", DAY, valueString="Détecté"), "blood-borne-virus"),
        (found("Antigène HBs", valueString="POSITIF"), "blood-borne-virus"),
        (observation("loinc:8310-5", "2026-11-22", value=39.5, unit="Cel"), "fever"),
        (observation("loinc:718-7", DAY, value=6.5, unit="g/dL"), "severe-anaemia"),
        (observation("loinc:718-7", DAY, value=65, unit="g/L"), "severe-anaemia"),
        (observation("loinc:718-7", DAY, value=6.5, unit="stones"), "severe-anaemia"),
        (observation("loinc:4548-4", DAY, value=12, unit="%"), "diabetes"),
        (observation("loinc:14682-9", DAY, value=500, unit="umol/L"), "renal-failure-severe"),
        (observation(INR, DAY, value=3.4), "anticoagulant"),
        (condition("icd10:Z92.1"), "anticoagulant"),
        (condition("icd10:Z79.01"), "anticoagulant"),
        (condition("icd10:Z79.52"), "systemic-corticosteroid"),
        (condition("snomed:1") | {"code": {"text": "FA sous AVK"}}, "anticoagulant"),
        (condition("snomed:1") | {"code": {"text": "FA sous Xarelto"}}, "anticoagulant"),
        (taken("ELIQUIS 5 mg", "atc:N02BE01"), "anticoagulant"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_found_or_used_speaks(said: dict[str, Any], fact: str) -> None:
    assert fact in doubted(said)


@pytest.mark.parametrize(
    "said",
    [
        observation("loinc:75622-1", DAY, valueCodeableConcept=concept("snomed:260385009")),
        found("Antigène HBs", valueString="négatif"),
        observation("loinc:8310-5", "2026-11-22", value=36.8, unit="Cel"),
        observation("loinc:8310-5", "2026-11-01", value=39.5, unit="Cel"),
        observation("loinc:718-7", DAY, value=13, unit="g/dL"),
        observation("loinc:4548-4", DAY, value=5.4, unit="%"),
        observation(INR, DAY, value=1),
        taken("Apixaban 5 mg", "atc:B01AF02"),
    ],
    ids=str,
)
def test_what_is_within_its_limits_speaks_of_nothing(said: dict[str, Any]) -> None:
    assert doubted(said) <= doubted()


def test_a_later_no_stands_against_an_older_medicine() -> None:
    later = observation("https://dolenti.org/fhir/CodeSystem/fact:x", DAY, valueBoolean=False)
    later["code"]["coding"][0] = {
        "system": "https://dolenti.org/fhir/CodeSystem/fact",
        "code": "autoimmune-disease",
    }
    assert (
        record(condition(KNEE), medicine("atc:P01BA02"), later).facts["autoimmune-disease"].value
        is False
    )

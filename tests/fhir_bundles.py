"""Builders of FHIR for the tests: one short call per resource, all about Paul.

``record(*resources)`` reads them with the shipped knowledge as of 22 November 2026.
"""

from __future__ import annotations

import itertools
import json
from datetime import date
from typing import Any

from dolenti.fhir import BundleReader, PatientRecord
from dolenti.guideline.loading import load_folder

AS_OF = date(2026, 11, 22)
EDITION = load_folder()
READER = BundleReader(EDITION)

SYSTEMS = {
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "atc": "http://www.whocc.no/atc",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "fact": "https://dolenti.org/fhir/CodeSystem/fact",
    "answer": "https://dolenti.org/fhir/CodeSystem/answer",
    "condition": "https://dolenti.org/fhir/CodeSystem/condition",
}
KNEE = "snomed:239873007"
HIP = "snomed:239872002"
BREAST_CANCER = "icd10:C50.9"
SEPSIS = "snomed:91302008"
WARFARIN = "atc:B01AA03"
APIXABAN = "atc:B01AF02"
INR = "loinc:6301-6"
WEIGHT = "loinc:29463-7"
RIGHT, LEFT = "snomed:24028007", "snomed:7771000"
KNEE_REGION, HIP_REGION = "snomed:72696002", "snomed:29836001"

Resource = dict[str, Any]
_numbers = itertools.count(1)


def concept(*codes: str, text: str | None = None) -> Resource:
    """A CodeableConcept from ``system:code`` words."""
    coding = []
    for code in codes:
        system, _, value = code.partition(":")
        coding.append({"system": SYSTEMS.get(system, system), "code": value})
    return {"coding": coding} | ({"text": text} if text else {})


def resource(kind: str, /, **elements: Any) -> Resource:
    elements.setdefault("id", f"n{next(_numbers)}")
    return {"resourceType": kind, **{k: v for k, v in elements.items() if v is not None}}


def patient(**elements: Any) -> Resource:
    paul = {"id": "paul", "gender": "male", "birthDate": "1961-05-14"}
    return resource("Patient", **(paul | elements))


def condition(code: str, clinical: str | None = "active", **elements: Any) -> Resource:
    """A Condition; ``since``, ``until``: onset, abatement; ``ver``: verification status."""
    ver = elements.pop("ver", None)
    site = elements.pop("site", None)
    return resource(
        "Condition",
        clinicalStatus={"coding": [{"code": clinical}]} if clinical else None,
        verificationStatus={"coding": [{"code": ver}]} if ver else None,
        code=concept(code),
        subject=elements.pop("subject", {"reference": "Patient/paul"}),
        onsetDateTime=elements.pop("since", None),
        abatementDateTime=elements.pop("until", None),
        bodySite=[concept(*site)] if site else None,
        **elements,
    )


def observation(code: str, at: str | None, status: str | None = "final", **value: Any) -> Resource:
    """An Observation; give ``value`` and ``unit``, or a FHIR value element."""
    if "value" in value:
        unit = value.pop("unit", None)
        value["valueQuantity"] = {"value": value.pop("value")} | ({"code": unit} if unit else {})
    return resource(
        "Observation",
        status=status,
        code=concept(code),
        subject=value.pop("subject", {"reference": "Patient/paul"}),
        effectiveDateTime=at,
        **value,
    )


def medicine(code: str, status: str = "active", **elements: Any) -> Resource:
    """A MedicationStatement; ``since`` and ``until`` bound its period."""
    period = {"start": elements.pop("since", "2026-01-01")}
    if "until" in elements:
        period["end"] = elements.pop("until")
    return resource(
        "MedicationStatement",
        status=status,
        medicationCodeableConcept=concept(code),
        subject={"reference": "Patient/paul"},
        effectivePeriod=period,
        **elements,
    )


def prescription(code: str, status: str = "active", **elements: Any) -> Resource:
    elements.setdefault("intent", "order")
    elements.setdefault("authoredOn", "2026-01-01")
    return resource(
        "MedicationRequest",
        status=status,
        medicationCodeableConcept=concept(code),
        subject={"reference": "Patient/paul"},
        **elements,
    )


def allergy(code: str, clinical: str | None = "active", **elements: Any) -> Resource:
    ver = elements.pop("ver", None)
    return resource(
        "AllergyIntolerance",
        clinicalStatus={"coding": [{"code": clinical}]} if clinical else None,
        verificationStatus={"coding": [{"code": ver}]} if ver else None,
        code=concept(code),
        patient={"reference": "Patient/paul"},
        **elements,
    )


def procedure(code: str, at: str | None = "2019-06-17", **elements: Any) -> Resource:
    site = elements.pop("site", None)
    elements.setdefault("status", "completed")
    return resource(
        "Procedure",
        code=concept(code),
        subject={"reference": "Patient/paul"},
        performedDateTime=at,
        bodySite=[concept(*site)] if site else None,
        **elements,
    )


def bundle(*resources: Resource, **elements: Any) -> bytes:
    """A collection of exactly these resources."""
    entries = [{"resource": one} for one in resources]
    content = {"resourceType": "Bundle", "type": "collection", "entry": entries} | elements
    return json.dumps(content).encode()


def record(*resources: Resource, as_of: date = AS_OF) -> PatientRecord:
    """What is read of Paul and these resources."""
    return READER.read(bundle(patient(), *resources), as_of)


def value(fact: str, *resources: Resource, as_of: date = AS_OF) -> Any:
    """The value read for one fact, ``None`` where it stays unknown.

    A complaint of the right knee is added where the resources hold none, so that the facts of a
    complaint have one to belong to.
    """
    found = record(*resources, as_of=as_of)
    if not found.complaints:
        found = record(*resources, condition(KNEE, site=(KNEE_REGION, RIGHT)), as_of=as_of)
    known = found.case().facts.get(fact)
    return None if known is None else known.value


def whys(found: PatientRecord) -> list[str]:
    """Why resources were not used."""
    return [line["why"] for line in found.unmapped]


def set_aside(found: PatientRecord) -> list[tuple[str, str]]:
    """Which facts had a value that was not used, and why."""
    return [(one.fact, one.why) for one in found.ignored]

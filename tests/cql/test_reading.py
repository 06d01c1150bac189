# ruff: noqa: E501 - one record on one line is easier to compare with its neighbours
"""The exported CQL reads a record as the FHIR reader does: what counts, and which entry wins."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dolenti.cql import FACTS_LIBRARY
from dolenti.fhir import BundleReader
from dolenti.guideline.dates import read_date
from dolenti.guideline.facts import plain
from dolenti.guideline.systems import ANSWER_SYSTEM, CONDITION_SYSTEM, FACT_SYSTEM, ZONE_SYSTEM
from tests.cql.bundles import collected
from tests.cql.exported import exported
from tests.spec.strategies import EDITION

pytestmark = pytest.mark.node

AS_OF = "2026-11-22"
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
PATIENT = {"resourceType": "Patient", "id": "paul", "gender": "male", "birthDate": "1968-02-29"}


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def observed(fact: str, at: str | None = "2026-11-20", **more: Any) -> dict[str, Any]:
    system = more.pop("system", FACT_SYSTEM)
    when = {} if at is None else {"effectiveDateTime": at}
    code = coded(system, fact)
    return {"resourceType": "Observation", "status": "final", "code": code, **when, **more}


def quantity(value: float, code: str | None = None, **more: Any) -> dict[str, Any]:
    return {"valueQuantity": {"value": value, **({} if code is None else {"code": code}), **more}}


def answer(word: str) -> dict[str, Any]:
    return {"valueCodeableConcept": coded(ANSWER_SYSTEM, word)}


def members(**present: bool) -> dict[str, Any]:
    return {
        "component": [
            {"code": coded(ANSWER_SYSTEM, m.replace("_", "-")), "valueBoolean": has}
            for m, has in present.items()
        ]
    }


def painful(code: str = "knee-osteoarthritis", system: str = CONDITION_SYSTEM, **more: Any) -> Any:
    status = {"clinicalStatus": coded(CLINICAL, more.pop("clinical", "active"))}
    return {"resourceType": "Condition", **status, "code": coded(system, code), **more}


YES, NO = {"valueBoolean": True}, {"valueBoolean": False}
NOON, EVENING = "2026-11-20T12:00:00Z", "2026-11-20T18:00:00Z"

# What is recorded, the fact, and its value (None: unknown).
RECORDS: list[tuple[str, list[dict[str, Any]], str, Any]] = [
    ("a yes", [observed("atopy", **YES)], "atopy", True),
    ("the later wins", [observed("atopy", **YES), observed("atopy", "2026-11-21", **NO)], "atopy", False),
    ("the order does not matter", [observed("atopy", "2026-11-21", **NO), observed("atopy", **YES)], "atopy", False),
    ("two of a day that disagree", [observed("atopy", **YES), observed("atopy", **NO)], "atopy", None),
    ("two of a day that agree", [observed("atopy", **YES), observed("atopy", **YES)], "atopy", True),
    ("times of day count", [observed("atopy", NOON, **YES), observed("atopy", EVENING, **NO)], "atopy", False),
    ("across time zones", [observed("atopy", NOON, **YES), observed("atopy", "2026-11-20T13:00:00+02:00", **NO)], "atopy", True),
    ("a day begins elsewhere", [observed("atopy", "2026-11-21", **YES), observed("atopy", "2026-11-22T00:30:00+02:00", **NO)], "atopy", None),
    ("a bare day beside a time", [observed("atopy", NOON, **YES), observed("atopy", **NO)], "atopy", None),
    ("undated loses to dated", [observed("atopy", None, **YES), observed("atopy", "2001-01-01", **NO)], "atopy", False),
    ("undated alone", [observed("atopy", None, **YES)], "atopy", True),
    ("of a month", [observed("atopy", "2026-11", **YES), observed("atopy", "2026-11-02", **NO)], "atopy", False),
    ("issued stands for effective", [observed("atopy", None, issued=NOON, **YES)], "atopy", True),
    ("the end of a period", [observed("fever", None, effectivePeriod={"start": "2026-10-01", "end": "2026-11-21"}, **YES)], "fever", True),
    ("after the day of the assessment", [observed("atopy", "2026-11-23", **YES)], "atopy", None),
    ("not yet final", [observed("atopy", status="preliminary", **YES)], "atopy", None),
    ("yes as a code", [observed("atopy", valueCodeableConcept=coded(SNOMED, "373066001"))], "atopy", True),
    ("no as a code", [observed("atopy", valueCodeableConcept=coded(LOINC, "LA32-8"))], "atopy", False),
    ("neither", [observed("atopy", valueCodeableConcept=coded(LOINC, "LA-x"))], "atopy", None),
    ("fresh", [observed("fever", "2026-11-21", **NO)], "fever", False),
    ("stale", [observed("fever", "2026-11-20", **NO)], "fever", None),
    ("undated and not for long", [observed("fever", None, **NO)], "fever", None),
    ("stale, then unusable", [observed("inr", "2026-11-20", **quantity(3, "mg"))], "inr", None),
    ("kilograms", [observed("weight", **quantity(62.5, "kg"))], "weight", 62.5),
    ("grams", [observed("weight", **quantity(62500, "g"))], "weight", 62.5),
    ("metres", [observed("height", **quantity(1.5, "m"))], "height", 150.0),
    ("no unit", [observed("weight", **quantity(62.5))], "weight", None),
    ("the unit's text", [observed("weight", **quantity(62.5, unit="kg"))], "weight", 62.5),
    ("another unit", [observed("weight", **quantity(62.5, "stone"))], "weight", None),
    ("a limit", [observed("weight", **quantity(62.5, "kg", comparator="<"))], "weight", None),
    ("impossible", [observed("weight", **quantity(625, "kg"))], "weight", None),
    ("dimensionless", [observed("inr", "2026-11-21", **quantity(2.5, "{INR}"))], "inr", 2.5),
    ("no unit where there is none", [observed("inr", "2026-11-21", **quantity(2.5))], "inr", 2.5),
    ("an integer", [observed("pain-nrs", valueInteger=7)], "pain-nrs", 7.0),
    ("by LOINC", [observed("29463-7", system=LOINC, **quantity(62.5, "kg"))], "weight", 62.5),
    ("LOINC after ours", [observed("weight", "2026-11-01", **quantity(70, "kg")), observed("29463-7", system=LOINC, **quantity(62.5, "kg"))], "weight", 62.5),
    ("a later one without a unit", [observed("weight", "2026-11-01", **quantity(70, "kg")), observed("weight", **quantity(62.5))], "weight", None),
    ("a later one that is impossible", [observed("weight", "2026-11-01", **quantity(70, "kg")), observed("weight", **quantity(7000, "kg"))], "weight", None),
    ("a later limit", [observed("weight", "2026-11-01", **quantity(70, "kg")), observed("weight", **quantity(60, "kg", comparator=">"))], "weight", None),
    ("a later one not yet final", [observed("weight", "2026-11-01", **quantity(70, "kg")), observed("weight", status="preliminary", **quantity(62.5, "kg"))], "weight", None),
    ("a later one with a modifier", [observed("weight", "2026-11-01", **quantity(70, "kg")), observed("weight", modifierExtension=[{"url": "https://e.example/x", "valueBoolean": True}], **quantity(62.5, "kg"))], "weight", None),
    ("a later one taken back", [observed("weight", "2026-11-01", **quantity(70, "kg")), observed("weight", status="entered-in-error", **quantity(62.5, "kg"))], "weight", 70.0),
    ("a later one that nobody measured", [observed("weight", "2026-11-01", **quantity(70, "kg")), observed("weight", dataAbsentReason={"text": "unknown"})], "weight", 70.0),
    ("an unusable one of the same moment", [observed("weight", **quantity(70, "kg")), observed("weight", **quantity(62.5))], "weight", None),
    ("an unusable one outlived", [observed("weight", "2026-11-01", **quantity(62.5)), observed("weight", **quantity(70, "kg"))], "weight", 70.0),
    ("a modifier beside a yes", [observed("atopy", modifierExtension=[{"url": "https://e.example/x", "valueBoolean": True}], **YES)], "atopy", None),
    ("a choice", [observed("anticoagulant", **answer("vka"))], "anticoagulant", "vka"),
    ("no answer of this fact", [observed("anticoagulant", **answer("moderate"))], "anticoagulant", None),
    ("a member", [observed("allergy", **members(lidocaine=True))], "allergy", {"has": ["lidocaine"], "not": []}),
    ("members apart", [observed("allergy", **members(lidocaine=True, nsaid=False)), observed("allergy", "2026-11-21", **members(lidocaine=False))], "allergy", {"has": [], "not": ["lidocaine", "nsaid"]}),
    ("a member nobody knows", [observed("allergy", **members(lidocaine=True, moon=True))], "allergy", None),
    ("a day", [observed("last-corticosteroid-infiltration", valueDateTime="2026-09-01")], "last-corticosteroid-infiltration", "2026-09-01"),
    ("a month is its last day", [observed("last-corticosteroid-infiltration", valueDateTime="2026-02")], "last-corticosteroid-infiltration", "2026-02-28"),
    ("a year not yet over", [observed("last-corticosteroid-infiltration", valueDateTime="2026")], "last-corticosteroid-infiltration", AS_OF),
    ("a past that lies ahead", [observed("last-corticosteroid-infiltration", valueDateTime="2026-12-01")], "last-corticosteroid-infiltration", None),
    ("never", [observed("last-corticosteroid-infiltration", valueString="never")], "last-corticosteroid-infiltration", "never"),
    ("a future month is its first day", [observed("next-competition", valueDateTime="2026-12")], "next-competition", "2026-12-01"),
    ("about this complaint", [observed("night-pain", focus=[{"reference": "Condition/pain"}], **YES)], "night-pain", True),
    ("of another place", [observed("night-pain", bodySite=coded(ZONE_SYSTEM, "elbow"), **YES)], "night-pain", None),
    ("about another", [observed("night-pain", focus=[{"reference": "Condition/other"}], **YES)], "night-pain", None),
]  # fmt: skip


def read_by_both(resources: list[dict[str, Any]], asked: list[str]) -> tuple[Any, dict[str, Any]]:
    """The reader's case, and what the CQL says of the definitions asked."""
    named = [{"id": f"r{n}", **resource} for n, resource in enumerate([PATIENT, *resources])]
    bundle = collected(named)
    case = BundleReader(EDITION).read(json.dumps(bundle).encode(), read_date(AS_OF)).case()
    patient = {"as_of": AS_OF, "bundle": bundle, "ask": {FACTS_LIBRARY: asked}}
    return case, exported().engine.ask([patient])[0][FACTS_LIBRARY]


def test_what_counts_and_what_wins() -> None:
    engine, reader = exported().engine, BundleReader(EDITION)
    options = [option.id for f in EDITION.facts if f.id == "allergy" for option in f.options]
    patients, read = [], []
    for says, resources, fact, value in RECORDS:
        named = [{"id": f"r{n}", **r} for n, r in enumerate([PATIENT, *resources])]
        bundle = collected([*named, painful(id="pain")])
        case = reader.read(json.dumps(bundle).encode(), read_date(AS_OF)).case()
        known = case.facts.get(fact)
        read.append((says, value, None if known is None else plain(known.value)))
        names = [f"Fact: {fact}: {o}" for o in options] if fact == "allergy" else [f"Said: {fact}"]
        patients.append({"as_of": AS_OF, "bundle": bundle, "ask": {FACTS_LIBRARY: names}})
    assert [row for row in read if row[1] != row[2]] == []
    wrong = []
    for (says, _, fact, value), found in zip(RECORDS, engine.ask(patients), strict=True):
        given = found[FACTS_LIBRARY]
        if fact == "allergy":
            said = {
                "has": [o for o in options if given[f"Fact: allergy: {o}"] is True],
                "not": [o for o in options if given[f"Fact: allergy: {o}"] is False],
            }
            got: Any = said if any(said.values()) else None
        else:
            got = given[f"Said: {fact}"]
        if got != value:
            wrong.append((says, got, value))
    assert wrong == []


SITE = [{"coding": [{"system": ZONE_SYSTEM, "code": "lumbar-spine"}]}]
LEFT, RIGHT = ({"system": SNOMED, "code": code} for code in ("7771000", "24028007"))
# The complaint, then its condition, zone, side and first day.
COMPLAINTS: list[tuple[str, dict[str, Any], tuple[str | None, ...]]] = [
    ("ours", painful(), ("knee-osteoarthritis", "knee", None, None)),
    ("by SNOMED CT", painful("44465007", SNOMED), ("ankle-sprain", "ankle-foot", None, None)),
    ("by ICD-10", painful("M77.1", "http://hl7.org/fhir/sid/icd-10"), ("lateral-epicondylitis", "elbow", None, None)),
    ("by what is below", painful("M77.11", "http://hl7.org/fhir/sid/icd-10-cm"), ("lateral-epicondylitis", "elbow", None, None)),
    ("left", painful(bodySite=[{"coding": [LEFT]}]), ("knee-osteoarthritis", "knee", "left", None)),
    ("left and right", painful(bodySite=[{"coding": [LEFT]}, {"coding": [RIGHT]}]), ("knee-osteoarthritis", "knee", "both", None)),
    ("a zone it cannot have", painful(bodySite=SITE), ("knee-osteoarthritis", "knee", None, None)),
    ("since a day", painful(onsetDateTime="2026-05-01"), ("knee-osteoarthritis", "knee", None, "2026-05-01")),
    ("since a month", painful(onsetDateTime="2026-05"), ("knee-osteoarthritis", "knee", None, "2026-05-31")),
    ("since this year", painful(onsetDateTime="2026"), ("knee-osteoarthritis", "knee", None, AS_OF)),
    ("since before birth", painful(onsetDateTime="1950"), ("knee-osteoarthritis", "knee", None, None)),
    ("since a period", painful(onsetPeriod={"start": "2026-05-01"}), ("knee-osteoarthritis", "knee", None, "2026-05-01")),
    ("over, but later", painful(clinical="resolved", abatementDateTime="2027"), ("knee-osteoarthritis", "knee", None, None)),
]  # fmt: skip


@pytest.mark.parametrize("says,condition,wanted", COMPLAINTS, ids=[c[0] for c in COMPLAINTS])
def test_the_complaint(says: str, condition: Any, wanted: tuple[str | None, ...]) -> None:
    names = ["Fact: condition", "Fact: zone", "Fact: side", "Fact: since", "Fact: age", "Fact: sex"]
    case, found = read_by_both([condition], names)
    since = case.complaint.since
    assert (case.complaint.condition, case.complaint.side) == (wanted[0], wanted[2])
    assert (since and since.isoformat()) == wanted[3]
    assert tuple(found[name] for name in names) == (*wanted, 58, "male")


def test_which_conditions_are_complaints() -> None:
    conditions = [
        painful(id="active"),
        painful(id="resolved", clinical="resolved"),
        painful(id="refuted", verificationStatus=coded(VERIFICATION, "refuted")),
        painful(id="provisional", verificationStatus=coded(VERIFICATION, "provisional")),
        painful(id="confirmed", verificationStatus=coded(VERIFICATION, "confirmed")),
        painful(id="unwritten", verificationStatus=coded(VERIFICATION, "entered-in-error")),
        painful(id="ahead", onsetDateTime="2026-11-23"),
        painful(id="recurrent", clinical="recurrence"),
        painful(id="stranger", code="headache"),
        {k: v for k, v in painful(id="bare").items() if k != "clinicalStatus"},
        {k: v for k, v in painful(id="over", abatementDateTime="2020").items() if k[0] != "c" or k == "code"},
    ]  # fmt: skip
    bundle = collected([PATIENT, *conditions])
    record = BundleReader(EDITION).read(json.dumps(bundle).encode(), read_date(AS_OF))
    ask = {FACTS_LIBRARY: ["Complaints", "Fact: condition"]}
    asked = [
        {"as_of": AS_OF, "complaint": complaint, "bundle": bundle, "ask": ask}
        for complaint in (None, "recurrent")
    ]
    nobody, named = exported().engine.ask(asked)
    ids = sorted(one["id"]["value"] for one in nobody[FACTS_LIBRARY]["Complaints"])
    assert ids == ["active", "bare", "confirmed", "recurrent"]
    assert ids == sorted(complaint.id for complaint in record.complaints)
    assert nobody[FACTS_LIBRARY]["Fact: condition"] is None
    assert named[FACTS_LIBRARY]["Fact: condition"] == "knee-osteoarthritis"


def test_a_statement_that_names_no_complaint_counts_only_where_there_is_one() -> None:
    pains = [painful(id="knee"), painful(id="elbow", code="lateral-epicondylitis")]
    says_no = {"id": "night", **observed("night-pain", **NO)}
    of_knee = {"id": "mass", **observed("mass", focus=[{"reference": "Condition/knee"}], **NO)}
    bundle = collected([PATIENT, *pains, says_no, of_knee])
    record = BundleReader(EDITION).read(json.dumps(bundle).encode(), read_date(AS_OF))
    facts = ["night-pain", "mass"]
    ask = {FACTS_LIBRARY: [f"Said: {fact}" for fact in facts]}
    asked = [
        {"as_of": AS_OF, "complaint": case.complaint.id, "bundle": bundle, "ask": ask}
        for case in record.cases()
    ]
    for case, found in zip(record.cases(), exported().engine.ask(asked), strict=True):
        said = {fact: case.facts[fact].value if fact in case.facts else None for fact in facts}
        assert said == {"night-pain": None, "mass": False if case.complaint.id == "knee" else None}
        assert {fact: found[FACTS_LIBRARY][f"Said: {fact}"] for fact in facts} == said

"""A part of an entry that is not built as FHIR asks costs only itself.

Every list of a resource may hold something that is none of its kind, before or after what is: a
program wrote a text where an object stands, or left a gap. What stands beside it is read all the
same, so that no allergy is lost for its neighbour's sake.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.fhir_bundles import (
    AS_OF,
    HIP,
    HIP_REGION,
    KNEE,
    KNEE_REGION,
    LEFT,
    READER,
    RIGHT,
    WARFARIN,
    allergy,
    bundle,
    concept,
    condition,
    medicine,
    observation,
    patient,
    procedure,
    resource,
)

PAUL = {"reference": "Patient/paul"}
BY_NAME = {"system": "urn:ehr", "value": "1"}
ANAPHYLAXIS = "snomed:39579001"


def said(kind: str, **elements: Any) -> dict[str, Any]:
    return resource(kind, status="final", subject=PAUL, **elements)


def text(words: str) -> dict[str, Any]:
    return {"text": words}


RECORD = [
    patient(identifier=[BY_NAME], link=[{"type": "seealso", "other": PAUL}]),
    condition(KNEE, id="k", site=(KNEE_REGION, RIGHT)),
    condition(HIP, id="h", site=(HIP_REGION, LEFT)),
    condition("icd10:C50.9", subject={"identifier": BY_NAME}),
    allergy("snomed:91934008", reaction=[{"substance": text("Lidocaïne"), "manifestation":
                                          [concept(ANAPHYLAXIS)]}]),
    medicine(WARFARIN) | {"medicationCodeableConcept": None, "medicationReference":
                          {"reference": "#w"}, "contained": [
        resource("Medication", id="w", ingredient=[
            {"itemCodeableConcept": concept(WARFARIN)}])]},
    observation("fact:hot-swollen-joint", "2026-11-20", valueBoolean=True,
                focus=[{"reference": "Condition/k"}]),
    observation("fact:site-particularities", "2026-11-20", focus=[{"reference": "Condition/h"}],
                component=[{"code": concept("answer:tattoo"), "valueBoolean": True}]),
    observation("loinc:2118-8", "2026-11-20", interpretation=[concept("snomed:260385009")]),
    procedure("snomed:609588000", site=(RIGHT,)),
    resource("Device", status="active", patient=PAUL, deviceName=[{"name": "Truc"}]),
    said("DetectedIssue", evidence=[{"code": [text("Maladie de Truc")]}]),
    said("RiskAssessment", prediction=[{"outcome": text("Hémorragie sous anticoagulant")}]),
    said("AdverseEvent", suspectEntity=[{"instance": {"display": "Xylocaïne"}}]),
    said("ClinicalImpression", finding=[{"itemCodeableConcept": text("Maladie de Machin")}]),
    said("DiagnosticReport", conclusionCode=[concept("snomed:417357006")]),
    resource("List", status="current", code=concept("loinc:48765-2"),
             entry=[{"item": {"display": "Mépivacaïne"}}]),
    said("Composition", type=concept("loinc:60591-5"), section=[
        {"code": concept("loinc:10160-0"), "entry": [{"display": "PREVI du soir"}]},
        {"section": [{"code": concept("loinc:11450-4"), "text": {"div": "<p>Maladie de X</p>"}}]},
    ]),
    resource("Parameters", parameter=[{"part": [{"resource": medicine("atc:M01AE01")}]}]),
]  # fmt: skip


def with_odd(raw: Any, odd: Any, *, before: bool) -> Any:
    """The same with an odd part in every list, at whatever depth."""
    if isinstance(raw, dict):
        return {key: with_odd(one, odd, before=before) for key, one in raw.items()}
    if isinstance(raw, list):
        parts = [with_odd(one, odd, before=before) for one in raw]
        return [odd, *parts] if before else [*parts, odd]
    return raw


def test_the_record_speaks_by_each_of_its_lists() -> None:
    """Else the tests below would compare nothing with nothing."""
    found = READER.read(bundle(*RECORD), AS_OF)
    assert {"cancer-active", "anaphylaxis-history", "anticoagulant", "nsaid-current"} <= set(
        found.facts
    )
    knee, hip = found.case("k"), found.case("h")
    assert {"hot-swollen-joint", "prosthesis-at-site"} <= set(knee.facts)
    assert hip.facts["site-particularities"].value == {"tattoo": True}
    assert "pregnancy" not in found.doubted
    assert "sickle-cell" in found.doubted
    assert {one.says for one in found.unread if not one.understood} >= {
        "Lidocaïne", "Truc", "Maladie de Truc", "Hémorragie sous anticoagulant", "Xylocaïne",
        "Maladie de Machin", "Mépivacaïne", "PREVI du soir", "Maladie de X",
    }  # fmt: skip


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("odd", ["x", 7, None, [], [["x"]]], ids=repr)
def test_what_stands_beside_an_odd_part_is_read_all_the_same(odd: Any, before: bool) -> None:
    """The odd part itself may be asked about: what is not understood only ever adds a doubt."""
    plain = READER.read(bundle(*RECORD), AS_OF)
    entries = [with_odd(one, odd, before=before) for one in RECORD]
    found = READER.read(bundle(*entries), AS_OF)
    assert found.facts == plain.facts
    assert [case.facts for case in found.cases()] == [case.facts for case in plain.cases()]
    assert found.doubted >= plain.doubted
    assert {one.says for one in found.unread} >= {one.says for one in plain.unread}

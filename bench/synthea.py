"""Records in the shape of Synthea's: what surrounds a patient's facts in the file of a hospital.

Written by us after the form of Synthea's R4 export (uuids, profiles, visits with their vital signs,
diseases, prescriptions, vaccines, claims and what the insurance paid of them), in codes of SNOMED
CT, LOINC, RxNorm and CVX that Synthea uses. Nothing of Synthea's is copied, and no disease follows
another as it does there: it is for the weight and the kinds of resources, not for epidemiology.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

_SNOMED = "http://snomed.info/sct"
_LOINC = "http://loinc.org"
_RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_CVX = "http://hl7.org/fhir/sid/cvx"
_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
_TERMS = "http://terminology.hl7.org/CodeSystem/"

_DISEASES = (
    ("59621000", "Essential hypertension (disorder)"), ("15777000", "Prediabetes (finding)"),
    ("444814009", "Viral sinusitis (disorder)"), ("10509002", "Acute bronchitis (disorder)"),
    ("195662009", "Acute viral pharyngitis (disorder)"), ("55822004", "Hyperlipidemia (disorder)"),
    ("271737000", "Anemia (disorder)"), ("44054006", "Diabetes mellitus type 2 (disorder)"),
    ("160903007", "Full-time employment (finding)"), ("73595000", "Stress (finding)"),
    ("278860009", "Chronic low back pain (finding)"),
)  # fmt: skip
_MEDICINES = (
    ("314076", "lisinopril 10 MG Oral Tablet"), ("313782", "Acetaminophen 325 MG Oral Tablet"),
    ("198405", "Ibuprofen 100 MG Oral Tablet"), ("259255", "Atorvastatin 80 MG Oral Tablet"),
    ("310798", "Hydrochlorothiazide 25 MG Oral Tablet"),
    ("849574", "Naproxen sodium 220 MG Oral Tablet"),
)  # fmt: skip
_SIGNS = (
    ("8302-2", "Body Height", "cm", 150, 195), ("29463-7", "Body Weight", "kg", 45, 120),
    ("39156-5", "Body mass index (BMI) [Ratio]", "kg/m2", 18, 40),
    ("8867-4", "Heart rate", "/min", 55, 105), ("9279-1", "Respiratory rate", "/min", 11, 18),
    ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 10, 17),
    ("2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", 65, 180),
)  # fmt: skip
_ACTS = (
    ("430193006", "Medication Reconciliation (procedure)"),
    ("710824005", "Assessment of health and social care needs (procedure)"),
    ("171207006", "Depression screening (procedure)"),
)


def around(draw: random.Random, as_of: date, subject: str) -> list[dict[str, Any]]:
    """A life of three to nine visits: some sixty resources about ``subject``."""
    found: list[dict[str, Any]] = []
    for number in range(draw.randint(3, 9)):
        day = as_of - timedelta(draw.randint(400, 420) + 90 * number)
        found += _visit(draw, day, subject)
    return found


def _visit(draw: random.Random, day: date, subject: str) -> Iterator[dict[str, Any]]:
    start, end = f"{day}T09:12:46+01:00", f"{day}T09:41:46+01:00"
    visit = _own(draw, "Encounter")
    about = {"subject": {"reference": subject}}
    during = {**about, "encounter": {"reference": f"Encounter/{visit['id']}"}}
    doctor = {"reference": f"Practitioner/{_uuid(draw)}", "display": "Dr. Aleida32 Gislason620"}
    kind = _code(_SNOMED, "162673000", "General examination of patient (procedure)")
    yield visit | about | {
        "meta": {"profile": [f"{_CORE}encounter"]}, "status": "finished",
        "class": {"system": f"{_TERMS}v3-ActCode", "code": "AMB"}, "type": [kind],
        "participant": [{"individual": doctor, "period": {"start": start, "end": end}}],
        "period": {"start": start, "end": end},
        "serviceProvider": {"reference": f"Organization/{_uuid(draw)}", "display": "PCP69742"},
    }  # fmt: skip
    for code, name, unit, low, high in draw.sample(_SIGNS, 4):
        quantity = {"value": round(draw.uniform(low, high), 1), "unit": unit, "code": unit,
                    "system": "http://unitsofmeasure.org"}  # fmt: skip
        yield _own(draw, "Observation") | during | {
            "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/vitalsigns"]},
            "status": "final", "code": _code(_LOINC, code, name), "effectiveDateTime": start,
            "category": [_code(f"{_TERMS}observation-category", "vital-signs", "vital-signs")],
            "issued": start, "valueQuantity": quantity,
        }  # fmt: skip
    if draw.random() < 0.5:
        state = {
            "clinicalStatus": _code(f"{_TERMS}condition-clinical", "resolved", ""),
            "verificationStatus": _code(f"{_TERMS}condition-ver-status", "confirmed", ""),
        }
        yield _own(draw, "Condition") | during | state | {
            "category": [_code(f"{_TERMS}condition-category", "encounter-diagnosis", "")],
            "code": _code(_SNOMED, *draw.choice(_DISEASES)), "onsetDateTime": start,
            "abatementDateTime": end, "recordedDate": start,
        }  # fmt: skip
    if draw.random() < 0.5:
        yield _own(draw, "MedicationRequest") | during | {
            "status": "stopped", "intent": "order", "authoredOn": start, "requester": doctor,
            "medicationCodeableConcept": _code(_RXNORM, *draw.choice(_MEDICINES)),
        }  # fmt: skip
    if draw.random() < 0.3:
        vaccine = _code(_CVX, "140", "Influenza, seasonal, injectable, preservative free")
        yield _own(draw, "Immunization") | {
            "patient": about["subject"], "encounter": during["encounter"], "status": "completed",
            "vaccineCode": vaccine, "occurrenceDateTime": start, "primarySource": True,
        }  # fmt: skip
    yield _own(draw, "Procedure") | during | {
        "status": "completed", "code": _code(_SNOMED, *draw.choice(_ACTS)),
        "performedPeriod": {"start": start, "end": end},
    }  # fmt: skip
    yield from _paid(draw, start, end, about["subject"], kind)


def _paid(
    draw: random.Random, start: str, end: str, subject: dict[str, str], kind: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    claim = _own(draw, "Claim")
    cost = {"value": 129.16, "currency": "USD"}
    billed = {
        "status": "active", "patient": subject, "use": "claim", "created": end,
        "billablePeriod": {"start": start, "end": end},
        "type": _code(f"{_TERMS}claim-type", "professional", ""),
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"display": "Humana"}}],
    }  # fmt: skip
    items = [{"sequence": 1, "productOrService": kind}]
    yield claim | billed | {
        "provider": {"reference": f"Organization/{_uuid(draw)}"}, "item": items, "total": cost,
        "priority": _code(f"{_TERMS}processpriority", "normal", ""),
    }  # fmt: skip
    yield _own(draw, "ExplanationOfBenefit") | billed | {
        "outcome": "complete", "insurer": {"display": "Humana"}, "item": items,
        "claim": {"reference": f"Claim/{claim['id']}"}, "payment": {"amount": cost},
        "total": [{"category": {"text": "Submitted Amount"}, "amount": cost}],
    }  # fmt: skip


def _own(draw: random.Random, kind: str) -> dict[str, Any]:
    return {"resourceType": kind, "id": _uuid(draw)}


def _uuid(draw: random.Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _code(system: str, code: str, display: str) -> dict[str, Any]:
    coding = {"system": system, "code": code}
    return {"coding": [coding | {"display": display}], "text": display} if display else {
        "coding": [coding]
    }  # fmt: skip

"""What was found, done and signed, from complaints to files: as FHIR R4."""

from __future__ import annotations

import json
from typing import Any, Final

from dolenti.fhir.record_people import reference
from dolenti.fhir.record_values import (
    Appointment,
    Assessment,
    Complaint,
    Consent,
    Course,
    File,
    Given,
    Record,
    Referral,
    Verdict,
)
from dolenti.fhir.writer import complaint_to_condition
from dolenti.guideline.facts import Complaint as Pain
from dolenti.guideline.knowledge import Edition

THERAPY_SYSTEM: Final = "https://dolenti.org/fhir/CodeSystem/therapy"
STATUS_SYSTEM: Final = "https://dolenti.org/fhir/CodeSystem/verdict"
PRODUCT_SYSTEM: Final = "https://dolenti.org/fhir/CodeSystem/product"
SHA256: Final = "https://dolenti.org/fhir/StructureDefinition/sha256"
SESSION: Final = "https://dolenti.org/fhir/StructureDefinition/session-record"
POINTS: Final = "https://dolenti.org/fhir/StructureDefinition/body-points"
_TERMS: Final = "http://terminology.hl7.org/CodeSystem"
_PLANS: Final = {
    "proposed": "draft",
    "consented": "draft",
    "active": "active",
    "completed": "completed",
    "stopped": "revoked",
}
_APPOINTMENTS: Final = {
    "planned": "booked",
    "arrived": "arrived",
    "done": "fulfilled",
    "cancelled": "cancelled",
    "missed": "noshow",
}
_PROCEDURES: Final = {"prepared": "preparation", "delivered": "completed", "signed": "completed"}
_PRIORITIES: Final = {"emergency": "stat", "same-day": "asap", "soon": "urgent"}
_KINDS: Final = {
    "received": "Document received",
    "consent": "Signed consent",
    "quotation": "Written quotation",
    "letter": "Signed letter",
}


def condition(one: Complaint, record: Record, edition: Edition) -> dict[str, Any]:
    """A complaint: active, resolved, or entered in error (which has no clinical status)."""
    pain = Pain(one.id, one.condition or None, one.zone or None, one.side or None)
    found = complaint_to_condition(pain, edition, f"Patient/{record.patient.id}")
    if one.condition and "code" not in found:
        found["code"] = {"text": one.condition}  # of another edition
    if one.since:
        found["onsetDateTime"] = one.since
    found["recordedDate"] = one.recorded.isoformat()
    found["recorder"] = reference("Practitioner", one.author)
    if one.resolved:
        found["clinicalStatus"] = _concept(f"{_TERMS}/condition-clinical", "resolved")
    if one.in_error:
        del found["clinicalStatus"]
        found["verificationStatus"] = _concept(f"{_TERMS}/condition-ver-status", "entered-in-error")
    notes = [text for text in (one.note, one.in_error) if text]
    if notes:
        found["note"] = [{"text": text} for text in notes]
    if one.points:
        placed = {"edition": one.map_edition, "points": [dict(point) for point in one.points]}
        found["extension"] = [{"url": POINTS, "valueString": json.dumps(placed, sort_keys=True)}]
    return found


def impression(one: Assessment, record: Record) -> dict[str, Any]:
    """A stored assessment: each therapy's verdict with its reasons, by which edition and engine."""
    edition = f"https://dolenti.org/knowledge/{one.edition}"
    found: dict[str, Any] = {
        "resourceType": "ClinicalImpression",
        "id": one.id,
        "status": "completed",
        "description": f"Knowledge {one.edition} ({one.edition_sha256}), engine {one.engine}",
        "subject": reference("Patient", record.patient.id),
        "effectiveDateTime": one.as_of.isoformat(),
        "date": one.at.isoformat(),
        "assessor": reference("Practitioner", one.author),
        "problem": [reference("Condition", one.complaint)],
        "protocol": [f"{edition}?sha256={one.edition_sha256}&engine={one.engine}"],
    }
    if one.verdicts:
        found["finding"] = [_finding(verdict) for verdict in one.verdicts]
    passed = [v for v in one.verdicts if v.passed_by]
    if passed:
        found["note"] = [
            {
                "authorReference": reference("Practitioner", verdict.passed_by),
                "text": f"{verdict.therapy}, {verdict.status}: {verdict.passed_because}",
            }
            for verdict in passed
        ]
    return found


def _finding(verdict: Verdict) -> dict[str, Any]:
    found: dict[str, Any] = {
        "itemCodeableConcept": {
            "coding": [
                {"system": THERAPY_SYSTEM, "code": verdict.therapy},
                {"system": STATUS_SYSTEM, "code": verdict.status},
            ],
            "text": verdict.label,
        }
    }
    if verdict.reasons:
        found["basis"] = " ".join(verdict.reasons)
    return found


def care_plan(one: Course, record: Record) -> dict[str, Any]:
    """A course, with its sessions."""
    products = [{"system": PRODUCT_SYSTEM, "code": product} for product in one.products]
    category: list[dict[str, Any]] = [
        {"coding": [{"system": THERAPY_SYSTEM, "code": one.therapy}], "text": one.label}
    ]
    if products:
        category.append({"coding": products, "text": "Products planned"})
    found: dict[str, Any] = {
        "resourceType": "CarePlan",
        "id": one.id,
        "status": _PLANS[one.state],
        "intent": "plan",
        "category": category,
        "title": one.label,
        "subject": reference("Patient", record.patient.id),
        "created": one.at.isoformat(),
        "author": reference("Practitioner", one.author),
        "contributor": [reference("Practitioner", one.practitioner)],
        "addresses": [reference("Condition", one.complaint)],
    }
    if one.appointments:
        found["activity"] = [
            {"reference": reference("Appointment", id_)} for id_ in one.appointments
        ]
    if one.stop_reason:
        found["note"] = [{"text": one.stop_reason}]
    return found


def appointment(one: Appointment, record: Record) -> dict[str, Any]:
    """An appointment, past or to come."""
    cancelled = one.state == "cancelled"
    found: dict[str, Any] = {
        "resourceType": "Appointment",
        "id": one.id,
        "status": _APPOINTMENTS[one.state],
        "description": one.kind,
        "start": one.start.isoformat(timespec="milliseconds"),
        "end": one.end.isoformat(timespec="milliseconds"),
        "participant": [
            {"actor": reference("Patient", record.patient.id), "status": "accepted"},
            {"actor": reference("Practitioner", one.practitioner), "status": "accepted"},
        ],
    }
    if one.complaint:
        found["reasonReference"] = [reference("Condition", one.complaint)]
    if one.motive:
        found["reasonCode"] = [{"text": one.motive}]
    if one.emergency:
        found["appointmentType"] = {
            "coding": [{"system": f"{_TERMS}/v2-0276", "code": "EMERGENCY"}]
        }
    if one.reason and cancelled:
        found["cancelationReason"] = {"text": one.reason}
    said = [text for text in (one.room, "" if cancelled else one.reason) if text]
    if said:
        found["comment"] = " · ".join(said)
    return found


def procedure(one: Given, record: Record) -> dict[str, Any]:
    """What was given at a session, or is prepared to be; who signed it asserts it."""
    found: dict[str, Any] = {
        "resourceType": "Procedure",
        "id": one.id,
        "status": _PROCEDURES[one.state],
        "basedOn": [reference("CarePlan", one.course)],
        "code": {
            "coding": [{"system": THERAPY_SYSTEM, "code": one.therapy}],
            "text": f"{one.label} {one.number}",
        },
        "subject": reference("Patient", record.patient.id),
        "recorder": reference("Practitioner", one.author),
    }
    if one.delivered_at is not None:
        found["performedDateTime"] = one.delivered_at.isoformat()
        found["performer"] = [{"actor": reference("Practitioner", one.delivered_by)}]
    if one.signed_by:
        found["asserter"] = reference("Practitioner", one.signed_by)
    if one.amends:
        found["partOf"] = [reference("Procedure", one.amends)]
        found["note"] = [{"text": f"Amends {one.amends}: {one.reason}"}]
    if one.not_as_planned:
        found.setdefault("note", []).extend({"text": text} for text in one.not_as_planned)
    said = [{"url": SESSION, "valueString": one.content}] if one.content else []
    if one.seal:
        said.append({"url": SHA256, "valueString": one.seal})
    return found | {"extension": said} if said else found


def consent(one: Consent, record: Record) -> dict[str, Any]:
    """A consent signed; withdrawn, it is no longer active."""
    found: dict[str, Any] = {
        "resourceType": "Consent",
        "id": one.id,
        "status": "inactive" if one.withdrawn_at else "active",
        "scope": _concept(f"{_TERMS}/consentscope", "treatment"),
        "category": [_concept("http://loinc.org", "59284-0")],
        "patient": reference("Patient", record.patient.id),
        "dateTime": one.signed_at.isoformat(),
        "performer": [reference("Patient", record.patient.id)],
        "organization": [reference("Organization", record.organisation.id)],
        "sourceReference": reference("DocumentReference", one.document),
        "policyRule": {"text": "Code de la santé publique, art. L.1111-4"},
        "verification": [{"verified": True, "verificationDate": one.signed_at.isoformat()}],
        "provision": {
            "code": [{"coding": [{"system": THERAPY_SYSTEM, "code": one.therapy}]}],
            "data": [{"meaning": "related", "reference": reference("CarePlan", one.course)}],
        },
    }
    said = [{"url": "https://dolenti.org/fhir/StructureDefinition/signed-by",
             "valueString": one.signed_by}]  # fmt: skip
    if one.how:
        said.append(
            {"url": "https://dolenti.org/fhir/StructureDefinition/signed-how",
             "valueCode": one.how}
        )  # fmt: skip
    if one.text_sha256:
        said.append({"url": SHA256, "valueString": one.text_sha256})
    if one.withdrawn_at is not None:
        found["provision"]["period"] = {
            "start": one.signed_at.isoformat(),
            "end": one.withdrawn_at.isoformat(),
        }
        said.append(
            {"url": "https://dolenti.org/fhir/StructureDefinition/withdrawn-by",
             "valueString": one.withdrawn_by}
        )  # fmt: skip
    return found | {"extension": said}


def referral(one: Referral, record: Record) -> dict[str, Any]:
    """The patient sent elsewhere, and what became of it."""
    found: dict[str, Any] = {
        "resourceType": "ServiceRequest",
        "id": one.id,
        "status": "completed" if one.closed else "active",
        "intent": "order",
        "priority": _PRIORITIES.get(one.urgency, "routine"),
        "code": {"text": "Referral"},
        "subject": reference("Patient", record.patient.id),
        "authoredOn": one.at.isoformat(),
        "requester": reference("Organization", record.organisation.id),
        "performerType": {"text": one.to},
        "reasonReference": [reference("Condition", one.complaint)],
    }
    if one.reasons:
        found["reasonCode"] = [{"text": text} for text in one.reasons]
    if one.outcome:
        found["note"] = [{"text": one.outcome}]
    return found


def document(one: File, record: Record) -> dict[str, Any]:
    """A file that stands beside the bundle."""
    return {
        "resourceType": "DocumentReference",
        "id": one.id,
        "status": "current",
        "type": {"text": _KINDS[one.kind]},
        "subject": reference("Patient", record.patient.id),
        "date": one.at.isoformat(timespec="milliseconds"),
        "author": [reference("Practitioner", one.author)],
        "custodian": reference("Organization", record.organisation.id),
        "content": [
            {
                "attachment": {
                    "extension": [{"url": SHA256, "valueString": one.sha256}],
                    "contentType": one.content_type,
                    "url": one.name,
                    "size": one.size,
                    "creation": one.at.isoformat(),
                }
            }
        ],
    }


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}

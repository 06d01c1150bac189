"""A patient's whole record as one FHIR R4 Bundle, for another doctor, the patient, or a court.

A pure function of values: it reads no database and no clock, writes each resource once, and never
holds more than one group of statements. The trail of who read what is the clinic's, and not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dolenti.fhir import record_care as care
from dolenti.fhir import record_people as people
from dolenti.fhir.record_statements import observations
from dolenti.fhir.record_values import Record
from dolenti.guideline.fhir_strings import as_json
from dolenti.guideline.knowledge import Edition

BASE: Final = "https://dolenti.org/fhir/record"
"""Before each resource's kind and id: a name, not an address that anybody answers."""


def record_resources(record: Record, edition: Edition) -> Iterator[dict[str, Any]]:
    """Every resource of a record, the Patient first."""
    yield people.patient(record.patient, record.organisation)
    yield people.organisation(record.organisation)
    yield from (people.practitioner(one) for one in record.people)
    speaking = (one for one in record.patient.contacts if one.kind != "self")
    yield from (people.related(one, record.patient) for one in speaking)
    yield from (care.condition(one, record, edition) for one in record.complaints)
    yield from observations(record, edition)
    yield from (care.impression(one, record) for one in record.assessments)
    yield from (care.referral(one, record) for one in record.referrals)
    yield from (care.care_plan(one, record) for one in record.courses)
    yield from (care.appointment(one, record) for one in record.appointments)
    yield from (care.procedure(one, record) for one in record.given)
    yield from (care.consent(one, record) for one in record.consents)
    yield from (care.document(one, record) for one in record.files)
    yield from (dict(one.resource) for one in record.pieces)
    yield from people.provenance(record)


def record_bundle(record: Record, edition: Edition) -> Iterator[bytes]:
    """The bundle as JSON in UTF-8, a resource at a time."""
    head = {
        "resourceType": "Bundle",
        "id": record.id,
        "type": "collection",
        "timestamp": record.made.isoformat(timespec="milliseconds"),
    }
    yield as_json(head)[:-1].encode() + b', "entry": ['
    joint = b"\n"
    for resource in record_resources(record, edition):
        name = f"{BASE}/{resource['resourceType']}/{resource['id']}"
        entry = {"fullUrl": name, "resource": resource}
        yield joint + as_json(entry).encode()
        joint = b",\n"
    yield b"\n]}\n"

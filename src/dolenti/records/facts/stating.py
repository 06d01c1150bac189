"""One fact of a patient is stated: by whom, and true since when. What was said before stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from dolenti.access import audit
from dolenti.access.roles import Permission
from dolenti.guideline.facts import read_value
from dolenti.guideline.knowledge import FactDefinition
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Complaint, Patient, Statement


@dataclass(frozen=True)
class Said:
    """A value as a plain file writes it (``None`` takes the earlier ones back), the day it was
    true, and in whose words."""

    value: Any
    at: date
    by: Statement.SaidBy


def definition_of(fact: str) -> FactDefinition | None:
    """A fact that may be stated, by the edition in force; ``None`` where there is none such."""
    found = (one for one in engine.edition_in_force().facts if one.id == fact)
    return next((one for one in found if not one.from_header), None)


def state(
    submission: Submission,
    patient: Patient,
    definition: FactDefinition,
    said: Said,
    complaint: Complaint | None = None,
) -> Statement:
    """Add a value beside the earlier ones. Sent twice it is one. Raises ``InputError``.

    ``complaint`` is the one that the fact is about, where facts of its kind are about one.
    """
    if said.value is not None:
        read_value(definition, said.value, said.at)

    def make() -> Statement:
        made = Statement.objects.create(
            patient=patient,
            complaint=complaint if definition.about == "complaint" else None,
            fact=definition.id,
            value=said.value,
            at=said.at,
            said_by=said.by,
            author=submission.user,
            submission=submission.token,
        )
        audit.record(
            "state",
            actor=submission.actor,
            kind="patient",
            object_id=patient.public_id,
            patient_id=patient.public_id,
            detail={"facts": [definition.id], "origin": str(made.origin)},
        )
        return made

    with writing_record(submission.actor, Permission.WRITE_RECORDS, patient):
        return once(submission, Statement, make)

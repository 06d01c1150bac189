"""An allergy of a patient, stated by the name of a medicine.

It stands beside what was said before. What nobody can exclude any more, because the label was not
looked up, is no longer taken for absent, whoever said so: it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dolenti.access import audit
from dolenti.access.roles import Permission
from dolenti.ledger.once import Submission, once
from dolenti.records import engine, gate
from dolenti.records.facts.allergens import ALLERGY, Allergy
from dolenti.records.facts.knowing import told_by
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Patient, Statement


def add(
    submission: Submission,
    patient: Patient,
    allergy: Allergy,
    said_by: Statement.SaidBy,
    today: date,
) -> Statement:
    """State an allergy that was understood, or that somebody explained. Sent twice it is one."""

    def make() -> Statement:
        before = _known(patient, today)
        absent = {member for member, present in before.items() if not present}
        value: dict[str, list[str]] = {"has": list(allergy.members), "not": []}
        if absent & set(allergy.unsaid):
            # Members of a set only add up: what is to be forgotten is taken back with all of it.
            again = submission.of_part("taken back")
            _state(again, patient, None, allergy, said_by, today)
            present = [member for member, known in before.items() if known]
            value["has"] = list(dict.fromkeys([*present, *allergy.members]))
            value["not"] = sorted(absent - {*allergy.unsaid, *allergy.members})
        made = _state(submission, patient, value, allergy, said_by, today)
        audit.record(
            "state",
            actor=submission.actor,
            kind="patient",
            object_id=patient.public_id,
            patient_id=patient.public_id,
            detail={"facts": [ALLERGY], "origin": str(made.origin)},
        )
        return made

    with writing_record(submission.actor, Permission.WRITE_RECORDS, patient):
        return once(submission, Statement, make)


def _known(patient: Patient, today: date) -> Mapping[str, bool]:
    said = Statement.objects.filter(patient__in=gate.family(patient), complaint=None, fact=ALLERGY)
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    known = told_by(said, dictionary, today).facts.get(ALLERGY)
    return known.value if known is not None and isinstance(known.value, Mapping) else {}


def _state(
    submission: Submission,
    patient: Patient,
    value: Any,
    allergy: Allergy,
    said_by: Statement.SaidBy,
    today: date,
) -> Statement:
    return Statement.objects.create(
        patient=patient,
        fact=ALLERGY,
        value=value,
        at=today,
        place=allergy.name[:200],
        said_by=said_by,
        author=submission.user,
        submission=submission.token,
    )

"""The list of medicines gone through with the patient at a visit.

Of each line that was looked at it is written what was found; a line that was not looked at stays as
it was, neither still taken nor stopped. What was found changes the list by the very services that
change it by hand, so that the facts are stated as they always were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.guideline.errors import InputError
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records.gate import of_patient
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Medicine, Patient, ReconciledMedicine, Reconciliation
from dolenti.records.patients import medicating

Found = ReconciledMedicine.Found


class ReconciliationRefusedError(InputError):
    """The list cannot be gone through so; ``where`` is the line."""


@dataclass(frozen=True)
class Line:
    """What was found of a medicine, as it stood at ``version``; who prescribes it and since when,
    where that was said (``None``: not said, what stands stays)."""

    found: str
    version: int
    dose: str = ""
    stopped_on: date | None = None
    prescriber: str | None = None
    started_on: date | None = None


def reconcile(
    submission: Submission, patient: Patient, lines: Mapping[str, Line], today: date
) -> Reconciliation:
    """Go through the list: ``lines`` are those that were looked at, by the public id of their
    medicine. Sent twice it is one, and all of it or nothing.

    Raises ``ReconciliationRefusedError``, also where somebody changed a medicine meanwhile, and
    ``NotAllowedError``.
    """
    if not lines:
        raise ReconciliationRefusedError(
            "say of one medicine at least what was found; a line left alone is not reviewed",
            fr="dites pour un médicament au moins ce qui en est\u00a0; une ligne laissée telle "
            "quelle n’est pas revue",
        )

    def make() -> Reconciliation:
        locking.hold(patient)
        listed = {one.public_id: one for one in medicating.of(patient)}
        made = Reconciliation.objects.create(patient=patient, on=today, author=submission.user)
        for public_id, line in lines.items():
            medicine = listed.get(public_id)
            if medicine is None:
                raise ReconciliationRefusedError(
                    "this medicine is not on the patient’s list: open the list again",
                    public_id,
                    fr="ce médicament n’est pas sur la liste du patient\u00a0: rouvrez la liste",
                )
            if medicine.version != line.version:  # what was read is not what stands
                raise ReconciliationRefusedError(
                    "somebody changed this medicine meanwhile: open the list again",
                    public_id,
                    fr="quelqu’un a modifié ce médicament entre-temps\u00a0: rouvrez la liste",
                )
            _insist_sound(public_id, medicine, line, today)
            _change(submission.actor, medicine, line, today)
            ReconciledMedicine.objects.create(
                reconciliation=made,
                medicine=medicine,
                found=line.found,
                dose=line.dose if line.found == Found.CHANGED else "",
                stopped_on=line.stopped_on if line.found == Found.STOPPED else None,
            )
        audit.record(
            "reconcile-medicines",
            actor=submission.actor,
            kind="reconciliation",
            object_id=made.public_id,
            patient_id=patient.public_id,
            detail={"lines": len(lines)},
        )
        return made

    with writing_record(submission.actor, Permission.WRITE_RECORDS, patient):
        return once(submission, Reconciliation, make)


def _insist_sound(public_id: str, medicine: Medicine, line: Line, today: date) -> None:
    if line.found == Found.CHANGED and (not line.dose or line.dose == medicine.dose):
        raise ReconciliationRefusedError(
            "write how it is taken now",
            public_id,
            fr="écrivez comment il est pris maintenant",
        )
    if line.found != Found.STOPPED:
        return
    began = line.started_on or medicine.started_on
    if line.stopped_on is None or line.stopped_on > today:
        raise ReconciliationRefusedError(
            "give the day it was stopped: today, or a day that has come",
            public_id,
            fr="donnez le jour de l’arrêt\u00a0: aujourd’hui, ou un jour déjà passé",
        )
    if began is not None and line.stopped_on < began:
        raise ReconciliationRefusedError(
            "it was stopped before it began: check both days",
            public_id,
            fr="l’arrêt précède le début\u00a0: vérifiez les deux dates",
        )


def _change(actor: Actor, medicine: Medicine, line: Line, today: date) -> None:
    values: dict[str, object] = {}
    if line.prescriber is not None:
        values["prescriber"] = line.prescriber
    if line.started_on is not None:
        values["started_on"] = line.started_on
    if line.found == Found.CHANGED:
        values["dose"] = line.dose
    if line.found == Found.STOPPED:
        values["stopped_on"] = line.stopped_on
    if values:
        medicating.change(actor, medicine, line.version, values, today)


@dataclass(frozen=True)
class Reviewed:
    """When a medicine was gone through last, what was found, by whom."""

    on: date
    found: str
    by: str


def of(user: Actor, patient: Patient) -> QuerySet[ReconciledMedicine]:
    """All that was found of a patient’s medicines, the first first; nothing for whoever may not
    read it."""
    found = ReconciledMedicine.objects.filter(
        reconciliation__patient__in=of_patient.read_as(user, patient)
    )
    return found.select_related("reconciliation__author").order_by("pk")


def last_of(rows: Sequence[ReconciledMedicine]) -> dict[int, Reviewed]:
    """The last review of each medicine, by its key. One that never was has none."""
    return {
        one.medicine_id: Reviewed(one.reconciliation.on, one.found, one.reconciliation.author.name)
        for one in rows
    }

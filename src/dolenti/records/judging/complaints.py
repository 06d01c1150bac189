"""A patient's complaints: described, corrected, resolved, marked as entered in error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import MOST_COMPLAINTS
from dolenti.ledger import locking, versions
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Complaint, Patient


class SamePainError(InputError):
    """The record has this pain already: somebody says first that it is another."""


def insist_another(patient: Patient, values: Mapping[str, Any]) -> None:
    """Raises ``SamePainError`` for a pain of which the record has an active one of the same
    condition, zone and side: two of one pain are each treated and counted by themselves."""
    same = Complaint.objects.filter(
        patient__in=gate.family(patient),
        state=Complaint.State.ACTIVE,
        in_error="",
        condition=values.get("condition") or "",
        side=values.get("side") or "",
    )
    zone = values.get("zone") or ""
    if not (values.get("condition") and (not zone or not same.exclude(zone="").exists())):
        same = same.filter(zone=zone)
    if same.exists():
        raise SamePainError(
            "the record has this pain already, on the same side: open that one, or tick that this "
            "is another pain",
            "another",
            fr="le dossier contient déjà cette douleur, du même côté\u00a0: ouvrez celle-là, ou "
            "cochez qu’il s’agit d’une autre",
        )


def insist_room(patient: Patient, more: int = 1) -> None:
    """Raises ``InputError`` where a record would hold more complaints than are read of one patient,
    by however many files and forms: those in error do not count."""
    held = Complaint.objects.filter(patient__in=gate.family(patient), in_error="").count()
    if held + more > MOST_COMPLAINTS:
        raise InputError(
            f"this record holds {held} complaints, and would hold {held + more}; at most "
            f"{MOST_COMPLAINTS} are kept of one patient. Mark those in error that are none",
            fr=f"ce dossier contient {held} douleurs et en contiendrait {held + more}\u00a0; "
            f"{MOST_COMPLAINTS} au plus sont gardées pour un patient. Marquez comme erreurs celles "
            "qui n’en sont pas",
        )


def describe(
    submission: Submission,
    patient: Patient,
    values: Mapping[str, Any],
    *,
    another: bool = False,
) -> Complaint:
    """A new complaint of a patient. Sent twice it is one. ``another``: somebody said that it is not
    the one of the same place that the record has.

    Raises ``InputError`` for a patient whose record was entered in error, ``SamePainError``.
    """
    if patient.in_error:
        raise InputError(
            "this record was entered in error; open the right one",
            fr="ce dossier a été saisi par erreur\u00a0; ouvrez le bon dossier",
        )

    def make() -> Complaint:
        locking.hold(patient)
        insist_room(patient)
        if not another:
            insist_another(patient, values)
        made = Complaint.objects.create(patient=patient, author=submission.user, **values)
        audit.record(
            "describe",
            actor=submission.actor,
            kind="complaint",
            object_id=made.public_id,
            patient_id=patient.public_id,
        )
        return made

    with writing_record(submission.actor, Permission.WRITE_RECORDS, patient):
        return once(submission, Complaint, make)


def change(
    actor: Actor, complaint: Complaint, based_on: int, values: Mapping[str, Any]
) -> Complaint:
    """A complaint corrected, as a new version. Raises ``StaleEditError``."""
    return _change(actor, complaint, based_on, values, "change")


def resolve(actor: Actor, complaint: Complaint, based_on: int, *, resolved: bool) -> Complaint:
    """Say that it hurts no more, or that it hurts again. Raises ``StaleEditError``."""
    state = Complaint.State.RESOLVED if resolved else Complaint.State.ACTIVE
    action = "resolve" if resolved else "reopen"
    return _change(actor, complaint, based_on, {"state": state}, action)


def mark_in_error(actor: Actor, complaint: Complaint, based_on: int, reason: str) -> Complaint:
    """A complaint that should never have been: it stays, struck through.

    An empty reason takes the mark back. Raises ``StaleEditError``.
    """
    action = "mark-in-error" if reason else "unmark-in-error"
    return _change(actor, complaint, based_on, {"in_error": reason}, action, reason)


def _change(
    actor: Actor,
    complaint: Complaint,
    based_on: int,
    values: Mapping[str, Any],
    action: str,
    reason: str = "",
) -> Complaint:
    with writing_record(actor, Permission.WRITE_RECORDS, complaint.patient):
        locking.hold(complaint.patient)  # a session is given before this, or after
        return versions.change(
            actor,
            complaint,
            based_on,
            values,
            patient_id=complaint.patient.public_id,
            action=action,
            reason=reason,
        )

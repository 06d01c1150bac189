"""A short note of a visit: written, corrected, withdrawn. It states no fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.guideline.errors import InputError
from dolenti.ledger import versions
from dolenti.ledger.locking import hold
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Patient, VisitNote


class NoteRefusedError(InputError):
    """The note cannot be written so; ``where`` is its field."""


def write(
    submission: Submission, patient: Patient, values: Mapping[str, Any], today: date
) -> VisitNote:
    """A note of the visit of a day. Sent twice it is one. Raises ``NoteRefusedError``."""

    def make() -> VisitNote:
        _check(values, today)
        made = VisitNote.objects.create(patient=patient, author=submission.user, **values)
        audit.record(
            "add-note",
            actor=submission.actor,
            kind="visitnote",
            object_id=made.public_id,
            patient_id=patient.public_id,
        )
        return made

    with writing_record(submission.actor, Permission.WRITE_RECORDS, patient):
        hold(patient)
        return once(submission, VisitNote, make)


def change(
    actor: Actor, note: VisitNote, based_on: int, values: Mapping[str, Any], today: date
) -> VisitNote:
    """The note corrected, as a new version. Raises ``StaleEditError``, ``NoteRefusedError``."""
    _check(values, today)
    return _change(actor, note, based_on, values)


def withdraw(actor: Actor, note: VisitNote, based_on: int, reason: str) -> VisitNote:
    """A note that should not stand here: it stays, struck through.

    Raises ``StaleEditError``, ``NoteRefusedError`` without a reason.
    """
    if not reason:
        raise NoteRefusedError("say why", fr="dites pourquoi")
    return _change(actor, note, based_on, {"withdrawn": reason}, "withdraw-note", reason)


def _change(
    actor: Actor,
    note: VisitNote,
    based_on: int,
    values: Mapping[str, Any],
    action: str = "change",
    reason: str = "",
) -> VisitNote:
    with writing_record(actor, Permission.WRITE_RECORDS, note.patient):
        hold(note.patient)
        before = VisitNote.objects.get(pk=note.pk)
        if before.withdrawn and before.version == based_on:
            raise NoteRefusedError(
                "this note was withdrawn; write another one",
                fr="cette note a été retirée\u00a0; écrivez-en une autre",
            )
        return versions.change(
            actor, note, based_on, values,
            patient_id=note.patient.public_id, action=action, reason=reason,
        )  # fmt: skip


def _check(values: Mapping[str, Any], today: date) -> None:
    if (day := values.get("day")) is not None and day > today:
        raise NoteRefusedError(
            "this visit has not taken place yet",
            fr="cette visite n’a pas encore eu lieu",
            where="day",
        )

"""What imaging showed of a complaint: added, corrected, withdrawn, and stated as facts.

A grade and a fracture that was ruled out are facts of the dictionary: the record states them as of
the first day that the examination may be of, so that nothing is called fresher than it is, and the
Assess page asks nobody what the record knows. What is withdrawn is undone: what was said before
stands again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.guideline.errors import InputError
from dolenti.ledger import versions
from dolenti.ledger.locking import hold
from dolenti.ledger.once import Submission, made_before, once
from dolenti.records import engine
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Complaint, Imaging, Statement
from dolenti.records.places import zone_of

GRADED: Final = {"knee": "kellgren-lawrence"}
"""The fact that is the grade of a place, where a standard one exists and rules know it."""
GRADES: Final = range(5)
NO_FRACTURE: Final = "injury-imaged-no-fracture"


class ImagingRefusedError(InputError):
    """The examination cannot be written so; ``where`` is its field."""


def graded(complaint: Complaint) -> str | None:
    """The fact that is the grade of what imaging shows there; nothing where there is none."""
    return GRADED.get(zone_of(complaint))


def add(
    submission: Submission, complaint: Complaint, values: Mapping[str, Any], today: date
) -> Imaging:
    """One examination more. Sent twice it is one. Raises ``ImagingRefusedError``."""

    def make() -> Imaging:
        _check(complaint, values)
        made = Imaging.objects.create(complaint=complaint, author=submission.user, **values)
        audit.record(
            "add-imaging",
            actor=submission.actor,
            kind="imaging",
            object_id=made.public_id,
            patient_id=complaint.patient.public_id,
        )
        _Stating(submission.actor, made, today).anew()
        return made

    with writing_record(submission.actor, Permission.WRITE_RECORDS, complaint.patient):
        hold(complaint.patient)
        if made_before(submission, Imaging) is None and complaint.in_error:
            raise ImagingRefusedError(
                "this complaint was entered in error; open the right one",
                fr="cette douleur a été saisie par erreur\u00a0; ouvrez la bonne",
            )
        return once(submission, Imaging, make)


def change(
    actor: Actor, imaging: Imaging, based_on: int, values: Mapping[str, Any], today: date
) -> Imaging:
    """An examination corrected, as a new version: what it stated is stated anew.

    Raises ``StaleEditError``, ``ImagingRefusedError``.
    """
    _check(imaging.complaint, values)
    return _change(actor, imaging, based_on, values, today)


def withdraw(actor: Actor, imaging: Imaging, based_on: int, reason: str, today: date) -> Imaging:
    """An examination that should not count: it stays, struck through, and states nothing.

    Raises ``StaleEditError``, ``ImagingRefusedError`` without a reason.
    """
    if not reason:
        raise ImagingRefusedError("say why", fr="dites pourquoi")
    values = {"withdrawn": reason}
    return _change(actor, imaging, based_on, values, today, "withdraw-imaging", reason)


def _change(
    actor: Actor,
    imaging: Imaging,
    based_on: int,
    values: Mapping[str, Any],
    today: date,
    action: str = "change",
    reason: str = "",
) -> Imaging:
    patient = imaging.complaint.patient
    with writing_record(actor, Permission.WRITE_RECORDS, patient):
        hold(patient)
        before = Imaging.objects.get(pk=imaging.pk)
        if before.withdrawn and before.version == based_on:
            raise ImagingRefusedError(
                "it was withdrawn; add it again if it counts after all",
                fr="cet examen a été retiré\u00a0; ajoutez-le à nouveau s’il compte",
            )
        changed = versions.change(
            actor, imaging, based_on, values,
            patient_id=patient.public_id, action=action, reason=reason,
        )  # fmt: skip
        if changed.version != before.version:
            _Stating(actor, before, today).taken_back()
            _Stating(actor, changed, today).anew()
        return changed


def _check(complaint: Complaint, values: Mapping[str, Any]) -> None:
    grade = values.get("grade")
    if grade is None:
        return
    if graded(complaint) is None or grade not in GRADES:
        raise ImagingRefusedError(
            "there is no such grade here",
            fr="ce stade n’existe pas ici",
            where="grade",
        )


def facts_of(imaging: Imaging) -> dict[str, Any]:
    """What an examination says of the facts of its complaint. One of the other side, or of a side
    that nobody said, grades nothing here; one from before the pain began rules no fracture out."""
    complaint, found = imaging.complaint, {}
    if imaging.withdrawn or imaging.side != complaint.side:
        return {}
    grade = graded(complaint)
    if grade is not None and imaging.grade is not None:
        found[grade] = imaging.grade
    onset = complaint.onset
    if imaging.no_fracture and onset is not None and imaging.when.first >= onset.day:
        found[NO_FRACTURE] = True
    known = {fact.id for fact in engine.edition_in_force().facts}
    return {fact: value for fact, value in found.items() if fact in known}


class _Stating:
    """The statements of one version of an examination, in the name of whoever wrote it."""

    def __init__(self, actor: Actor, imaging: Imaging, today: date) -> None:
        self._imaging, self._today = imaging, today
        self._author = Submission(actor, uuid.UUID(int=0)).user
        self._said = self._token("says")

    def _token(self, what: str) -> uuid.UUID:
        one = self._imaging
        return uuid.uuid5(uuid.UUID(int=0), f"imaging {one.public_id} {one.version} {what}")

    def anew(self) -> None:
        for fact, value in facts_of(self._imaging).items():
            self._state(fact, value, self._imaging.when.first, self._said, None)

    def taken_back(self) -> None:
        said = Statement.objects.filter(
            complaint=self._imaging.complaint_id, submission=self._said, undoes=None
        )
        for one in said:
            self._state(one.fact, None, self._today, self._token("says no more"), self._said)

    def _state(
        self, fact: str, value: Any, at: date, token: uuid.UUID, undoes: uuid.UUID | None
    ) -> None:
        Statement.objects.create(
            patient=self._imaging.complaint.patient,
            complaint=self._imaging.complaint,
            fact=fact,
            value=value,
            at=at,
            said_by=Statement.SaidBy.RECORD,
            author=self._author,
            submission=token,
            undoes=undoes,
        )


__all__ = [
    "GRADES",
    "ImagingRefusedError",
    "add",
    "change",
    "facts_of",
    "graded",
    "withdraw",
]

"""The medicines of a patient: added, changed, stopped; what they mean is stated as facts.

A fact is stated by the list and dated, beside what people said. A medicine that is stopped says
nothing of the others of its class: what it alone said is taken back, to be asked again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.db.models import QuerySet

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.guideline.judge import reassuring_value
from dolenti.ledger import versions
from dolenti.ledger.once import Submission, once
from dolenti.medicines.meaning import About, Meant
from dolenti.records import engine, gate
from dolenti.records.facts.knowing import told_by
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Medicine, Patient, Statement

Row: TypeAlias = "tuple[str, str | None, bool | str]"


@dataclass(frozen=True)
class Named:
    """A medicine as it is to be written: what it is called, and what it means."""

    name: str
    meant: Meant
    cis: str = ""
    answered: bool = False


def of(patient: Patient) -> QuerySet[Medicine]:
    """A patient's medicines, those of records merged into theirs and stopped ones included."""
    found = Medicine.objects.filter(patient__in=gate.family(patient))
    return found.select_related("author", "patient")


def add(
    submission: Submission, patient: Patient, named: Named, values: Mapping[str, Any], today: date
) -> Medicine:
    """A medicine more on the list. Sent twice it is one."""

    def make() -> Medicine:
        made = Medicine.objects.create(
            patient=patient,
            author=submission.user,
            name=named.name,
            cis=named.cis,
            answered=named.answered,
            means=[[about.fact, about.member, value] for about, value in named.meant.says],
            asks=[about.fact for about in named.meant.asks if about.member is None],
            **values,
        )
        audit.record(
            "add-medicine",
            actor=submission.actor,
            kind="medicine",
            object_id=made.public_id,
            patient_id=patient.public_id,
        )
        if made.stopped_on is None or made.stopped_on > today:
            _Stating(submission, made, today).begins()
        return made

    with writing_record(submission.actor, Permission.WRITE_RECORDS, patient):
        return once(submission, Medicine, make)


def change(
    actor: Actor, medicine: Medicine, based_on: int, values: Mapping[str, Any], today: date
) -> Medicine:
    """A medicine changed or stopped, as a new version. Raises ``StaleEditError``."""
    patient = medicine.patient
    with writing_record(actor, Permission.WRITE_RECORDS, patient):
        was_taken = is_taken(medicine, today)
        changed = versions.change(
            actor, medicine, based_on, values, patient_id=patient.public_id, action="change"
        )
        if is_taken(changed, today) != was_taken:
            token = uuid.uuid5(uuid.UUID(int=0), f"{changed.public_id} {changed.version}")
            stating = _Stating(Submission(actor, token), changed, today)
            if was_taken:
                stating.ends()
            else:
                stating.begins()
        return changed


def is_taken(medicine: Medicine, today: date) -> bool:
    """Whether a medicine is taken on a day."""
    return medicine.stopped_on is None or medicine.stopped_on > today


class _Stating:
    """The statements that one medicine makes, in the name of whoever wrote it."""

    def __init__(self, submission: Submission, medicine: Medicine, today: date) -> None:
        self._submission, self._medicine, self._today = submission, medicine, today
        self._made = 0

    def begins(self) -> None:
        """What it means holds from today; what it puts in doubt is asked."""
        own = rows(self._medicine)
        for fact in dict.fromkeys(fact for fact, _, _ in own):
            self._state(fact, _value([row for row in own if row[0] == fact]))
        for fact in self._medicine.asks:
            if self._is_calm(fact):
                self._state(fact, None, Statement.Origin.DOCUMENT)

    def ends(self) -> None:
        """What it alone meant is no longer known; what the others mean still holds."""
        others = [
            row
            for one in of(self._medicine.patient).exclude(pk=self._medicine.pk)
            if is_taken(one, self._today)
            for row in rows(one)
        ]
        for fact in dict.fromkeys(fact for fact, _, _ in rows(self._medicine)):
            self._state(fact, None)
            left = [row for row in others if row[0] == fact]
            if left:
                self._state(fact, _value(left))

    def _is_calm(self, fact: str) -> bool:
        """Whether nothing is known of a fact, or that there is nothing to report."""
        edition = engine.edition_in_force()
        dictionary = engine.judge(edition, {}).dictionary
        if fact not in dictionary.definitions:
            return False
        said = Statement.objects.filter(
            patient__in=gate.family(self._medicine.patient), complaint=None, fact=fact
        )
        known = told_by(said, dictionary, self._today).facts.get(fact)
        return known is None or known.value == reassuring_value(dictionary.definition(fact))

    def _state(
        self, fact: str, value: Any, origin: Statement.Origin = Statement.Origin.STATED
    ) -> None:
        self._made += 1
        Statement.objects.create(
            patient=self._medicine.patient,
            fact=fact,
            value=value,
            at=self._today,
            origin=origin,
            place=self._medicine.name[:200],
            said_by=Statement.SaidBy.CLINICIAN,
            author=self._submission.user,
            submission=uuid.uuid5(self._submission.token, str(self._made)),
        )


def rows(medicine: Medicine) -> list[Row]:
    """What a medicine means: fact, member of a set or nothing, value."""
    return [(fact, member, value) for fact, member, value in medicine.means]


def _value(own: Iterable[Row]) -> Any:
    """One fact's value as a plain file writes it; nothing where two medicines disagree."""
    told = list(own)
    members = [member for _, member, _ in told if member is not None]
    if members:
        return {"has": list(dict.fromkeys(members))}
    values = {value for _, _, value in told}
    return values.pop() if len(values) == 1 else None


def answered(members: Iterable[tuple[str, str | None, bool | str]]) -> Meant:
    """What somebody said that a medicine is."""
    return Meant(says=tuple((About(fact, member), value) for fact, member, value in members))

"""A patient asks that their data be erased: what is answered, in a letter, and why.

Before its term a record stays, and the letter says until when and by which law. What the law does
not hold back (how to reach people) is erased at once, on request. Past its term the record goes by
the two steps of ``rights.erasing``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.ledger.belonging import kind_of, said_by
from dolenti.ledger.models import Draft, Revision
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.copying import language_of
from dolenti.records.models import Contact, Patient
from dolenti.rights import erasing, retention, terms
from dolenti.rights.erasure_letter import Told, letter
from dolenti.rights.models import ErasureRequest
from dolenti.rights.retention import Term


@dataclass(frozen=True)
class Asked:
    """What a patient asked: who says so, on which day, in which words, and which contacts go."""

    by: str
    on: date
    words: str = ""
    contacts: Sequence[Contact] = ()


def requests(user: User, patient: Patient) -> list[ErasureRequest]:
    """What a patient asked so far and was answered, the last first."""
    if not user.may(Permission.ERASE) or patient.site_id != user.site_id:
        return []
    found = ErasureRequest.objects.filter(patient__in=gate.family(patient))
    return list(found.select_related("author")[:20])


def contacts(user: User, patient: Patient) -> list[Contact]:
    """The contacts of a patient that are not blank, the ended ones too."""
    if not user.may(Permission.ERASE) or patient.site_id != user.site_id:
        return []
    found = Contact.objects.filter(patient__in=gate.family(patient))
    return list(found.exclude(**_nothing()))


def answer(submission: Submission, patient: Patient, asked: Asked, today: date) -> ErasureRequest:
    """Answer a request, do what the answer says, and keep both; a form sent twice is one."""
    actor = submission.actor

    def make() -> ErasureRequest:
        user = submission.user
        term = terms.term_of(patient)
        over = term.is_over(today)
        for contact in asked.contacts:
            blank(actor, contact)
        kind = ErasureRequest.Answer.REFUSED
        if over:
            kind = ErasureRequest.Answer.GRANTED
            if not erasing.proposals(user).filter(patient=patient.public_id).exists():
                own = submission.of_part("proposal")
                erasing.propose(own, patient, today)
        elif asked.contacts:
            kind = ErasureRequest.Answer.PARTIAL
        made = ErasureRequest.objects.create(
            patient=patient,
            asked_by=asked.by,
            asked_on=asked.on,
            asked=asked.words,
            answer=kind,
            grounds=list(term.rules),
            kept_until=term.until,
            letter=letter(_told(patient, asked, term, over=over)),
            erased={kind_of(Contact): len(asked.contacts)} if asked.contacts else {},
            author=user,
        )
        audit.record(
            "answer-erasure",
            actor=user,
            kind="erasurerequest",
            object_id=made.public_id,
            patient_id=patient.public_id,
            detail={"answer": str(kind), "rules": list(term.rules), "erased": made.erased},
        )
        return made

    with writing(actor, Permission.ERASE, patient.site_id, patient_id=patient.public_id):
        return once(submission, ErasureRequest, make)


def _told(patient: Patient, asked: Asked, term: Term, *, over: bool) -> Told:
    return Told(
        site=patient.site.name,
        asked_on=asked.on,
        until=term.until,
        rules=term.rules,
        over=over,
        contacts=len(asked.contacts),
        language=language_of(patient),
    )


def blank(actor: Actor, contact: Contact) -> None:
    """Take from a contact all that reaches anybody, and from its history; that there was one, of
    which kind and when, remains."""
    patient = contact.patient
    with writing(actor, Permission.ERASE, patient.site_id, patient_id=patient.public_id):
        now = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        Contact.objects.filter(pk=now.pk).update(
            **_nothing(), ended_at=now.ended_at or timezone.now(), version=now.version + 1
        )
        erasing.let_go(Revision.objects.filter(kind=kind_of(Contact), row=now.pk))
        Draft.objects.filter(about=now.public_id).delete()
        audit.record(
            "erase",
            actor=actor,
            kind="contact",
            object_id=now.public_id,
            patient_id=patient.public_id,
            detail={"rule": retention.CONTACT},
        )


def _nothing() -> dict[str, Any]:
    """The fields of a contact that are blanked, empty."""
    blanked = said_by(Contact).blanked
    assert blanked is not None, "a contact says what of it may be blanked"
    return dict.fromkeys(blanked.fields, "")


def forget_drafts(user: User) -> int:
    """Erase the drafts of the user's site that were forgotten; how many."""
    with writing(user, Permission.ERASE, user.site_id):
        found: QuerySet[Draft] = terms.forgotten_drafts(user)
        count, _ = found.delete()
        if count:
            audit.record(
                "erase",
                actor=user,
                kind="draft",
                detail={"rule": retention.DRAFT, "count": count},
            )
    return count

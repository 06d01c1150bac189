"""How to reach a patient, and who speaks for them. A contact that ended stays, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.records import gate, versions
from dolenti.records.models import Contact, Patient
from dolenti.records.once import Submission, once


def of(patient: Patient) -> QuerySet[Contact]:
    """A patient's contacts, those of records merged into theirs included, ended ones too."""
    return Contact.objects.filter(patient__in=gate.family(patient)).select_related("patient")


def add(submission: Submission, patient: Patient, values: Mapping[str, Any]) -> Contact:
    """A new contact. Sent twice it is one."""
    user = submission.user

    def make() -> Contact:
        made = Contact.objects.create(patient=patient, author=user, **values)
        audit.record(
            "add-contact",
            actor=user,
            kind="contact",
            object_id=made.public_id,
            patient_id=patient.public_id,
            detail={"kind": made.kind},
        )
        return made

    return once(submission, Contact, make)


def change(user: User, contact: Contact, based_on: int, values: Mapping[str, Any]) -> Contact:
    """A contact changed, as a new version. Raises ``StaleEditError``."""
    return versions.change(
        user, contact, based_on, values, patient_id=contact.patient.public_id, action="change"
    )


def end(user: User, contact: Contact, based_on: int) -> Contact:
    """A contact that is no more: it stays, with the day it ended. Raises ``StaleEditError``."""
    if contact.ended_at is not None:
        return contact
    return versions.change(
        user,
        contact,
        based_on,
        {"ended_at": timezone.now()},
        patient_id=contact.patient.public_id,
        action="end-contact",
    )

"""How to reach a patient, and who speaks for them. A contact that ended stays, ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.ledger import versions
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.models import Contact, Patient
from dolenti.records.patients import people


def of(patient: Patient) -> QuerySet[Contact]:
    """A patient's contacts, those of records merged into theirs included, ended ones too."""
    return Contact.objects.filter(patient__in=gate.family(patient)).select_related("patient")


def phones(patients: Iterable[Patient]) -> dict[int, str]:
    """The patient's own number of each of these, by its row. One query."""
    found = Contact.objects.filter(
        patient__in=list(patients), ended_at=None, kind=Contact.Kind.SELF
    )
    rows = found.exclude(phone="").order_by("-pk")
    return dict(rows.values_list("patient_id", "phone"))


def add(submission: Submission, patient: Patient, values: Mapping[str, Any]) -> Contact:
    """A new contact. Sent twice it is one."""
    with writing(
        submission.actor,
        Permission.WRITE_PATIENTS,
        patient.site_id,
        patient_id=patient.public_id,
    ):
        return once(submission, Contact, lambda: _write(submission, patient, values))


def _write(submission: Submission, patient: Patient, values: Mapping[str, Any]) -> Contact:
    """A contact, inside the transaction of whoever may write the patient; it is found by its
    telephone and its address from now on."""
    made = Contact.objects.create(patient=patient, author=submission.user, **values)
    audit.record(
        "add-contact",
        actor=submission.actor,
        kind="contact",
        object_id=made.public_id,
        patient_id=patient.public_id,
        detail={"kind": made.kind},
    )
    people.file_anew(patient)
    return made


def change(actor: Actor, contact: Contact, based_on: int, values: Mapping[str, Any]) -> Contact:
    """A contact changed, as a new version. Raises ``StaleEditError``."""
    return _change(actor, contact, based_on, values, "change")


def end(actor: Actor, contact: Contact, based_on: int) -> Contact:
    """A contact that is no more: it stays, with the day it ended. Raises ``StaleEditError``."""
    return _change(actor, contact, based_on, {"ended_at": timezone.now()}, "end-contact")


def _change(
    actor: Actor, contact: Contact, based_on: int, values: Mapping[str, Any], action: str
) -> Contact:
    patient = contact.patient
    with writing(actor, Permission.WRITE_PATIENTS, patient.site_id, patient_id=patient.public_id):
        if action == "end-contact" and contact.ended_at is not None:
            return contact
        changed = versions.change(
            actor, contact, based_on, values, patient_id=patient.public_id, action=action
        )
        people.file_anew(patient)
        return changed

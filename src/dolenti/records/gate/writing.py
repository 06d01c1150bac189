"""The gate, for who is about to write into a record: it is open to them, or they write nothing.

The right itself is asked by ``access.writing``. What is of a patient's health is written by whoever
may read it; what the reception keeps (identity, contacts, appointments) is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dolenti.access.actors import Actor
from dolenti.access.roles import Kind, Permission
from dolenti.access.writing import insist, refuse, writing
from dolenti.records.gate import of_patient
from dolenti.records.models import Patient


@contextmanager
def writing_record(actor: Actor, permission: Permission, patient: Patient) -> Iterator[None]:
    """The transaction of a write into the record of a patient, which is open to the actor.

    Raises ``NotAllowedError``.
    """
    with writing(actor, permission, patient.site_id, patient_id=patient.public_id):
        insist_open(actor, permission, patient)
        yield


def insist_open(actor: Actor, permission: Permission, patient: Patient) -> None:
    """Raises ``NotAllowedError`` where the actor may not write into the record of a patient: for
    who is about to make what takes long, before the transaction that writes it."""
    insist(actor, permission, patient.site_id, patient_id=patient.public_id)
    if not of_patient.is_open(actor, patient):
        refuse(actor, permission, patient.site_id, patient_id=patient.public_id)


def insist_own_or_open(actor: Actor, permission: Permission, patient: Patient) -> None:
    """The same where a patient may act as well, in their own record alone: what they may, their
    kind says. Raises ``NotAllowedError``."""
    if actor.role != Kind.PATIENT:
        insist_open(actor, permission, patient)
        return
    insist(actor, permission, patient.site_id, patient_id=patient.public_id)
    if actor.public_id != patient.public_id:
        refuse(actor, permission, patient.site_id, patient_id=patient.public_id)

"""In whose care a patient is. Records that are merged are one patient's: whoever has one of them in
care reads them all (``gate.family``), so here too a patient is the whole family."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import User
from dolenti.access.roles import PERMISSIONS, Permission, Role, Scope, scope
from dolenti.access.writing import refuse, writing
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import CareRelation, Opening, Patient


def take(actor: Actor, patient: Patient, carer: User) -> None:
    """Put a patient in someone's care; who has them already keeps them. For a patient who was just
    made; any other is entrusted."""
    try:
        with _writing(actor, patient):
            if _now(patient).filter(user=carer).exists():
                return
            CareRelation.objects.create(patient=patient, user=carer, author=author_of(actor))
            _tell(actor, patient, carer, "care-begins")
    except IntegrityError:
        return  # at the same moment, by someone else


def take_if_needed(actor: Actor, patient: Patient) -> None:
    """Put a new patient in the care of who brought them, where only that opens the record."""
    if actor.may(Permission.READ_RECORDS) and scope(actor.role) is Scope.CARE_TEAM:
        take(actor, patient, author_of(actor))


def may_entrust(user: Actor, patient: Patient) -> bool:
    """Whether the user may put a patient in someone's care, or end it: whoever keeps the patients'
    files and reads no records, and whoever has the patient in care. Nobody so opens a record that
    is closed to them, nor makes lasting what was opened for an hour."""
    if not user.may(Permission.WRITE_PATIENTS):
        return False
    return not user.may(Permission.READ_RECORDS) or patient_gate.is_lasting(user, patient)


def entrust(actor: Actor, patient: Patient, carer: User) -> None:
    """Put a patient in someone's care. Raises ``NotAllowedError``."""
    with _writing(actor, patient):
        _insist(actor, patient)
        take(actor, patient, carer)


def entrust_if_allowed(actor: Actor, patient: Patient, carer: User) -> None:
    """The same as a consequence of something else: nothing where the actor may not."""
    if may_entrust(actor, patient):
        take(actor, patient, carer)


def _writing(actor: Actor, patient: Patient) -> AbstractContextManager[None]:
    return writing(actor, Permission.WRITE_PATIENTS, patient.site_id, patient_id=patient.public_id)


def _insist(actor: Actor, patient: Patient) -> None:
    if not may_entrust(actor, patient):
        refuse(actor, Permission.WRITE_PATIENTS, patient.site_id, patient_id=patient.public_id)


def _now(patient: Patient) -> QuerySet[CareRelation]:
    return CareRelation.objects.filter(patient__in=gate.family(patient), ended_at=None)


def team(patient: Patient) -> list[CareRelation]:
    """Who has a patient in their care, longest first, each once: everybody to whom that opens the
    record."""
    first: dict[int, CareRelation] = {}
    for one in _now(patient).select_related("user").order_by("since", "pk"):
        first.setdefault(one.user_id, one)
    return list(first.values())


def gaining(one: Patient, other: Patient) -> list[User]:
    """To whom the one or the other would open, were the two read as one: who has one of them in
    care, or open for an hour, and not the other. By name; of any role, which may change later."""
    first, second = _readers(one), _readers(other)
    found = User.objects.filter(pk__in=first ^ second, is_active=True)
    return list(found.order_by("name", "pk"))


def _readers(patient: Patient) -> set[int]:
    opened = Opening.objects.filter(
        patient__in=gate.family(patient), ends_at__gt=timezone.now(), ended=None
    )
    return {*_now(patient).values_list("user", flat=True), *opened.values_list("user", flat=True)}


def carers(user: User) -> QuerySet[User]:
    """Who at the user's site may have patients in their care, by name."""
    readers = [
        role
        for role in Role
        if Permission.READ_RECORDS in PERMISSIONS[role] and scope(role) is Scope.CARE_TEAM
    ]
    return User.objects.filter(site_id=user.site_id, role__in=readers, is_active=True).order_by(
        "name", "pk"
    )


def leave(actor: Actor, patient: Patient, carer: User) -> None:
    """End someone's care of a patient: the record closes to them. Raises ``NotAllowedError``."""
    with _writing(actor, patient):
        _insist(actor, patient)
        if _now(patient).filter(user=carer).update(ended_at=timezone.now()):
            _tell(actor, patient, carer, "care-ends")


def _tell(actor: Actor, patient: Patient, carer: User, action: str) -> None:
    audit.record(
        action,
        actor=actor,
        kind="user",
        object_id=carer.public_id,
        patient_id=patient.public_id,
    )

"""In whose care a patient is."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.access.roles import PERMISSIONS, Permission, Role, Scope, scope
from dolenti.records.models import CareRelation, Patient


def take(user: User, patient: Patient, carer: User) -> None:
    """Put a patient in someone's care; who has them already keeps them."""
    if CareRelation.objects.filter(patient=patient, user=carer, ended_at=None).exists():
        return
    try:
        with transaction.atomic():
            CareRelation.objects.create(patient=patient, user=carer, author=user)
            _tell(user, patient, carer, "care-begins")
    except IntegrityError:
        return  # at the same moment, by someone else


def take_if_needed(user: User, patient: Patient) -> None:
    """Put a new patient in the care of who brought them, where only that opens the record."""
    if user.may(Permission.READ_RECORDS) and scope(user.role) is Scope.CARE_TEAM:
        take(user, patient, user)


def may_entrust(user: User, *, opened: bool) -> bool:
    """Whether the user may put a patient in someone's care, or end it: whoever keeps the
    patients' files, but nobody may so open for themselves a record that is closed to them."""
    may_write = user.may(Permission.WRITE_PATIENTS)
    return may_write and (opened or not user.may(Permission.READ_RECORDS))


def team(patient: Patient) -> QuerySet[CareRelation]:
    """Who has a patient in their care, longest first."""
    found = CareRelation.objects.filter(patient=patient, ended_at=None)
    return found.select_related("user").order_by("since", "pk")


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


def leave(user: User, patient: Patient, carer: User) -> None:
    """End someone's care of a patient: the record closes to them."""
    with transaction.atomic():
        ended = CareRelation.objects.filter(patient=patient, user=carer, ended_at=None).update(
            ended_at=timezone.now()
        )
        if ended:
            _tell(user, patient, carer, "care-ends")


def _tell(user: User, patient: Patient, carer: User, action: str) -> None:
    audit.record(
        action,
        actor=user,
        kind="user",
        object_id=carer.public_id,
        patient_id=patient.public_id,
    )

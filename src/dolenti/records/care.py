"""In whose care a patient is."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
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

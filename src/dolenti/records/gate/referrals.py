"""The gate to referrals (see ``records.gate``)."""

from __future__ import annotations

from django.db.models import QuerySet

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.records import gate
from dolenti.records.models import Patient, Referral


def referrals(user: Actor) -> QuerySet[Referral]:
    """The referrals of patients whose record is open to the user, open ones and closed ones."""
    if not user.may(Permission.READ_RECORDS):
        return Referral.objects.none()
    return Referral.objects.filter(gate.open_here(user, "complaint__patient")).select_related(
        "complaint", "complaint__patient", "closed_by"
    )


def referral(user: Actor, public_id: str) -> Referral:
    """One referral. Raises ``Http404``, ``ClosedRecordError``."""
    found = sole(referrals(user).select_related("assessment").defer(
        "assessment__packed", "assessment__inputs"
    ).filter(public_id=public_id))  # fmt: skip
    if found is None:
        raise gate.closed(user, Referral, public_id)
    gate.seen(user, "referral", public_id, found.complaint.patient.public_id)
    return found


def referrals_of(user: Actor, patient: Patient) -> list[Referral]:
    """The referrals of one patient, open ones first."""
    found = referrals(user).filter(complaint__patient__in=gate.family(patient))
    return sorted(found, key=lambda one: (one.closed_at is not None, -one.pk))

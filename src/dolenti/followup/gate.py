"""The gate to what was decided of a course, and to the plans of exercises of a complaint.

As in ``records.gate``: every function takes the user first and gives only what they may see.
"""

from __future__ import annotations

from django.db.models import QuerySet

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.followup.models import OpioidTaper, RehabilitationPlan, StepDecision
from dolenti.records import gate
from dolenti.records.gate import of_patient
from dolenti.records.models import Complaint, Patient
from dolenti.treatment.models import Course


def decisions(user: Actor, course: Course) -> QuerySet[StepDecision]:
    """What was decided of a course, the last first."""
    if not user.may(Permission.READ_RECORDS):
        return StepDecision.objects.none()
    found = StepDecision.objects.filter(gate.open_here(user, "course__patient"), course=course)
    return found.select_related("author").order_by("-pk")


def plans(user: Actor, complaint: Complaint) -> QuerySet[RehabilitationPlan]:
    """The plans of exercises of a complaint, the last first."""
    if not user.may(Permission.READ_RECORDS):
        return RehabilitationPlan.objects.none()
    open_ = gate.open_here(user, "complaint__patient")
    found = RehabilitationPlan.objects.filter(open_, complaint=complaint)
    return found.select_related("author", "accepted_by").order_by("-pk")


def plan(user: Actor, public_id: str) -> RehabilitationPlan:
    """One plan of exercises. Raises ``Http404``, ``ClosedRecordError``."""
    found = sole(
        RehabilitationPlan.objects.filter(
            gate.open_here(user, "complaint__patient"), public_id=public_id
        ).select_related("complaint__patient__site", "author", "accepted_by")
    )
    if found is None:
        raise gate.closed(user, RehabilitationPlan, public_id)
    gate.seen(user, "rehabilitationplan", public_id, found.complaint.patient.public_id)
    return found


def tapers(user: Actor, patient: Patient) -> QuerySet[OpioidTaper]:
    """The plans to lower the opioids of a patient, the last first."""
    found = OpioidTaper.objects.filter(patient__in=of_patient.read_as(user, patient))
    return found.select_related("author").order_by("-pk")


def taper(user: Actor, public_id: str) -> OpioidTaper:
    """One plan to lower opioids. Raises ``Http404``, ``ClosedRecordError``."""
    found = sole(
        OpioidTaper.objects.filter(
            gate.open_here(user, "patient"), public_id=public_id
        ).select_related("patient__site", "author")
    )
    if found is None:
        raise gate.closed(user, OpioidTaper, public_id)
    gate.seen(user, "opioidtaper", public_id, found.patient.public_id)
    return found

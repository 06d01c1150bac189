"""The gate to what was decided of a course.

As in ``records.gate``: every function takes the user first and gives only what they may see.
"""

from __future__ import annotations

from django.db.models import QuerySet

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.followup.models import StepDecision
from dolenti.records import gate
from dolenti.treatment.models import Course


def decisions(user: Actor, course: Course) -> QuerySet[StepDecision]:
    """What was decided of a course, the last first."""
    if not user.may(Permission.READ_RECORDS):
        return StepDecision.objects.none()
    found = StepDecision.objects.filter(gate.open_here(user, "course__patient"), course=course)
    return found.select_related("author").order_by("-pk")

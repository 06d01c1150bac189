"""The infections of patients that nobody has closed: what the next session is asked of."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models.functions import Coalesce

from dolenti.records import gate
from dolenti.safety import events
from dolenti.safety.models import AdverseEvent
from dolenti.treatment import lately
from dolenti.treatment.lately import Sign

INFECTION = "infection"
"""The scale by which an infection is graded."""


def open_infections(keys: Collection[int]) -> dict[int, list[Sign]]:
    """The infections of these patients that are not over, or of which nobody knows it, the last
    first. One query."""
    labels = {one.id: one.label for one in events.content().events if one.grades == INFECTION}
    rows = (
        AdverseEvent.objects.filter(
            patient__in=gate.families(keys),
            event__in=list(labels),
            in_error=False,
            ended=None,
        )
        .exclude(outcome__in=events.OVER)
        .annotate(kept=Coalesce("patient__absorbed_by_id", "patient_id"))
        .order_by("-noticed_at", "-pk")
        .values_list("kept", "event", "public_id", "noticed_at", "treated")
    )
    found: dict[int, list[Sign]] = {}
    for key, event, about, at, treated in rows:
        found.setdefault(key, []).append(Sign("infection", about, at, labels[event], treated))
    return found


lately.SIGNS.append(open_infections)

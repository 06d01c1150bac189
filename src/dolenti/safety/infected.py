"""The infections of patients that nobody has closed: what the next session is asked of."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.db.models.functions import Coalesce

from dolenti.guideline.knowledge import Text
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
            Q(patient__in=keys) | Q(patient__absorbed_by__in=keys),
            event__in=list(labels),
            in_error=False,
            ended=None,
        )
        .exclude(outcome__in=events.OVER)
        .annotate(kept=Coalesce("patient__absorbed_by_id", "patient_id"))
        .order_by("-noticed_at", "-pk")
    )
    found: dict[int, list[Sign]] = {}
    for one in rows:
        says: Text = labels[one.event]
        sign = Sign("infection", one.public_id, one.noticed_at, says, one.treated)
        found.setdefault(one.kept, []).append(sign)
    return found


lately.SIGNS.append(open_infections)

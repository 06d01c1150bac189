"""Which open alerts hold the sessions of a patient back: those whose urgency or whose alarm says
``holds_sessions``, of whichever of their complaints. ``treatment`` asks here; it knows no alert.
"""

from __future__ import annotations

from dolenti.diary import following
from dolenti.diary.copied import alarm_labels
from dolenti.diary.models import Alert
from dolenti.guideline.knowledge import Text
from dolenti.records import gate
from dolenti.records.models import Patient
from dolenti.treatment import holds
from dolenti.treatment.holds import Hold


def held_by(patient: Patient) -> list[Hold]:
    """What holds the sessions of a patient back now, the most urgent first. Each alarm of an alert
    is one: what is told later holds anew, and so does what became more urgent."""
    found = Alert.objects.filter(
        patient__in=gate.family(patient), state=Alert.State.RAISED
    ).order_by("due_at", "pk")  # fmt: skip
    return [one for alert in found for one in holds_of(alert)]


def holds_of(alert: Alert) -> list[Hold]:
    """What of an alert holds sessions back while it is open."""
    content = following.content()
    whole = {one.id for one in content.urgencies if one.holds_sessions}
    single = {one.id for one in content.alarms if one.holds_sessions}
    french, english = (alarm_labels(alert, language) for language in ("fr", "en"))
    return [
        Hold(f"{alert.public_id}/{alert.urgency}/{name}", alert.public_id, Text(fr=fr, en=en))
        for name, fr, en in zip(alert.alarms, french, english, strict=False)
        if alert.urgency in whole or name in single
    ]


holds.HOLDS.append(held_by)

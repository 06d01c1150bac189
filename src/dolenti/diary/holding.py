"""Which open alerts hold the sessions of a patient back: those whose urgency or whose alarm says
``holds_sessions``, of whichever of their complaints. ``treatment`` asks here; it knows no alert.
"""

from __future__ import annotations

from django.utils import timezone

from dolenti.agenda.models import Appointment
from dolenti.diary import alerts, following
from dolenti.diary.copied import alarm_labels
from dolenti.diary.models import Alert
from dolenti.guideline.knowledge import Text
from dolenti.records import gate
from dolenti.records.models import Patient
from dolenti.treatment import holds
from dolenti.treatment.holds import Hold
from dolenti.treatment.models import Session


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


def visit_after(alert: Alert) -> Appointment | None:
    """The next visit at which something is to be given, of a patient whose alert holds it back: it
    is to be said what becomes of it. None where the alert holds nothing, or nothing is planned."""
    if not holds_of(alert):
        return None
    sessions = Session.objects.filter(
        course__patient__in=gate.family(alert.patient),
        standing=True,
        appointment__state=Appointment.State.PLANNED,
        appointment__start__gt=timezone.now(),
    )
    found = sessions.select_related("appointment").order_by("appointment__start", "pk").first()
    return found.appointment if found is not None else None


holds.HOLDS.append(held_by)
alerts.HELD_BACK.append(visit_after)

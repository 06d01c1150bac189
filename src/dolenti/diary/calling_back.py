"""The written message to a patient whom nobody reached by telephone: « merci de nous rappeler ».

After so many calls as an alert may end for want of an answer, the rules of the alarms ask for a
written message. It goes by the way that the patient chose, once a day, while the alert stands and
nobody spoke to them; it ends nothing, and says nothing of why.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dolenti.agenda import timetable
from dolenti.calendar.moments import local_day, to_local
from dolenti.diary import alerts, deadlines, following, reaching
from dolenti.diary.models import Alert, Message
from dolenti.records import gate
from dolenti.records.models import Patient

KIND: Final = "call-us"
"""The kind of its message, by its id in the knowledge."""
_NOT_REACHED: Final = "not-reached"


def is_due(alert: Alert) -> bool:
    """Whether a written message follows the calls of an alert."""
    outcomes = following.content().alarm_rules.outcomes
    calls = next(one.after_attempts for one in outcomes if one.id == _NOT_REACHED)
    return (
        alert.state == Alert.State.RAISED
        and alert.link_id is None
        and alerts.attempts(alert) >= calls
        and not alerts.is_reached(alert)
    )


def way(patient: Patient) -> str:
    """By which channel it goes now; empty where it cannot: no way was chosen, the site has no
    number to call, or the follow-up ended."""
    standing = reaching.of(patient)
    if standing is None or not patient.site.phone or following.stops_of(patient):
        return ""
    return reaching.way_of(patient, standing.channel)


def is_awaited(message: Message, now: datetime) -> bool:
    """Whether a message still asks what it asked: on its day, within the hours of messages, while
    somebody answers at the site, and nobody spoke to the patient meanwhile."""
    opening = timetable.opening_of(message.patient.site)
    found = Alert.objects.filter(
        patient__in=gate.family(message.patient), state=Alert.State.RAISED, link=None
    )
    return (
        message.day == local_day(now)
        and deadlines.open_from(opening, now) <= now
        and following.content().rules.sending.is_open_at(to_local(now))
        and way(message.patient) == message.channel
        and any(is_due(one) for one in found)
    )

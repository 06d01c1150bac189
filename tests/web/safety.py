"""An adverse event to look at, and an alarm."""

from __future__ import annotations

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.records.models import Patient
from dolenti.safety import events
from dolenti.safety.events import Told
from dolenti.safety.models import AdverseEvent, Alarm, Report
from tests.web.world import sent


def told_of(patient: Patient, user: User) -> AdverseEvent:
    """An infection that somebody told of, graded by nobody yet."""
    return events.tell(sent(user), patient, None, Told("skin-infection", clock.today()))


def raised_by(patient: Patient, user: User) -> Alarm:
    """The alarm of a germ of which one case is enough."""
    found = events.tell(sent(user), patient, None, Told("mycobacterial-infection", clock.today()))
    return Alarm.objects.get(cases__event=found)


def report_due(event: AdverseEvent) -> Report:
    """A report of an event that is due, whatever is known of it."""
    made, _new = Report.objects.get_or_create(
        event=event, route="eigs", part="first", defaults={"due_at": event.noticed_at}
    )
    return made

"""What follows for adverse events from the signature of a session: what was noted there stands as
an event, not typed twice; what an amendment no longer says was entered in error."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.actors import Actor
from dolenti.calendar.moments import local_day, to_local
from dolenti.ledger import locking
from dolenti.ledger.lifecycle import Taking
from dolenti.safety import events, reports
from dolenti.safety.events import Told
from dolenti.safety.models import AdverseEvent
from dolenti.treatment import content
from dolenti.treatment.beside import CAUGHT
from dolenti.treatment.content import Event, Happened, Injected
from dolenti.treatment.given import RECORDS
from dolenti.treatment.models import Session, SessionRecord


def _events_stand(taking: Taking[SessionRecord]) -> None:
    """What happened at once becomes an adverse event, to be graded."""
    record = taking.row
    noted = {one.event: one for one in content.read(Happened, record.happened).events or ()}
    standing = AdverseEvent.objects.filter(
        session_id=record.session_id, from_record=True, in_error=False
    ).select_related("patient__site")
    known = {one.event: one for one in standing}
    for name, event in known.items():
        if name not in noted:
            events.taken_out(taking.actor, event, event.version, record.reason)
        else:  # the record may hold other products by now
            reports.follow(event)
    about_patients = {one.id for one in events.told_of_patients()}
    for name, one in noted.items():
        if name not in known and name in about_patients:
            _told(taking.actor, record, one)


def _told(actor: Actor, record: SessionRecord, one: Event) -> None:
    assert record.delivered_at is not None
    session = record.session
    freezing = content.read(Injected, record.injected).freezing
    told = Told(
        event=one.event,
        began=local_day(record.delivered_at),
        room=session.appointment.room,
        device=freezing.device if freezing else "",
        grade=one.grade,
        treated=one.treated,
        note=one.note,
    )
    patient = session.course.patient
    events.written(
        actor, patient, session, told, _noticed(record.delivered_at, one.at), from_record=True
    )
    events.hold_what_it_says(actor, patient, one.event)


def _noticed(delivered_at: datetime, at: str) -> datetime:
    """When an event of a session was noticed: at the time that was said of its day, else when it
    was given."""
    if not at:
        return delivered_at
    hour, _colon, minute = at.partition(":")
    said = to_local(delivered_at).replace(hour=int(hour), minute=int(minute), second=0)
    return min(said, timezone.now())


def _caught(actor: Actor, session: Session, event: str) -> None:
    """A mistake that was caught, or a fault that a record shows, is an event as well, to be
    completed by a person: once a session. Nothing is held for it until then."""
    found = Session.objects.select_related("course__patient__site", "appointment__room")
    session = found.get(pk=session.pk)
    patient = session.course.patient
    with transaction.atomic():
        locking.hold(patient)
        told = AdverseEvent.objects.filter(session=session, event=event, in_error=False)
        if not told.exists():
            said = Told(event=event, began=clock.today(), room=session.appointment.room)
            events.written(actor, patient, session, said, timezone.now(), from_record=False)


CAUGHT.append(_caught)
RECORDS.then(_events_stand, "sign-session")

"""Who may be asked something now, found by the database by the days alone: a little more than are,
and none fewer. What is asked of them is worked out (``guideline.diary.due``), never stored."""

from __future__ import annotations

from array import array
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from dolenti.access.models import Site
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.diary import following, reaching
from dolenti.diary.models import Alert, AlertEvent, Message
from dolenti.diary.models.messages import ASKED
from dolenti.guideline import diary as guided
from dolenti.treatment.models import Course, SessionRecord


def reached(site: Site, now: datetime) -> array[int]:
    """The ways to the patients of a site who may be asked something at a moment and were asked
    nothing that day, by their rows. One query."""
    spans = guided.spans(following.content(), now)

    def within(field: str, *anchors: str) -> Q:
        every = (span for anchor in anchors for span in spans.get(anchor, ()))  # type: ignore[call-overload]
        return reduce(or_, (Q(**{f"{field}__range": one}) for one in every), Q(pk=None))

    given = SessionRecord.objects.filter(
        within("delivered_at", "first-session", "each-session", "last-session")
    )
    visits = Appointment.objects.filter(within("start", "first-session", "each-appointment"))
    called = AlertEvent.objects.filter(
        within("created_at", "alarm-raised"), kind__in=following.CALLED
    )
    alerts = Alert.objects.filter(
        within("created_at", "alarm-raised")
        | Q(pk__in=called.values("alert"))
        | within("ended_at", "alarm-closed")
    )
    controls = visits.filter(kind=Appointment.Kind.CONTROL)
    theirs = Course.objects.filter(complaint__in=controls.values("complaint"))
    asked = Message.objects.filter(ASKED, day=local_day(now)).order_by().values("patient")
    rows = reaching.reached(site.pk).filter(
        Q(patient__in=given.values("session__course__patient"))
        | Q(patient__in=visits.filter(session__isnull=False).values("session__course__patient"))
        | Q(patient__in=theirs.values("patient"))
        | Q(patient__in=alerts.filter(course__isnull=False).values("course__patient")),
        # Read once and looked up: joined, a database that has not counted the messages of this
        # hour yet goes through all of them for every patient.
        ~Q(patient__in=asked),
    )
    return array("q", rows.values_list("pk", flat=True).iterator())

"""Whose feeling is to be tested again: the freezes after which a sensory map is due and was not
recorded, as the day and the knowledge say (``guideline.session.sensory.due_on``)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.calendar.moments import day_bounds
from dolenti.diary.models import Stop
from dolenti.guideline.session import content as room_content
from dolenti.guideline.session import sensory
from dolenti.records import engine, gate
from dolenti.treatment.earlier import FREEZING
from dolenti.treatment.models import SensoryMap, SessionRecord


def on(user: Actor, day: date) -> QuerySet[SessionRecord]:
    """Those of the patients whose record is open to the user, who may record such a map; nobody
    whose follow-up has ended. One query."""
    if not user.may(Permission.PREPARE):
        return SessionRecord.objects.none()
    test = room_content(engine.edition_in_force()).cryoneurolysis.sensory_test
    stopped = Stop.objects.filter(patient__in=gate.family_of("session__course__patient"))
    untested = Q(pk__in=[])
    for one in sensory.awaited(test, day):
        maps = SensoryMap.objects.filter(
            record__session=OuterRef("session"), moment__in=one.closed_by
        )
        frozen = Q(delivered_at__lt=day_bounds(one.last)[1])
        if one.first is not None:
            frozen &= Q(delivered_at__gte=day_bounds(one.first)[0])
        untested |= Q(~Exists(maps)) & frozen
    found = SessionRecord.objects.filter(
        untested,
        ~Exists(stopped),
        gate.open_here(user, "session__course__patient"),
        session__course__site=user.site_id,
        session__course__therapy=FREEZING,
        amended_by=None,
        injected__freezing__nerve__isnull=False,
        session__course__complaint__in_error="",
        session__course__patient__in_error="",
    )
    return found.order_by()

"""What a person sends goes before what the clock would ask on the same day: one message a patient
and day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils import timezone

from dolenti.access.actors import Actor
from dolenti.diary import following
from dolenti.diary.hours import is_last_day
from dolenti.diary.models import Message
from dolenti.diary.models.messages import COUNTED
from dolenti.diary.noting import note
from dolenti.records.models import Patient


def give_way(actor: Actor, patient: Patient, day: date) -> None:
    """What was written down for a patient and a day, and did not leave yet, makes room for what
    somebody sends by hand: a question that is not of safety, which the next run writes anew for
    another day, and what leads to a link that opens no more. Inside a transaction that holds the
    patient."""
    safe = [one.id for one in following.content().windows if one.safety]
    rows = Message.objects.filter(COUNTED, patient=patient, day=day, state=Message.State.WAITING)
    rows = rows.select_related("patient")
    routine = Q(course__isnull=False) & ~Q(window__in=safe)
    for one in rows.filter(routine | Q(course=None, link__revoked_at__isnull=False)):
        if one.course_id is not None and _is_last_day(one, day):
            continue
        waiting = Message.objects.filter(pk=one.pk, state=Message.State.WAITING)
        if waiting.update(state=Message.State.NOT_NEEDED, over_at=timezone.now()):
            note(actor, one, state=Message.State.NOT_NEEDED, channel=one.channel)


def _is_last_day(message: Message, day: date) -> bool:
    """Whether the question of a message ends before it could go on another day."""
    assert message.course is not None
    due = following.window_of(message.course, message.window, message.anchor, timezone.now())
    site = message.patient.site
    return due is not None and is_last_day(site, due.expires, day)

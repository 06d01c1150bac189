"""An appointment in its patient's own hands, by a link: they move it, or give it up. What they wish
of the reception is in ``wishing``.

It is the locked services of the agenda that book, so that two people never have one time. A session
of a course is moved by a person: between sessions its protocol has intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.agenda import appointments, timetable
from dolenti.agenda.life import APPOINTMENTS, BY_LINK, AppointmentRefusedError
from dolenti.agenda.models import Appointment, Room
from dolenti.agenda.timetable import Slot, SlotRefusedError
from dolenti.calendar.moments import Span, local_day, to_local
from dolenti.calendar.preferred import NOON, Preferred
from dolenti.diary import following, link_life, links
from dolenti.diary.answers import ClosedError
from dolenti.diary.models import Link, Wish
from dolenti.ledger import locking
from dolenti.ledger.versions import StaleEditError
from dolenti.records import gate

MOST: Final = 6
"""Free times that are offered at once."""
A_DAY: Final = 2
REASON: Final = "par le patient, depuis son téléphone"
"""What stands in the agenda beside what a patient changed: it is read there in French."""


def may_move(appointment: Appointment) -> bool:
    """Whether its patient may choose another time by themselves."""
    return appointment.kind != Appointment.Kind.SESSION and may_cancel(appointment)


def may_cancel(appointment: Appointment) -> bool:
    """Whether its patient may give it up by themselves: until a day before."""
    planned = appointment.state == Appointment.State.PLANNED
    return planned and appointment.start - timezone.now() >= BY_LINK


@dataclass(frozen=True)
class Free:
    """Other times that are offered; ``as_asked``: whether they are those at which the patient said
    that they can come, ``None`` where they said none."""

    times: tuple[Span, ...] = ()
    as_asked: bool | None = None


def preferred(found: Wish) -> Preferred:
    """When a patient can come, as the agenda asks it."""
    return Preferred(found.days, found.part, found.not_before, found.not_after)


def free(appointment: Appointment) -> list[Span]:
    """Other times with the same practitioner, of the same length, as ``offered`` has them."""
    return list(offered(appointment).times)


def offered(appointment: Appointment) -> Free:
    """Other times with the same practitioner, of the same length: six at most, on three days, one
    of the morning and one of the afternoon where there are both. They are those at which the
    patient said that they can come; where nothing is free then, all. Five queries, or nine."""
    if not may_move(appointment):
        return Free()
    asked = _asked_when(appointment)
    if asked is None or asked == Preferred():
        return Free(tuple(_free(appointment, Preferred())))
    if found := _free(appointment, asked):
        return Free(tuple(found), as_asked=True)
    return Free(tuple(_free(appointment, Preferred())), as_asked=False)


def _asked_when(appointment: Appointment) -> Preferred | None:
    """When its patient said last that they can come: of this appointment, or of the one that they
    asked for and it was booked for."""
    said = Wish.objects.filter(
        Q(appointment=appointment, kind=Wish.Kind.MOVE) | Q(booked=appointment), withdrawn_at=None
    )
    last = said.order_by("-pk").first()
    return None if last is None else preferred(last)


def _free(appointment: Appointment, when: Preferred) -> list[Span]:
    earliest = timezone.now() + BY_LINK
    length = appointment.end - appointment.start
    wish = appointments.Wish(
        appointment.practitioner, _rooms(appointment), local_day(earliest) + timedelta(days=1),
        length, appointment, when,
    )  # fmt: skip
    found: list[Span] = []
    for day in appointments.free_days(appointment.site, wish):
        spans = [one.span for one in day.slots if one.span.start != appointment.start]
        late = [one for one in spans if to_local(one.start).hour >= NOON]
        early = [one for one in spans if one not in late]
        found += sorted([*early[:1], *late[:1]] if early and late else spans[:A_DAY], key=_start)
    return found[:MOST]


def _start(span: Span) -> datetime:
    return span.start


def _rooms(appointment: Appointment) -> list[Room]:
    if appointment.room is None:
        return []
    others = [one for one in timetable.rooms(appointment.site) if one.pk != appointment.room_id]
    return [appointment.room, *others]


def cancel(actor: Actor, link: Link, based_on: int) -> Appointment:
    """Give the appointment up. Pressed twice it is once. Raises ``AppointmentRefusedError`` (less
    than a day before), ``StaleEditError``, ``ClosedError``, ``NotAllowedError``."""
    with writing(
        actor, Permission.KEEP_VISIT, link.patient.site_id, patient_id=link.patient.public_id
    ):
        found = held(actor, link)
        return APPOINTMENTS.take(
            actor, found, based_on, "cancel-own-appointment", values={"reason": REASON},
            reason=REASON,
        )  # fmt: skip


def move(actor: Actor, link: Link, based_on: int, start: datetime) -> Appointment:
    """Give the appointment another of the times that are offered. Pressed twice it is once. Raises
    ``AppointmentRefusedError`` and ``SlotRefusedError`` (somebody took it meanwhile), as
    ``cancel``."""
    with writing(
        actor, Permission.KEEP_VISIT, link.patient.site_id, patient_id=link.patient.public_id
    ):
        found = held(actor, link)
        if found.start == start and found.state == Appointment.State.PLANNED:
            return found
        insist_stands(found, based_on, planned=True)
        spans = {one.start: one for one in free(found)}
        if start not in spans:
            raise _taken()
        slot = Slot(found.practitioner, _room_at(found, spans[start]), spans[start], "", found)
        values = {
            "start": slot.span.start, "end": slot.span.end, "room": slot.room,
            "practitioner": slot.practitioner, "reason": REASON,
        }  # fmt: skip
        return APPOINTMENTS.take(
            actor, found, based_on, "move-own-appointment", values=values, reason=REASON,
            insist_on=lambda now: _insist_free(now, slot),
        )  # fmt: skip


def insist_stands(found: Appointment, based_on: int, *, planned: bool) -> None:
    """What was pressed was of the appointment as it stands: nothing is done to one that somebody
    moved or ended since the page was shown. Inside a transaction that holds it. Raises
    ``StaleEditError``, ``AppointmentRefusedError``."""
    if based_on != found.version:
        raise StaleEditError(found, [], "")
    if planned and found.state != Appointment.State.PLANNED:
        raise AppointmentRefusedError(
            "nobody waits for this appointment any more: look at it again",
            fr="ce rendez-vous n’est plus prévu\u00a0: relisez-le",
        )


def _insist_free(now: Appointment, slot: Slot) -> None:
    """Who has the time, or is away, is nothing that a patient is told."""
    try:
        timetable.insist(now.patient.site, now.patient, [slot])
    except SlotRefusedError:
        raise _taken() from None


def _taken() -> AppointmentRefusedError:
    return AppointmentRefusedError(
        "this time is no longer free: choose another one",
        fr="cet horaire n’est plus libre\u00a0: choisissez-en un autre",
    )


def _room_at(appointment: Appointment, span: Span) -> Room | None:
    """The room that is free then, its own first. ``timetable.insist`` looks again."""
    taken = set(
        timetable.taking(span).exclude(pk=appointment.pk).values_list("room_id", flat=True)
    )  # fmt: skip
    return next((one for one in _rooms(appointment) if one.pk not in taken), appointment.room)


def held(actor: Actor, link: Link) -> Appointment:
    """The appointment of a link that still opens, its patient held. Inside a transaction of the
    patient. Raises ``ClosedError``, ``NotAllowedError``."""
    links.insist_own(actor, link)
    locking.hold(link.patient)
    fresh = Link.objects.select_related("patient", "appointment").get(pk=link.pk)
    fresh.patient.site = link.patient.site
    is_live = (
        fresh.purpose == Link.Purpose.APPOINTMENT
        and fresh.opened_at is not None
        and link_life.is_live(fresh, timezone.now())
    )
    if not is_live or following.stops_of(link.patient) or fresh.appointment is None:
        raise ClosedError
    found = Appointment.objects.select_related("patient__site", "site", "practitioner", "room")
    return found.get(pk=fresh.appointment.pk)


def others(found: Appointment) -> list[Appointment]:
    """The other appointments to come of the same patient at the same place, the next first: when,
    and not what for."""
    rows = Appointment.objects.filter(
        patient__in=gate.family(found.patient), site=found.site, state=Appointment.State.PLANNED,
        end__gt=timezone.now(),
    ).exclude(pk=found.pk)  # fmt: skip
    return list(rows.order_by("start", "pk"))

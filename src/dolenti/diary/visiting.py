"""An appointment in its patient's own hands, by a link: they come, move it, give it up, or say what
they wish of the reception.

It is the locked services of the agenda that book, so that two people never have one time. A session
of a course is moved by a person: between sessions its protocol has intervals.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.agenda import appointments, timetable
from dolenti.agenda.life import APPOINTMENTS, BY_LINK, AppointmentRefusedError
from dolenti.agenda.models import Appointment, Room
from dolenti.agenda.timetable import Slot, SlotRefusedError
from dolenti.calendar.moments import Span, local_day, to_local
from dolenti.diary import following, links
from dolenti.diary.answers import ClosedError
from dolenti.diary.models import Link, Wish
from dolenti.guideline.errors import InputError
from dolenti.identity.text import TextRules, clean_text
from dolenti.ledger import locking

MOST: Final = 6
"""Free times that are offered at once."""
A_DAY: Final = 2
LONGEST: Final = 100
REASON: Final = "par le patient, depuis son téléphone"
"""What stands in the agenda beside what a patient changed: it is read there in French."""
NOON: Final = 12


class WishRefusedError(InputError):
    """The wish cannot be taken as it is."""


@dataclass(frozen=True)
class Wished:
    """What is wished: which part of the day, which days of the week (none: any), a word."""

    kind: Wish.Kind
    part: str = Wish.Part.ANY
    days: Collection[int] = ()
    note: str = ""


def may_move(appointment: Appointment) -> bool:
    """Whether its patient may choose another time by themselves."""
    return appointment.kind != Appointment.Kind.SESSION and may_cancel(appointment)


def may_cancel(appointment: Appointment) -> bool:
    """Whether its patient may give it up by themselves: until a day before."""
    planned = appointment.state == Appointment.State.PLANNED
    return planned and appointment.start - timezone.now() >= BY_LINK


def free(appointment: Appointment) -> list[Span]:
    """Other times with the same practitioner, of the same length: six at most, on three days, one
    of the morning and one of the afternoon where there are both. Four queries."""
    if not may_move(appointment):
        return []
    earliest = timezone.now() + BY_LINK
    length = appointment.end - appointment.start
    wish = appointments.Wish(
        appointment.practitioner, _rooms(appointment), local_day(earliest) + timedelta(days=1),
        length, appointment,
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


def come(actor: Actor, link: Link) -> Wish:
    """« Je viens »: said once, seen by the reception. Raises ``ClosedError``,
    ``NotAllowedError``."""
    return wish(actor, link, Wished(Wish.Kind.COMES))


def cancel(actor: Actor, link: Link, based_on: int) -> Appointment:
    """Give the appointment up. Pressed twice it is once. Raises ``AppointmentRefusedError`` (less
    than a day before), ``StaleEditError``, ``ClosedError``, ``NotAllowedError``."""
    with writing(
        actor, Permission.KEEP_VISIT, link.patient.site_id, patient_id=link.patient.public_id
    ):
        found = _held(actor, link)
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
        found = _held(actor, link)
        if found.start == start:
            return found
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


def wish(actor: Actor, link: Link, wished: Wished) -> Wish:
    """Say what is wished of the reception. The same said again while nobody settled it is one.
    Raises ``WishRefusedError``, ``ClosedError``, ``NotAllowedError``."""
    patient = link.patient
    with writing(actor, Permission.KEEP_VISIT, patient.site_id, patient_id=patient.public_id):
        found = _held(actor, link)
        values = {
            "patient": patient, "appointment": found, "start": found.start, "kind": wished.kind,
            "part": wished.part, "note": _note(wished.note), "settled_at": None,
        }  # fmt: skip
        days = sorted({day for day in wished.days if 0 <= day < 7})
        if wished.part not in Wish.Part.values:
            raise WishRefusedError("choose one of the list", "part", fr="choisissez dans la liste")
        same = [one for one in Wish.objects.filter(**values) if one.days == days]
        if same:
            return same[0]
        made = Wish.objects.create(**values, days=days)
        _tell("tell-wish", actor, made)
        return made


def _note(text: str) -> str:
    try:
        return clean_text(text, TextRules(longest=LONGEST), "note")
    except InputError as error:
        raise WishRefusedError(error.sentence("en"), "note", fr=error.sentence("fr")) from None


def settle(actor: Actor, found: Wish) -> Wish:
    """Somebody of the reception did what was wished, or said why not. Said twice it is once.
    Raises ``NotAllowedError``."""
    patient = found.patient
    site_id = found.appointment.site_id
    with writing(actor, Permission.SCHEDULE, site_id, patient_id=patient.public_id):
        locking.hold(patient)
        open_ = Wish.objects.filter(pk=found.pk, settled_at=None)
        if open_.update(settled_at=timezone.now(), settled_by=author_of(actor)):
            _tell("settle-wish", actor, found)
        found.refresh_from_db()
        return found


def _held(actor: Actor, link: Link) -> Appointment:
    """The appointment of a link that still opens, its patient held."""
    links.insist_own(actor, link)
    locking.hold(link.patient)
    fresh = Link.objects.select_related("patient", "appointment").get(pk=link.pk)
    fresh.patient.site = link.patient.site
    is_live = (
        fresh.purpose == Link.Purpose.APPOINTMENT
        and fresh.opened_at is not None
        and links.is_live(fresh, timezone.now())
    )
    if not is_live or following.stops_of(link.patient) or fresh.appointment is None:
        raise ClosedError
    found = Appointment.objects.select_related("patient__site", "site", "practitioner", "room")
    return found.get(pk=fresh.appointment.pk)


def _tell(action: str, actor: Actor, found: Wish) -> None:
    audit.record(
        action,
        actor=actor,
        kind="wish",
        object_id=found.public_id,
        patient_id=found.patient.public_id,
        detail={"kind": found.kind},
    )

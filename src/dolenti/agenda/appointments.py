"""Consultations and controls booked; any appointment moved, arrived, done, cancelled, missed.

An arrival is one press at the desk: two people who press at once make one, and neither is told of
an error. Whoever presses on an entry that was changed meanwhile is told so (``ledger.lifecycle``).
An appointment that nobody came to is never changed into another: a new one is booked, and the old
one stays with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import Site, User
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import insist, writing
from dolenti.agenda import timetable
from dolenti.agenda.life import APPOINTMENTS, GONE, AppointmentRefusedError
from dolenti.agenda.models import Appointment, Room
from dolenti.calendar.moments import Span, lasting, local_day
from dolenti.calendar.preferred import NOT_THEN, Preferred
from dolenti.calendar.slots import STEP, free_slots, full_because
from dolenti.calendar.slots import Slot as FreeSlot
from dolenti.guideline.knowledge import Text
from dolenti.guideline.reasons import insist as insist_reason
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.models import Complaint, Patient
from dolenti.records.patients import care

KINDS: Final = (
    Appointment.Kind.CONSULTATION, Appointment.Kind.CONTROL, Appointment.Kind.DRAW,
)  # fmt: skip
DAYS_SHOWN: Final = 3
"""How many days with free slots are proposed at once."""
HORIZON: Final = 28
"""Days ahead in which they are looked for."""
NO_ROOM: Final = Text(
    fr="aucune salle n’est libre à cet horaire\u00a0; choisissez un autre horaire",
    en="no room is free at that time; choose another time",
)


@dataclass(frozen=True)
class Booking:
    """What is booked: for whom, what for, when and with whom.

    ``rooms`` are those of which a free one is taken where the slot names none. ``here`` says that
    the patient came without an appointment and is there; ``emergency`` is why they are seen though
    the site is closed: nobody else is. ``motive`` is why they come, in the desk's words.
    """

    patient: Patient
    kind: str
    slot: timetable.Slot
    complaint: Complaint | None = None
    rooms: tuple[Room, ...] = ()
    here: bool = False
    emergency: str = ""
    motive: str = ""


def book(submission: Submission, booking: Booking) -> Appointment:
    """Write an appointment; a form sent twice makes one.

    The patient comes into the care of whoever they come to, unless that would open a record for
    the very person who books. Raises ``AppointmentRefusedError``, ``SlotRefusedError``.
    """

    def make() -> Appointment:
        _insist_on_patient(booking.patient)
        slot = replace(_with_room(booking), emergency=_is_emergency(booking))
        timetable.insist(booking.patient.site, booking.patient, [slot])
        return _write(submission.user, booking, slot)

    patient = booking.patient
    with writing(
        submission.actor, Permission.SCHEDULE, patient.site_id, patient_id=patient.public_id
    ):
        return once(submission, Appointment, make)


def _is_emergency(booking: Booking) -> bool:
    """Whether somebody is there, for a reason, while the site is closed."""
    if not (booking.here and booking.emergency):
        return False
    insist_reason(booking.emergency, "emergency")
    span = booking.slot.span
    return not timetable.opening_of(booking.patient.site).is_open(span.start, span.length).open


def _insist_on_patient(patient: Patient) -> None:
    if patient.in_error:
        raise AppointmentRefusedError(
            "this record was entered in error: look for the patient’s own record",
            fr="ce dossier a été créé par erreur\u00a0: recherchez le vrai dossier du patient",
        )
    if patient.identity == Patient.Identity.NONE:
        raise AppointmentRefusedError(
            "this case has no identity: give the patient one, then book",
            fr="ce cas n’a pas d’identité\u00a0: enregistrez celle du patient, puis prenez le "
            "rendez-vous",
        )


def _with_room(booking: Booking) -> timetable.Slot:
    """The slot, in a room. ``insist`` looks again whether it is free, once nobody else writes."""
    slot = booking.slot
    if slot.room is not None or not booking.rooms:
        return slot
    free = _free_room(slot.span, booking.rooms)
    if free is None:
        raise timetable.SlotRefusedError(NO_ROOM, slot.field)
    return replace(slot, room=free)


def _free_room(span: Span, rooms: Sequence[Room]) -> Room | None:
    meeting = timetable.taking(span).filter(room__in=rooms)
    taken = set(meeting.values_list("room_id", flat=True))
    return next((room for room in rooms if room.pk not in taken), None)


def why_not_now(
    patient: Patient, person: User, rooms: Sequence[Room], length: timedelta
) -> Text | None:
    """Why a patient who is here cannot be seen at once by a person, in one of these rooms; ``None``
    where nothing is in the way. A site that is closed now takes emergencies."""
    span = lasting(next_moment(timezone.now()), length)
    room = rooms[0] if len(rooms) == 1 else None
    why = timetable.in_the_way(patient, timetable.Slot(person, room, span))
    if why is not None:
        return why
    if len(rooms) > 1 and _free_room(span, rooms) is None:
        return NO_ROOM
    opening = timetable.opening_of(patient.site)
    return timetable.why_closed(opening, span) if timetable.is_open_now(patient.site) else None


def _write(user: User, booking: Booking, slot: timetable.Slot) -> Appointment:
    patient = booking.patient
    made = Appointment.objects.create(
        site_id=patient.site_id,
        patient=patient,
        complaint=booking.complaint,
        kind=booking.kind,
        motive=booking.motive,
        practitioner=slot.practitioner,
        room=slot.room,
        start=slot.span.start,
        end=slot.span.end,
        state=Appointment.State.ARRIVED if booking.here else Appointment.State.PLANNED,
        arrived_at=timezone.now() if booking.here else None,
        reason=booking.emergency if slot.emergency else "",
        emergency=slot.emergency,
        author=user,
    )
    care.entrust_if_allowed(user, patient, slot.practitioner)
    audit.record(
        "book-appointment",
        actor=user,
        kind="appointment",
        object_id=made.public_id,
        patient_id=patient.public_id,
        detail={"kind": made.kind, "here": booking.here, "emergency": made.emergency},
    )
    return made


def patient_to_book(user: User, public_id: str) -> tuple[Patient, bool]:
    """A patient of the user's site, and whether their record is open to the user, in one query.

    Raises ``Http404``, ``MergedAwayError``.
    """
    found = sole(
        gate.patients(user)
        .select_related("site", "absorbed_by")
        .annotate(
            is_open=Exists(gate.in_care(user).filter(pk=OuterRef("pk"))),
            cared=Exists(gate.team_of(user, "pk")),
        )
        .filter(public_id=public_id)
    )
    if found is None or not user.may(Permission.SCHEDULE):
        raise gate.refused(user, Patient, public_id)
    gate.seen(user, "patient", public_id, public_id)
    found.in_team = found.cared
    return gate.insist_standing(found), found.is_open


@dataclass(frozen=True)
class FreeDay:
    """A day with its free slots, or why it has none."""

    day: date
    slots: tuple[FreeSlot, ...]
    why: Text | None = None


@dataclass(frozen=True)
class Wish:
    """What free slots are looked for: with whom, where, from which day on, of what length."""

    practitioner: User
    rooms: Sequence[Room]
    first: date
    length: timedelta
    moved: Appointment | None = None  # it is not in its own way
    preferred: Preferred = field(default_factory=Preferred)
    therapy: str = ""  # of a session: what whoever gives it must be allowed to perform


def free_days(site: Site, wish: Wish, horizon: int = HORIZON) -> list[FreeDay]:
    """The next days that have free slots, and those passed over with why; three queries, and one
    more for the privileges of a session. Days on which the patient cannot come are not looked
    at."""
    preferred = wish.preferred
    first = max(wish.first, preferred.first or wish.first)
    last = min(first + timedelta(days=horizon), preferred.last or date.max)
    diary = timetable.diary(
        site, wish.practitioner, wish.rooms, first, last, wish.moved, wish.therapy
    )
    found: list[FreeDay] = []
    day, with_slots = first, 0
    while day <= last and with_slots < DAYS_SHOWN:
        if preferred.takes_day(day):
            free = tuple(free_slots(diary, day, wish.length, max(wish.length, STEP)))
            slots = tuple(filter(preferred.takes, free))
            why = NOT_THEN if free else full_because(diary, day)
            found.append(FreeDay(day, slots, None if slots else why))
            with_slots += bool(slots)
        day += timedelta(days=1)
    return found


def next_moment(now: datetime) -> datetime:
    """The next whole five minutes: when somebody who is there now may be booked."""
    rounded = now.replace(second=0, microsecond=0) + timedelta(minutes=5)
    return rounded - timedelta(minutes=rounded.minute % 5)


def arrive(user: Actor, appointment: Appointment, based_on: int) -> Appointment:
    """The patient is there. Of a past day the hour of arrival stays unknown.

    Raises ``AppointmentRefusedError``, ``StaleEditError``.
    """
    now = timezone.now()
    on_the_day = local_day(appointment.start) == local_day(now)
    arrived = {"arrived_at": now if on_the_day else None}
    return APPOINTMENTS.take(user, appointment, based_on, "arrive", values=arrived)


def undo_arrival(user: Actor, appointment: Appointment, based_on: int) -> Appointment:
    """The arrival was a mistake. Raises ``AppointmentRefusedError``, ``StaleEditError``."""
    nobody = {"arrived_at": None}
    return APPOINTMENTS.take(user, appointment, based_on, "undo-arrival", values=nobody)


def finish(user: Actor, appointment: Appointment, based_on: int) -> Appointment:
    """The patient was seen. Raises ``AppointmentRefusedError``, ``StaleEditError``."""
    return APPOINTMENTS.take(user, appointment, based_on, "finish")


def cancel(user: Actor, appointment: Appointment, based_on: int, reason: str) -> Appointment:
    """Give an appointment up before anything was done. Raises ``AppointmentRefusedError``,
    ``StaleEditError``."""
    return _gone(user, appointment, based_on, "cancel-appointment", reason)


def miss(user: Actor, appointment: Appointment, based_on: int, reason: str) -> Appointment:
    """The patient did not come. Raises ``AppointmentRefusedError``, ``StaleEditError``."""
    return _gone(user, appointment, based_on, "miss-appointment", reason)


def _gone(
    user: Actor, appointment: Appointment, based_on: int, step: str, reason: str
) -> Appointment:
    why = {"reason": reason}
    return APPOINTMENTS.take(user, appointment, based_on, step, values=why, reason=reason)


def move(
    user: Actor, appointment: Appointment, based_on: int, slot: timetable.Slot, reason: str
) -> Appointment:
    """Give a planned appointment another moment, person or room; one whose patient has arrived,
    another room.

    Raises ``AppointmentRefusedError``, ``SlotRefusedError``, ``StaleEditError``, and what a room
    above asks of the move.
    """
    values = {
        "start": slot.span.start,
        "end": slot.span.end,
        "practitioner": slot.practitioner,
        "room": slot.room,
    }
    changes = any(getattr(appointment, name) != value for name, value in values.items())
    if not changes and based_on == appointment.version:
        raise AppointmentRefusedError(
            "this is the slot that it already has: choose another time, person or room",
            fr="c’est déjà son créneau\u00a0: choisissez une autre heure, un autre praticien ou "
            "une autre salle",
        )
    if changes:
        values["reason"] = reason
    stays = all(
        getattr(appointment, name) == values[name] for name in ("start", "end", "practitioner")
    )
    if stays and appointment.state == Appointment.State.ARRIVED:
        return APPOINTMENTS.take(
            user, appointment, based_on, "change-room", values=values, reason=reason,
            insist_on=lambda now: timetable.insist_free(now.patient, slot),
        )  # fmt: skip
    return APPOINTMENTS.take(
        user, appointment, based_on, "move-appointment", values=values, reason=reason,
        insist_on=lambda now: timetable.insist(now.patient.site, now.patient, [slot]),
    )  # fmt: skip


def plan_again(submission: Submission, gone: Appointment, slot: timetable.Slot) -> Appointment:
    """Book a consultation or a control in the place of one that was cancelled or missed; a form
    sent twice makes one. A session is planned again by its course.

    Raises ``AppointmentRefusedError``, ``SlotRefusedError``.
    """
    if gone.kind not in KINDS:
        raise ValueError("a session is planned again by its course")
    patient_id = gone.patient.public_id
    with writing(submission.actor, Permission.SCHEDULE, gone.site_id, patient_id=patient_id):
        return once(submission, Appointment, lambda: replace_gone(submission.user, gone, slot))


def replace_gone(user: User, gone: Appointment, slot: timetable.Slot) -> Appointment:
    """The appointment in the place of one that is gone, which stays with its reason. Inside the
    transaction of whoever plans it again."""
    insist(user, Permission.SCHEDULE, gone.site_id, patient_id=gone.patient.public_id)
    timetable.insist(gone.site, gone.patient, [slot])
    gone.refresh_from_db(fields=["state"])
    if gone.state not in GONE:
        raise APPOINTMENTS.refused(gone)
    made = Appointment.objects.create(
        site_id=gone.site_id,
        patient_id=gone.patient_id,
        complaint_id=gone.complaint_id,
        kind=gone.kind,
        practitioner=slot.practitioner,
        room=slot.room,
        start=slot.span.start,
        end=slot.span.end,
        author=user,
    )
    audit.record(
        "plan-appointment",
        actor=user,
        kind="appointment",
        object_id=made.public_id,
        patient_id=gone.patient.public_id,
    )
    return made

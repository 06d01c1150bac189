"""Consultations and controls booked; arrivals, and what is undone of them.

An arrival is one press at the desk: two people who press at once make one, and neither is told of
an error. Whoever presses on an entry that was changed meanwhile is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import Site, User
from dolenti.access.roles import Permission
from dolenti.guideline.knowledge import Text
from dolenti.records import gate, versions
from dolenti.records.agenda.moments import local_day
from dolenti.records.agenda.slots import STEP, free_slots, full_because
from dolenti.records.agenda.slots import Slot as FreeSlot
from dolenti.records.days import timetable
from dolenti.records.models import Complaint, Patient, Room, Session
from dolenti.records.once import Submission, once
from dolenti.records.patients import care
from dolenti.records.treatment import courses, sessions
from dolenti.records.treatment.sessions import SessionRefusedError

KINDS: Final = (Session.Kind.CONSULTATION, Session.Kind.CONTROL)
DAYS_SHOWN: Final = 3
"""How many days with free slots are proposed at once."""
HORIZON: Final = 28
"""Days ahead in which they are looked for."""
SEEN: Final = (Session.State.DELIVERED, Session.State.SIGNED)


@dataclass(frozen=True)
class Booking:
    """What is booked: for whom, what for, when and with whom.

    ``rooms`` are those of which a free one is taken where the slot names none. ``here`` says that
    the patient came without an appointment and is there; ``opened`` that their record is open to
    whoever books.
    """

    patient: Patient
    kind: str
    slot: timetable.Slot
    complaint: Complaint | None = None
    rooms: tuple[Room, ...] = ()
    here: bool = False
    opened: bool = False


def book(submission: Submission, booking: Booking) -> Session:
    """Write an appointment; a form sent twice makes one.

    The patient comes into the care of whoever they come to, unless that would open a record for
    the very person who books. Raises ``SessionRefusedError``, ``SlotRefusedError``.
    """

    def make() -> Session:
        _insist_on_patient(booking.patient)
        slot = _with_room(booking)
        timetable.insist(booking.patient.site, booking.patient, [slot])
        return _write(submission.user, booking, slot)

    return once(submission, Session, make)


def _insist_on_patient(patient: Patient) -> None:
    if patient.in_error:
        raise SessionRefusedError(
            "this record was entered in error: look for the patient’s own record",
            fr="ce dossier a été créé par erreur\u00a0: recherchez le vrai dossier du patient",
        )
    if patient.identity == Patient.Identity.NONE:
        raise SessionRefusedError(
            "this case has no identity: give the patient one, then book",
            fr="ce cas n’a pas d’identité\u00a0: enregistrez celle du patient, puis prenez le "
            "rendez-vous",
        )


def _with_room(booking: Booking) -> timetable.Slot:
    """The slot, in a room. ``insist`` looks again whether it is free, once nobody else writes."""
    slot = booking.slot
    if slot.room is not None or not booking.rooms:
        return slot
    meeting = timetable.taking(slot.span).filter(room__in=booking.rooms)
    taken = set(meeting.values_list("room_id", flat=True))
    free = next((room for room in booking.rooms if room.pk not in taken), None)
    if free is None:
        why = Text(
            fr="aucune salle n’est libre à ce moment\u00a0; choisissez un autre moment",
            en="no room is free at that time; choose another time",
        )
        raise timetable.SlotRefusedError(why, slot.field)
    return replace(slot, room=free)


def _write(user: User, booking: Booking, slot: timetable.Slot) -> Session:
    patient = booking.patient
    made = Session.objects.create(
        site_id=patient.site_id,
        patient=patient,
        complaint=booking.complaint,
        kind=booking.kind,
        practitioner=slot.practitioner,
        room=slot.room,
        start=slot.span.start,
        end=slot.span.end,
        state=Session.State.ARRIVED if booking.here else Session.State.PLANNED,
        arrived_at=timezone.now() if booking.here else None,
        author=user,
    )
    if care.may_entrust(user, opened=booking.opened):
        care.take(user, patient, slot.practitioner)
    audit.record(
        "book-session",
        actor=user,
        kind="session",
        object_id=made.public_id,
        patient_id=patient.public_id,
        detail={"kind": made.kind, "here": booking.here},
    )
    return made


def patient_to_book(user: User, public_id: str) -> tuple[Patient, bool]:
    """A patient of the user's site, and whether their record is open to the user, in one query.

    Raises ``Http404``.
    """
    found = (
        gate.patients(user)
        .select_related("site", "absorbed_by")
        .annotate(
            is_open=Exists(gate.in_care(user).filter(pk=OuterRef("pk"))),
            cared=Exists(gate.team_of(user, "pk")),
        )
        .filter(public_id=public_id)
        .first()
    )
    if found is None or not user.may(Permission.SCHEDULE):
        raise gate.refused(user, Patient, public_id)
    gate.seen(user, "patient", public_id, public_id)
    found.in_team = found.cared
    return found, found.is_open


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


def free_days(site: Site, wish: Wish, horizon: int = HORIZON) -> list[FreeDay]:
    """The next days that have free slots, and those passed over with why; three queries."""
    last = wish.first + timedelta(days=horizon)
    diary = timetable.diary(site, wish.practitioner, wish.rooms, wish.first, last)
    found: list[FreeDay] = []
    day, with_slots = wish.first, 0
    while day <= last and with_slots < DAYS_SHOWN:
        slots = tuple(free_slots(diary, day, wish.length, max(wish.length, STEP)))
        found.append(FreeDay(day, slots, None if slots else full_because(diary, day)))
        with_slots += bool(slots)
        day += timedelta(days=1)
    return found


def next_moment(now: datetime) -> datetime:
    """The next whole five minutes: when somebody who is there now may be booked."""
    rounded = now.replace(second=0, microsecond=0) + timedelta(minutes=5)
    return rounded - timedelta(minutes=rounded.minute % 5)


@dataclass(frozen=True)
class Press:
    """One press on the board: from which states, to which, what it is called in the trail."""

    action: str
    before: tuple[str, ...]
    after: tuple[str, ...]  # the first is what it comes to; the others are as good
    fits: Callable[[Session], Text | None] = lambda _session: None


def arrive(user: User, session: Session, based_on: int) -> Session:
    """The patient is there. Of a past day the hour of arrival stays unknown.

    Raises ``SessionRefusedError``, ``StaleEditError``.
    """
    now = timezone.now()
    on_the_day = local_day(session.start) == local_day(now)
    return _press(user, session, based_on, ARRIVE, now if on_the_day else None)


def undo_arrival(user: User, session: Session, based_on: int) -> Session:
    """The arrival was a mistake. Raises ``SessionRefusedError``, ``StaleEditError``."""
    return _press(user, session, based_on, UNDO, None)


def finish(user: User, session: Session, based_on: int) -> Session:
    """A consultation or a control took place. A session of a course is closed by its own record.

    Raises ``SessionRefusedError``, ``StaleEditError``.
    """
    return _press(user, session, based_on, FINISH, session.arrived_at)


def _press(
    user: User, session: Session, based_on: int, press: Press, arrived_at: datetime | None
) -> Session:
    with transaction.atomic():
        now = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if now.state in press.after:
            return now  # pressed twice, or by two
        if now.state not in press.before:
            raise sessions.not_from(now)
        if now.course is not None and now.course.state not in courses.OPEN:
            raise courses.not_from(now.course)
        why = press.fits(now)
        if why is not None:
            raise SessionRefusedError(why.en, fr=why.fr)
        values: dict[str, Any] = {"state": press.after[0], "arrived_at": arrived_at}
        return versions.change(
            user, now, based_on, values, patient_id=session.patient.public_id, action=press.action
        )


def _has_its_day(session: Session) -> Text | None:
    if local_day(session.start) > local_day(timezone.now()):
        return Text(
            fr="ce rendez-vous est d’un autre jour\u00a0: avancez-le à aujourd’hui si le patient "
            "est là",
            en="this appointment is on another day: move it to today if the patient is here",
        )
    return None


def _is_a_visit(session: Session) -> Text | None:
    if session.kind not in KINDS:
        return Text(
            fr="une séance se termine par son compte rendu\u00a0: ouvrez la cure",
            en="a session ends with its own record: open the course",
        )
    if session.state == Session.State.PLANNED and session.start > timezone.now():
        return Text(
            fr="l’heure de ce rendez-vous n’est pas encore venue\u00a0: notez d’abord l’arrivée",
            en="the hour of this appointment has not come yet: record the arrival first",
        )
    return None


ARRIVE: Final = Press(
    "arrive", (Session.State.PLANNED,),
    (Session.State.ARRIVED, Session.State.PREPARED, *SEEN), _has_its_day,
)  # fmt: skip
UNDO: Final = Press("undo-arrival", (Session.State.ARRIVED,), (Session.State.PLANNED,))
FINISH: Final = Press(
    "finish", (Session.State.ARRIVED, Session.State.PLANNED), SEEN, _is_a_visit
)  # fmt: skip

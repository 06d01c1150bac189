"""The sessions of a course in the agenda: which appointment each has, and what a course asks of it.

A session that nobody held is never changed into another: when it is planned again, another one of
the same number takes its place. Here a course says what it asks of the steps of an appointment: the
agenda knows of no course.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, QuerySet

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.writing import insist, writing
from dolenti.agenda import appointments, privileges, timetable
from dolenti.agenda.life import APPOINTMENTS, WAITING, AppointmentRefusedError
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.ledger import locking
from dolenti.ledger.lifecycle import Step, Taking
from dolenti.ledger.once import Submission, once
from dolenti.treatment.life import COURSES, OPEN
from dolenti.treatment.models import Course, Session, SessionRecord

GIVEN = (SessionRecord.State.DELIVERED, SessionRecord.State.SIGNED)


def of(appointment: Appointment) -> Session | None:
    """The session that is given at an appointment, of whatever was read with it; ``None`` for a
    consultation or a control."""
    found: Session | None = getattr(appointment, "session", None)
    return found


def course_of(appointment: Appointment) -> Course | None:
    """The course of which an appointment is a session."""
    session = of(appointment)
    return session.course if session else None


def ahead(course: Course) -> QuerySet[Appointment]:
    """The appointments of a course at which nothing was given yet: they end with it."""
    given = SessionRecord.objects.filter(session__appointment=OuterRef("pk"), state__in=GIVEN)
    return Appointment.objects.filter(
        ~Exists(given), session__course=course, state__in=WAITING
    ).order_by("pk")


def book(user: User, course: Course, slots: Mapping[int, timetable.Slot]) -> None:
    """The sessions of a new course with their appointments, by number. Inside the transaction that
    writes the course, its slots insisted on."""
    insist(user, Permission.PLAN, course.site_id, patient_id=course.patient.public_id)
    numbers = sorted(slots)
    booked = Appointment.objects.bulk_create(
        Appointment(
            site_id=course.site_id,
            patient_id=course.patient_id,
            complaint_id=course.complaint_id,
            kind=Appointment.Kind.SESSION,
            practitioner=slots[number].practitioner,
            room=slots[number].room,
            start=slots[number].span.start,
            end=slots[number].span.end,
            author=user,
        )
        for number in numbers
    )
    Session.objects.bulk_create(
        Session(course=course, number=number, appointment=appointment)
        for number, appointment in zip(numbers, booked, strict=True)
    )


def plan_again(submission: Submission, gone: Appointment, slot: timetable.Slot) -> Appointment:
    """Plan an appointment in the place of one that was cancelled or missed; sent twice it is one.

    Raises ``AppointmentRefusedError``, ``CourseRefusedError``, ``SlotRefusedError``,
    ``NoPrivilegeError``.
    """
    if of(gone) is None:
        return appointments.plan_again(submission, gone, slot)

    def make() -> Appointment:
        locking.hold(gone.patient)
        session = Session.objects.select_related("course").get(appointment=gone)
        if session.course.state not in OPEN:
            raise COURSES.refused(session.course)
        if not session.standing:
            raise AppointmentRefusedError(
                "this session is already planned again: see the course",
                fr="cette séance est déjà replanifiée\u00a0: voyez la cure",
            )
        made = appointments.replace_gone(submission.user, gone, slot)
        day = local_day(slot.span.start)
        privileges.insist(slot.practitioner, gone.site, session.course.therapy, [day])
        Session.objects.filter(pk=session.pk).update(standing=False)
        Session.objects.create(course=session.course, number=session.number, appointment=made)
        return made

    with writing(submission.actor, Permission.SCHEDULE, gone.site_id):
        return once(submission, Appointment, make)


def _session_of(taking: Taking[Appointment]) -> Session | None:
    if taking.row.kind != Appointment.Kind.SESSION:
        return None
    return Session.objects.select_related("course").filter(appointment=taking.row).first()


def _course_is_open(taking: Taking[Appointment]) -> None:
    """The course of a session is not over."""
    session = _session_of(taking)
    if session is not None and session.course.state not in OPEN:
        raise COURSES.refused(session.course)


def _may_perform(taking: Taking[Appointment]) -> None:
    """Whoever is to give a session may perform its therapy on that day."""
    session = _session_of(taking)
    if session is not None:
        who, day = taking.values["practitioner"], local_day(taking.values["start"])
        privileges.insist(who, taking.row.site, session.course.therapy, [day])


def _nothing_given(taking: Taking[Appointment]) -> None:
    """Nothing was given at it: no record of its session is delivered or signed."""
    if _is_given(taking.row):
        raise AppointmentRefusedError(
            "what was given at this session is recorded: the appointment took place",
            fr="ce qui a été fait à cette séance est enregistré\u00a0: le rendez-vous a eu lieu",
        )


def _record_ends_it(taking: Taking[Appointment]) -> None:
    """What was given at a session is recorded: its record ends it."""
    if taking.row.kind == Appointment.Kind.SESSION and not _is_given(taking.row):
        raise AppointmentRefusedError(
            "a session ends with its own record: open the course",
            fr="une séance se termine par son compte rendu\u00a0: ouvrez la cure",
        )


def _is_given(appointment: Appointment) -> bool:
    records = SessionRecord.objects.filter(session__appointment=appointment, state__in=GIVEN)
    return appointment.kind == Appointment.Kind.SESSION and records.exists()


APPOINTMENTS.also(
    _course_is_open, "move-appointment", "change-room", "arrive", "undo-arrival", "finish",
    "cancel-appointment",
    "miss-appointment", "move-own-appointment", "cancel-own-appointment",
)  # fmt: skip
APPOINTMENTS.also(_record_ends_it, "finish")
APPOINTMENTS.also(
    _nothing_given, "move-appointment", "change-room", "undo-arrival", "cancel-appointment",
    "miss-appointment",
    "move-own-appointment", "cancel-own-appointment",
)  # fmt: skip
APPOINTMENTS.also(_may_perform, "move-appointment", "move-own-appointment")
APPOINTMENTS.add(
    Step("cancel-with-course", WAITING, Appointment.State.CANCELLED, Permission.PLAN,
         (_nothing_given,)),
)  # fmt: skip

"""Sessions moved, cancelled, missed, or planned again.

A session that nobody held is never changed into another: a new one of the same number is planned,
and the old one stays with its reason.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.records import engine, versions
from dolenti.records.agenda.moments import local_day
from dolenti.records.agenda.propose import check_days
from dolenti.records.days import timetable
from dolenti.records.models import Course, Session
from dolenti.records.once import Submission, once
from dolenti.records.treatment import courses, privileges

GONE: Final = (Session.State.CANCELLED, Session.State.MISSED)


class SessionRefusedError(InputError):
    """The session cannot be moved, cancelled, missed or planned again."""


def move(user: User, session: Session, based_on: int, slot: timetable.Slot, reason: str) -> Session:
    """Give a planned session another moment, person or room.

    Raises ``SessionRefusedError``, ``SlotRefusedError``, ``NoPrivilegeError``, ``StaleEditError``.
    """
    with transaction.atomic():
        _insist(session, (Session.State.PLANNED,))
        _insist_slot(session, slot)
        values = {
            "start": slot.span.start,
            "end": slot.span.end,
            "practitioner": slot.practitioner,
            "room": slot.room,
        }
        if any(getattr(session, name) != value for name, value in values.items()):
            values["reason"] = reason
        return versions.change(
            user, session, based_on, values, patient_id=session.patient.public_id,
            action="move-session", reason=reason,
        )  # fmt: skip


def cancel(user: User, session: Session, based_on: int, reason: str) -> Session:
    """Give a session up before anything was done. Raises ``SessionRefusedError``,
    ``StaleEditError``."""
    return _end(user, session, based_on, Session.State.CANCELLED, reason)


def miss(user: User, session: Session, based_on: int, reason: str) -> Session:
    """The patient did not come. Raises ``SessionRefusedError`` before the hour of the session,
    ``StaleEditError``."""
    if session.start > timezone.now() and session.state == Session.State.PLANNED:
        raise SessionRefusedError(
            "the hour of this session has not come yet: cancel or move it instead",
            fr="l’heure de cette séance n’est pas encore venue\u00a0: annulez-la ou "
            "déplacez-la plutôt",
        )
    return _end(user, session, based_on, Session.State.MISSED, reason)


def _end(user: User, session: Session, based_on: int, state: str, reason: str) -> Session:
    with transaction.atomic():
        if session.state == state:
            return session
        may = courses.WAITING if state == Session.State.CANCELLED else (Session.State.PLANNED,)
        _insist(session, may)
        return versions.change(
            user, session, based_on, {"state": state, "reason": reason},
            patient_id=session.patient.public_id, action=f"{state}-session", reason=reason,
        )  # fmt: skip


def plan_again(submission: Submission, session: Session, slot: timetable.Slot) -> Session:
    """Plan a session in the place of one that was cancelled or missed; sent twice it is one.

    Raises ``SessionRefusedError``, ``SlotRefusedError``, ``NoPrivilegeError``.
    """
    user = submission.user

    def make() -> Session:
        _insist(session, GONE)
        course = session.course
        if course is not None:
            held = course.sessions.filter(number=session.number).exclude(state__in=GONE)
            if held.exists():
                raise SessionRefusedError(
                    "this session is already planned again: see the course",
                    fr="cette séance est déjà replanifiée\u00a0: voyez la cure",
                )
        _insist_slot(session, slot)
        made = Session.objects.create(
            site_id=session.site_id,
            patient_id=session.patient_id,
            complaint_id=session.complaint_id,
            course=course,
            kind=session.kind,
            number=session.number,
            practitioner=slot.practitioner,
            room=slot.room,
            start=slot.span.start,
            end=slot.span.end,
            author=user,
        )
        audit.record(
            "plan-session",
            actor=user,
            kind="session",
            object_id=made.public_id,
            patient_id=session.patient.public_id,
        )
        return made

    return once(submission, Session, make)


def _insist(session: Session, may: tuple[str, ...]) -> None:
    if session.state not in may:
        raise not_from(session)
    if session.course is not None and session.course.state not in courses.OPEN:
        raise courses.not_from(session.course)


def not_from(session: Session) -> SessionRefusedError:
    """What is said of a step that the state of a session no longer allows."""
    french, english = _STANDS[session.state]
    if session.course_id is None:
        french = _OF_A_VISIT.get(session.state, french)
        return SessionRefusedError(
            f"this appointment {english}: this is not possible any more",
            fr=f"ce rendez-vous {french}\u00a0: ce n’est plus possible",
        )
    return SessionRefusedError(
        f"this session {english}: this is not possible any more",
        fr=f"cette séance {french}\u00a0: ce n’est plus possible",
    )


def _insist_slot(session: Session, slot: timetable.Slot) -> None:
    timetable.insist(session.site, session.patient, [slot])
    course = session.course
    if course is not None:
        day = local_day(slot.span.start)
        privileges.insist(slot.practitioner, session.site, course.therapy, [day])


def departures(course: Course, days: list[date]) -> tuple[tuple[date, Text], ...]:
    """Which of a course's days its protocol does not ask for, each with why."""
    protocols = {t.id: t.protocol for t in engine.edition_in_force().therapies}
    protocol = protocols.get(course.therapy)
    return check_days(protocol, days) if protocol else ()


_STANDS: Final = {
    "planned": ("est prévue", "is planned"),
    "arrived": ("a commencé\u00a0: le patient est arrivé", "has begun: the patient has arrived"),
    "prepared": ("est préparée", "is prepared"),
    "delivered": ("est faite", "is done"),
    "signed": ("est signée", "is signed"),
    "cancelled": ("est annulée", "is cancelled"),
    "missed": ("est notée comme manquée", "is recorded as missed"),
}
_OF_A_VISIT: Final = {
    "planned": "est prévu",
    "prepared": "est préparé",
    "delivered": "a eu lieu",
    "signed": "est signé",
    "cancelled": "est annulé",
    "missed": "est noté comme manqué",
}
"""The same, of a consultation or a control: in French a rendez-vous is masculine."""

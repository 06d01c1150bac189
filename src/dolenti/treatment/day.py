"""The agenda as whoever gives the courses reads it: of each entry the course, whether the patient
consents to it, and how far what is given at it came.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from dolenti.access.models import User
from dolenti.agenda import day
from dolenti.agenda.life import WAITING
from dolenti.agenda.models import Appointment
from dolenti.treatment.life import OPEN
from dolenti.treatment.models import Consent, Course, SessionRecord
from dolenti.treatment.sessions import course_of


def entries(user: User) -> QuerySet[Appointment]:
    """The site's agenda; of a session whether a consent ``is_signed`` and was not taken back."""
    signed = Consent.objects.filter(course=OuterRef("session__course"), withdrawal=None)
    return with_courses(day.entries(user)).annotate(is_signed=Exists(signed))


def with_courses(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Entries of the agenda, each with its session and course, if it has, and in ``given`` the
    state of the record of what is given at it."""
    record = SessionRecord.objects.filter(session__appointment=OuterRef("pk"), amends=None)
    return (
        rows.select_related("session__course")
        .defer("session__course__protocol", "session__course__products")
        .annotate(given=Subquery(record.values("state")[:1]))
    )


def stands(appointment: Appointment) -> str:
    """How an entry of ``with_courses`` stands, the record of what is given at it counted in: its
    own state, or ``prepared``, ``delivered``, ``signed``."""
    given: str | None = appointment.given  # type: ignore[attr-defined]
    if given is None or (given == SessionRecord.State.PREPARED and not waits(appointment)):
        return appointment.state
    return given


def waits(appointment: Appointment) -> bool:
    """Whether the patient is to come, or is there."""
    return appointment.state in WAITING


def without_consent(appointment: Appointment) -> bool:
    """Whether an entry of ``entries`` is of a course to which the patient does not consent now."""
    course = course_of(appointment)
    if course is None or not is_ahead(appointment) or course.state not in OPEN:
        return False
    return course.state == Course.State.PROPOSED or not appointment.is_signed  # type: ignore[attr-defined]


def is_ahead(appointment: Appointment) -> bool:
    """Whether nothing was done yet at an entry of ``with_courses``."""
    return stands(appointment) in (*WAITING, SessionRecord.State.PREPARED)

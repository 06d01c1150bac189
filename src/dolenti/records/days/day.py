"""The agenda of a site between two days: who comes, to whom, who is away, when it is open.

What of it a person may know is decided here and by ``gate``: each entry says in ``is_open``
whether the record of its patient is open to the reader (see ADR 13).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.access.roles import Permission, Scope, scope
from dolenti.records import gate
from dolenti.records.agenda.moments import day_bounds, local_day
from dolenti.records.agenda.opening import Opening
from dolenti.records.days import timetable
from dolenti.records.models import Absence, Consent, Course, Patient, Session
from dolenti.records.treatment import courses, privileges

HELD_OVER = timedelta(days=60)
"""Entries of past days that nobody closed are looked for this far back; older ones were given up
long ago, and their list would hide those of last week."""
SHOWN = 100
"""How many entries a list of the agenda shows."""


@dataclass(frozen=True)
class Days:
    """The agenda between two days, both included."""

    first: date
    last: date
    sessions: list[Session]
    absences: list[Absence]
    opening: Opening


def between(user: User, first: date, last: date, person: User | None = None) -> Days:
    """Everything of the site's agenda between two days, or what one person has in it: four
    queries."""
    start, end = day_bounds(first)[0], day_bounds(last)[1]
    found = entries(user).filter(start__gte=start, start__lt=end)
    absences = away(user, start, end)
    if person is not None:
        found = found.filter(practitioner=person)
        absences = [one for one in absences if one.user_id == person.pk]
    sessions = listed(user, found.order_by("start", "pk"), first)
    opening = timetable.opening_of(user.site, first)
    return Days(first, last, sessions, absences, opening)


def listed(user: User, rows: QuerySet[Session], first: date | None = None) -> list[Session]:
    """Entries of ``entries`` as they are shown: a line of the trail says how many were read. Of a
    list that has no days, at most ``SHOWN``."""
    sessions = list(rows if first else rows[:SHOWN])
    audit.record(
        "read",
        actor=user,
        kind="agenda",
        object_id=user.site.public_id,
        detail={
            "day": first.isoformat() if first else "",
            "patients": len({one.patient_id for one in sessions}),
            "open": len(opened(sessions)),
        },
    )
    return sessions


def entries(user: User) -> QuerySet[Session]:
    """The site's agenda. Each entry says whether its patient's record ``is_open`` to the user, and
    of a course whether a consent ``is_signed`` and was not taken back."""
    if not user.may(Permission.READ_AGENDA):
        return Session.objects.none()
    signed = Consent.objects.filter(course=OuterRef("course"), withdrawal=None)
    return (
        Session.objects.filter(site_id=user.site_id)
        .select_related("patient", "practitioner", "room", "course")
        .defer("course__protocol", "course__products")
        .annotate(is_open=_is_open(user), is_signed=Exists(signed))
    )


def _is_open(user: User) -> Value | ExpressionWrapper:
    if not user.may(Permission.READ_RECORDS):
        return Value(value=False)
    if scope(user.role) is Scope.SITE:
        return Value(value=True)
    return ExpressionWrapper(gate.is_open(user, "patient"), output_field=BooleanField())


def away(user: User, start: datetime, end: datetime) -> list[Absence]:
    """The absences of those who practise at the site that meet a stretch of time."""
    if not user.may(Permission.READ_AGENDA):
        return []
    people = privileges.practitioners_of(user.site).values("pk")
    found = Absence.objects.filter(user__in=people, start__lt=end, end__gt=start)
    return list(found.select_related("user").order_by("start", "user__name"))


def practitioners(user: User) -> list[User]:
    """Who practises at the user's site, for whoever keeps its agenda."""
    if not user.may(Permission.READ_AGENDA):
        return []
    return list(privileges.practitioners_of(user.site))


def without_consent(session: Session) -> bool:
    """Whether an entry of ``entries`` is of a course to which the patient does not consent now."""
    course = session.course
    if course is None or session.state not in courses.WAITING or course.state not in courses.OPEN:
        return False
    return course.state == Course.State.PROPOSED or not session.is_signed  # type: ignore[attr-defined]


def unclosed() -> Q:
    """The condition of entries of past days of which nobody wrote what became."""
    today = local_day(timezone.now())
    return Q(
        Q(state=Session.State.PLANNED) | Q(state=Session.State.ARRIVED, course=None),
        start__lt=day_bounds(today)[0],
        start__gte=day_bounds(today - HELD_OVER)[0],
    )


def to_move() -> Q:
    """The condition of entries to come that fall into an absence of the one they are with."""
    met = Absence.objects.filter(
        user=OuterRef("practitioner"), start__lt=OuterRef("end"), end__gt=OuterRef("start")
    )
    return Q(Exists(met), state=Session.State.PLANNED, start__gte=timezone.now())


def counted(user: User, condition: Q) -> QuerySet[Session]:
    """Entries of the site's agenda that are only counted: nothing is said of anybody."""
    if not user.may(Permission.READ_AGENDA):
        return Session.objects.none()
    return Session.objects.filter(condition, site_id=user.site_id)


def kept(patient: Patient) -> int:
    """The key under which a patient's record is read: their own, or the one it was merged into."""
    return patient.absorbed_by_id or patient.pk


def opened(sessions: list[Session]) -> Mapping[int, Patient]:
    """The patients of these entries whose record is open to the reader, by ``kept``."""
    return {kept(one.patient): one.patient for one in sessions if one.is_open}  # type: ignore[attr-defined]

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
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.access.roles import Permission, Scope, scope
from dolenti.agenda import gate as agenda_gate
from dolenti.agenda import privileges, timetable
from dolenti.agenda.models import Absence, Appointment
from dolenti.calendar.moments import day_bounds, local_day
from dolenti.calendar.opening import Opening
from dolenti.records import gate
from dolenti.records.models import Patient

HELD_OVER = timedelta(days=60)
"""Entries of past days that nobody closed are looked for this far back; older ones were given up
long ago, and their list would hide those of last week."""
MOTIVES_OF = timedelta(days=180)
"""So far back why people came says what is usual."""
MOST_MOTIVES = 8
SHOWN = 100
"""How many entries a list of the agenda shows."""


@dataclass(frozen=True)
class Days:
    """The agenda between two days, both included."""

    first: date
    last: date
    appointments: list[Appointment]
    absences: list[Absence]
    opening: Opening
    people: list[User]
    person: User | None = None  # whose agenda alone it is


def between(
    user: User,
    rows: QuerySet[Appointment],
    first: date,
    last: date,
    whose: str | None = None,
) -> Days:
    """Everything of the site's agenda between two days, or what one person has in it, the first by
    name where ``whose`` names nobody: four queries. ``rows`` are ``entries``, with what a room
    above knows of each."""
    start, end = day_bounds(first)[0], day_bounds(last)[1]
    found = rows.filter(start__gte=start, start__lt=end)
    people, absences = staff(user, start, end)
    person = None
    if whose is not None and people:
        person = next((one for one in people if one.public_id == whose), people[0])
        found = found.filter(practitioner=person)
        absences = [one for one in absences if one.user_id == person.pk]
    appointments = listed(user, found.order_by("start", "pk"), first)
    opening = timetable.opening_of(user.site, first)
    return Days(first, last, appointments, absences, opening, people, person)


def listed(user: User, rows: QuerySet[Appointment], first: date | None = None) -> list[Appointment]:
    """Entries of ``entries`` as they are shown: a line of the trail says which were read, and of
    how many patients the record was open. Of a list that has no days, at most ``SHOWN``."""
    appointments = list(rows if first else rows[:SHOWN])
    audit.seen(
        user,
        [
            audit.Read("agenda", user.site.public_id),
            *(audit.Read("agenda", one.public_id, one.patient.public_id) for one in appointments),
        ],
        day=first.isoformat() if first else "",
        open=len(opened(appointments)),
    )
    return appointments


def entries(user: User) -> QuerySet[Appointment]:
    """The site's agenda. Each entry says whether its patient's record ``is_open`` to the user."""
    return agenda_gate.appointments(user).annotate(is_open=_is_open(user))


def _is_open(user: User) -> Value | ExpressionWrapper:
    if not user.may(Permission.READ_RECORDS):
        return Value(value=False)
    if scope(user.role) is Scope.SITE:
        return Value(value=True)
    return ExpressionWrapper(gate.is_open(user, "patient"), output_field=BooleanField())


def staff(user: User, start: datetime, end: datetime) -> tuple[list[User], list[Absence]]:
    """Who practises at the site, and their absences that meet a stretch of time: one query."""
    if not user.may(Permission.READ_AGENDA):
        return [], []
    met = Q(absences__start__lt=end, absences__end__gt=start)
    rows = (
        privileges.practitioners_of(user.site)
        .annotate(away=FilteredRelation("absences", condition=met))
        .annotate(away_from=F("away__start"), away_until=F("away__end"))
        .order_by("name", "pk", "away_from")
    )
    people: dict[int, User] = {}
    absences = []
    for row in rows:
        one = people.setdefault(row.pk, row)
        if row.away_from is not None:
            absences.append(Absence(user=one, start=row.away_from, end=row.away_until))
    return list(people.values()), absences


def practitioners(user: User) -> list[User]:
    """Who practises at the user's site, for whoever keeps its agenda."""
    if not user.may(Permission.READ_AGENDA):
        return []
    return list(privileges.practitioners_of(user.site))


def unclosed() -> Q:
    """The condition of entries of past days of which nobody wrote what became."""
    today = local_day(timezone.now())
    return Q(
        Q(state=Appointment.State.PLANNED)
        | (Q(state=Appointment.State.ARRIVED) & ~Q(kind=Appointment.Kind.SESSION)),
        start__lt=day_bounds(today)[0],
        start__gte=day_bounds(today - HELD_OVER)[0],
    )


def to_move() -> Q:
    """The condition of entries to come that fall into an absence of the one they are with."""
    met = Absence.objects.filter(
        user=OuterRef("practitioner"), start__lt=OuterRef("end"), end__gt=OuterRef("start")
    )
    return Q(Exists(met), state=Appointment.State.PLANNED, start__gte=timezone.now())


def counted(user: User, condition: Q) -> QuerySet[Appointment]:
    """Entries of the site's agenda that are only counted: nothing is said of anybody."""
    if not user.may(Permission.READ_AGENDA):
        return Appointment.objects.none()
    return Appointment.objects.filter(condition, site_id=user.site_id)


def kept(patient: Patient) -> int:
    """The key under which a patient's record is read: their own, or the one it was merged into."""
    return patient.absorbed_by_id or patient.pk


def opened(appointments: list[Appointment]) -> Mapping[int, Patient]:
    """The patients of these entries whose record is open to the reader, by ``kept``."""
    return {kept(one.patient): one.patient for one in appointments if one.is_open}  # type: ignore[attr-defined]


def usual_motives(user: User) -> list[str]:
    """Why people come to the site, as it was written most often lately; the most often first."""
    if not user.may(Permission.READ_AGENDA):
        return []
    since = timezone.now() - MOTIVES_OF
    found = Appointment.objects.filter(site_id=user.site_id, start__gte=since).exclude(motive="")
    counted = found.order_by().values("motive").annotate(n=Count("pk")).filter(n__gte=2)
    return [one["motive"] for one in counted.order_by("-n", "motive")[:MOST_MOTIVES]]

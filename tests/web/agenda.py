"""A day of the agenda for tests: appointments at their hours, a full day of a whole site."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.records.agenda.moments import to_utc
from dolenti.records.models import Patient, Room, Session, Statement
from dolenti.records.patients import care
from tests.web.courses import colleague, open_every_weekday
from tests.web.patients import crowd, registered

TUESDAY = date(2026, 11, 24)
AT_TEN = "2026-11-24 10:10:00+01:00"
"""A moment to freeze the clock at: a Tuesday that is no holiday, ten past ten in Paris."""


def at(hour: int, minute: int = 0, day: date | None = None) -> datetime:
    """A moment of a day at the clinic, today where none is said."""
    return to_utc(datetime.combine(day or timezone.localdate(), time(hour, minute)))


def visit(
    user: User, patient: Patient | None = None, start: datetime | None = None, **fields: Any
) -> Session:
    """A consultation of half an hour, with who makes it unless said otherwise."""
    begins = start or at(10)
    return Session.objects.create(
        **{
            "site_id": user.site_id,
            "patient": patient or registered(user),
            "kind": "consultation",
            "practitioner": user,
            "start": begins,
            "end": begins + timedelta(minutes=30),
            "author": user,
            **fields,
        }
    )


def secretary(user: User) -> User:
    """Someone at the desk of the same site."""
    return colleague(user, "Sonia", Role.SECRETARY)


def room(user: User, name: str = "Salle 1") -> Room:
    """A room of the site."""
    return Room.objects.get_or_create(site=user.site, name=name)[0]


def state(user: User, patient: Patient, day: date | None = None, **facts: Any) -> None:
    """What somebody stated of a patient, on a day."""
    Statement.objects.bulk_create(
        Statement(
            patient=patient, fact=fact, value=value, at=day or timezone.localdate(), author=user,
            submission=uuid.uuid4(),
        )
        for fact, value in facts.items()
    )  # fmt: skip


def full_day(user: User, count: int, people: Sequence[User] = ()) -> list[Session]:
    """So many appointments from nine o'clock on, ten to a person, of patients in care."""
    open_every_weekday(user.site)
    patients = crowd(user, count)
    who = [user, *people]
    while len(who) * 10 < count:
        who.append(colleague(user, f"Doc{len(who)}"))
    made = []
    for number, patient in enumerate(patients):
        person = who[number // 10]
        made.append(visit(person, patient, at(9) + timedelta(minutes=45 * (number % 10))))
        care.take(user, patient, user)
        state(user, patient, anticoagulant="vka" if number % 3 else "none", allergy=["latex"])
    return made

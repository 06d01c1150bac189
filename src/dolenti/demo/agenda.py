"""The demo's agenda: a free half hour on an open day, and a day in the middle of its work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, Protocol

from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.agenda import timetable
from dolenti.agenda.models import Appointment, Room
from dolenti.demo.filing import Filed, noon
from dolenti.records.models import Complaint, Patient

HALF_HOUR: Final = timedelta(minutes=30)
LATE: Final = timedelta(minutes=20)
SEARCHED: Final = 60
"""Days looked through for a free half hour."""


class Comer(Protocol):
    """Somebody who may come: in whose care, with what."""

    @property
    def patient(self) -> Patient: ...
    @property
    def complaint(self) -> Complaint: ...
    @property
    def practitioner(self) -> User: ...


@dataclass(frozen=True)
class Guest:
    """Somebody who stands in the records already."""

    patient: Patient
    complaint: Complaint
    practitioner: User


@dataclass
class Book:
    """One practitioner's half hours, in a room of their own."""

    site: Site
    practitioner: User
    room: Room
    taken: set[datetime] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._opening = timetable.opening_of(self.site)

    def free(self, day: date) -> Iterator[datetime]:
        """The free half hours of a day; none where the site is closed."""
        for span in self._opening.spans(day):
            start = span.start
            while start + HALF_HOUR <= span.end:
                if start not in self.taken:
                    yield start
                start += HALF_HOUR

    def take(self, draw: Random, day: date) -> datetime:
        """A half hour of the first day from this one on that has one."""
        for ahead in range(SEARCHED):
            found = list(self.free(day + timedelta(days=ahead)))
            if found:
                start = draw.choice(found)
                self.taken.add(start)
                return start
        raise AssertionError("the demo’s agenda is full")

    def appointment(self, one: Comer, start: datetime, **said: object) -> Appointment:
        """A row of the agenda that is not written yet."""
        return appointment(one, start, **{"room": self.room, **said})


def appointment(one: Comer, start: datetime, **said: object) -> Appointment:
    """Half an hour of a patient with their practitioner, not written yet; planned unless said."""
    usual = {
        "site_id": one.patient.site_id,
        "patient": one.patient,
        "complaint": one.complaint,
        "kind": Appointment.Kind.CONSULTATION,
        "practitioner": one.practitioner,
        "start": start,
        "end": start + HALF_HOUR,
        "state": Appointment.State.PLANNED,
        "author": one.practitioner,
    }
    return Appointment(**{**usual, **said})


def books(site: Site, practitioners: list[User]) -> dict[int, Book]:
    """A book for each practitioner of a site, by their key."""
    rooms = list(Room.objects.filter(site=site).order_by("pk"))
    return {
        person.pk: Book(site, person, rooms[place % len(rooms)])
        for place, person in enumerate(practitioners)
    }


def first_visit(draw: Random, book: Book, one: Filed) -> Appointment:
    """The consultation at which the patient was first seen."""
    start = book.take(draw, one.visit)
    gone = start < timezone.now()
    return book.appointment(
        one, start, state=Appointment.State.DONE if gone else Appointment.State.PLANNED
    )


def past_visits(draw: Random, filed: list[Filed]) -> list[Appointment]:
    """The visits of a crowd, each on its day. So many come to so few that hours are shared: only
    their number matters here."""
    made = []
    for one in filed:
        hour = timedelta(minutes=30 * draw.randint(-7, 10))
        start = noon(one.visit) + hour
        made.append(appointment(one, start, state=Appointment.State.DONE))
    return made


def busy_day(draw: Random, book: Book, patients: Sequence[Comer], day: date) -> list[Appointment]:
    """A full day: what is past is done, somebody waits, somebody is late, the rest is to come."""
    now = timezone.now()
    made, late = [], False
    waiting = iter(patients)
    for start in list(book.free(day)):
        if draw.random() < 0.2:
            continue
        one = next(waiting, None)
        if one is None:
            break
        book.taken.add(start)
        kind = draw.choice((Appointment.Kind.CONSULTATION, Appointment.Kind.CONTROL))
        said: dict[str, object] = {"kind": kind}
        if start + HALF_HOUR <= now - HALF_HOUR:
            missed = draw.random() < 0.08
            said["state"] = Appointment.State.MISSED if missed else Appointment.State.DONE
            said["reason"] = "Ne s’est pas présenté, non joignable" if missed else ""
        elif start <= now - LATE and not late:
            late = True  # planned, and nobody came yet
        elif start <= now + HALF_HOUR:
            said |= {"state": Appointment.State.ARRIVED, "arrived_at": min(now, start) - LATE / 2}
        made.append(book.appointment(one, start, **said))
    return made

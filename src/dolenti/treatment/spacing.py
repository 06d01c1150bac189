"""Sessions of a course that stand closer together than its protocol says: told where one is moved
and on the page of the course. It forbids nothing: when it is given, the rules of the day judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dolenti.agenda.life import GONE
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.guideline.knowledge.protocol import Protocol
from dolenti.guideline.schedule import lay
from dolenti.records import engine
from dolenti.records.judging import choosing
from dolenti.treatment import laying
from dolenti.treatment.models import Course


@dataclass(frozen=True)
class Close:
    """A session that comes too soon: on which day, how many days after the one before, and how many
    the protocol asks for at least."""

    day: date
    before: date
    gap: int
    least: int


def too_close(course: Course, appointments: Iterable[Appointment]) -> list[Close]:
    """The sessions of a course that come sooner after the one before than the edition in force
    says; those cancelled or missed do not count."""
    therapy = choosing.therapy_of(engine.edition_in_force(), course.therapy)
    days = sorted(local_day(one.start) for one in appointments if one.state not in GONE)
    return closer_than(laying.held(therapy.protocol, course.products), days)


def closer_than(protocol: Protocol, days: list[date]) -> list[Close]:
    """Of these days, in order, those that a protocol would have later."""
    found = []
    for number, day in enumerate(days[1:], 1):
        before = days[number - 1]
        # Laid from the day before alone where two stand on one day: that is too close, not wrong.
        done = sorted(set(days[:number]))
        pending = lay(protocol, done[0], done, max(day, before), {}).pending()
        if pending and day < (earliest := pending[0].earliest):
            least = (earliest - before).days
            found.append(Close(day, before, (day - before).days, least))
    return found

"""The site's closures, the sessions in them, and its fees, as the administrator reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dolenti.agenda.models import Appointment, Closure
from dolenti.calendar.moments import local_day
from dolenti.clinic.common.listing import called
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.courses.shown import therapy_name
from dolenti.treatment.models import Fee


@dataclass(frozen=True)
class ClosureLine:
    """A closure, and how many sessions fall into it."""

    public_id: str
    first: date
    last: date
    why: str
    sessions: int


def closure_lines(closures: Sequence[Closure], falling: Iterable[Appointment]) -> list[ClosureLine]:
    """Closures with their sessions counted: one list for all of them."""
    days = [local_day(one.start) for one in falling]
    return [
        ClosureLine(
            one.public_id,
            one.first,
            one.last,
            one.why,
            sum(one.first <= day <= one.last for day in days),
        )
        for one in closures
    ]


@dataclass(frozen=True)
class MovingLine:
    """A session that is to be moved: when, whose, with whom. Nothing of why they come."""

    public_id: str
    start: datetime
    who: str
    practitioner: str
    room: str


def moving_lines(sessions: Iterable[Appointment]) -> list[MovingLine]:
    """Sessions of a day that is closed."""
    return [
        MovingLine(
            one.public_id,
            one.start,
            called(one.patient),
            one.practitioner.name,
            one.room.name if one.room else "",
        )
        for one in sessions
    ]


@dataclass(frozen=True)
class FeeLine:
    """A fee: for which therapy, how much in euros, since when it is no longer asked, and when it
    was looked at last."""

    public_id: str
    therapy: str
    label: str
    euros: float
    ended_at: datetime | None
    entered_on: date | None


def fee_lines(fees: Iterable[Fee], words: Lookup) -> list[FeeLine]:
    """Fees, as listed; those for any therapy have none named."""
    return [
        FeeLine(
            one.public_id,
            therapy_name(one.therapy, words) if one.therapy else "",
            one.label,
            one.cents / 100,
            one.ended_at,
            one.entered_on,
        )
        for one in fees
    ]

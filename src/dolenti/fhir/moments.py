"""FHIR dates and times: the day they name, and which of two is the later.

A FHIR date may be a year, a month, a day, or a moment with its offset. A part is read at its first
day where age matters (freshness) and at its last where nearness matters (a date fact's value), so
that imprecision never reassures. Of a moment whose time is no time, the day is left.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from dolenti.guideline.birth import BirthDate, read_birth

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)
# A second 60 is one that is put in; 24:00 is how some write the end of a day.
_TIME = re.compile(
    r"T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?|24:00(?::00(?:\.0+)?)?)"
    r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?\Z",
    re.ASCII,
)
_WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?(\.\d+)?(.*)\Z", re.ASCII)


class Moment(NamedTuple):
    """When something was: its first and last possible day, and the text as written."""

    first: date
    last: date
    text: str


LONG_AGO: Final = Moment(date.min, date.min, "")
"""Before everything: what is of then speaks against nothing."""


def read_moment(text: object) -> Moment | None:
    """The moment a FHIR text names, or ``None`` where it names none."""
    if not isinstance(text, str):
        return None
    days = _days(text[:10])
    if days is None or len(text) <= 10 or _TIME.match(text, 10):
        return None if days is None else Moment(days[0], days[1], text)
    return Moment(days[0], days[1], text[:10]) if text[10] in "Tt " else None


def read_born(text: object) -> BirthDate | None:
    """The birth date that a FHIR text names, as precisely as it does, or ``None``."""
    moment = read_moment(text)
    return None if moment is None else read_birth(moment.text[:10])


def period_bound(period: object, bound: str) -> object:
    """The ``start`` or ``end`` of a FHIR Period, if it is one."""
    return period.get(bound) if isinstance(period, dict) else None


def first_moment(*texts: object) -> Moment | None:
    """The first of the texts that names a moment."""
    for text in texts:
        if text is not None and (moment := read_moment(text)) is not None:
            return moment
    return None


@lru_cache(maxsize=20_000)
def _days(text: str) -> tuple[date, date] | None:
    match = _DAY.match(text)
    if match is None:
        return None
    year, month, day = match[1], match[2], match[3]
    try:
        if day is not None:
            exact = date.fromisoformat(text)
            return exact, exact
        if month is not None:
            first = date(int(year), int(month), 1)
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return date(int(year), 1, 1), date(int(year), 12, 31)
    except ValueError:
        return None


_UNDATED: Final = (date.min, None)


def order_of(moment: Moment | None) -> tuple[date, datetime | None]:
    """What moments are compared by: the day, and the instant where a time was written.

    A time without an offset counts as UTC. Undated comes before everything.
    """
    if moment is None:
        return _UNDATED
    if len(moment.text) <= 10:
        return moment.first, None
    try:
        instant = _instant(moment.text)
    except OverflowError:
        return moment.first, None
    return instant.date(), instant


def _instant(text: str) -> datetime:
    """The instant a text names, in UTC, counted on from midnight: 23:59:60 and 24:00 both are the
    next day's first. Raises ``OverflowError`` beyond the calendar."""
    match = _WRITTEN.match(text)
    assert match is not None  # `read_moment` took it
    day, hour, minute, second, part, zone = match.groups()
    midnight = datetime.fromisoformat(f"{day}T00:00:00{zone.replace('Z', '+00:00')}")
    if midnight.tzinfo is None:
        midnight = midnight.replace(tzinfo=UTC)
    past = timedelta(
        hours=int(hour), minutes=int(minute), seconds=int(second or 0) + float(part or 0)
    )
    return midnight.astimezone(UTC) + past


def latest(candidates: list[Any]) -> list[Any]:
    """Those that none of the others is later than.

    Among the ones of the last day, the latest with a time and all without: nobody knows which of
    those came first.
    """
    if len(candidates) == 1:
        return candidates
    orders = [(candidate, order_of(candidate.moment)) for candidate in candidates]
    last_day = max(order[0] for _, order in orders)
    of_day = [(candidate, order[1]) for candidate, order in orders if order[0] == last_day]
    instants = [instant for _, instant in of_day if instant is not None]
    last = max(instants, default=None)
    return [candidate for candidate, instant in of_day if instant is None or instant == last]

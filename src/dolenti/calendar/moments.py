"""Moments on the site's clock (see ``calendar.zone``), and in UTC, in which they are kept.

Where the clock changes, two nights of the year are bad. In Paris, on the last Sunday of March it
goes from 2:00 to 3:00: 2:30 does not exist. On the last Sunday of October it goes from 3:00 back to
2:00: 2:30 comes twice. A local time is therefore never turned into a moment silently: the first is
refused, the second asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from dolenti.calendar.zone import here
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.guideline.words import date_in_words


class Which(Enum):
    """Which of the two moments a local time that comes twice means."""

    SUMMER = 0
    """The first: the clock is still on summer time."""
    WINTER = 1
    """The second, an hour later: the clock has gone back."""

    @property
    def label(self) -> Text:
        return _WHICH_LABELS[self]


class AmbiguousTimeError(InputError):
    """The local time comes twice; ask which, and show ``choices`` (``Which`` and its moment)."""

    def __init__(self, local: datetime, where: str) -> None:
        super().__init__(
            f"on {date_in_words(local.date(), 'en')} the clock goes back and shows "
            f"{clock(local.time(), 'en')} twice; say which of the two",
            where,
            fr=f"le {date_in_words(local.date(), 'fr')}, l’horloge recule et indique deux fois "
            f"{clock(local.time(), 'fr')}\u00a0; précisez laquelle",
        )
        self.choices = tuple((which, _moment(local, which)) for which in Which)


def to_utc(local: datetime, which: Which | None = None, where: str = "") -> datetime:
    """The moment that a time on the clinic's clock (without zone) means, aware, in UTC.

    ``which`` is looked at only where the time comes twice. Raises ``InputError`` for a time that
    does not exist and ``AmbiguousTimeError`` for one that comes twice where ``which`` is not said.
    """
    _refuse_zone(local)
    if not exists(local):
        raise InputError(
            f"{clock(local.time(), 'en')} does not exist on {date_in_words(local.date(), 'en')}: "
            "the clock goes from 02:00 to 03:00; take a time before or after",
            where,
            fr=f"{clock(local.time(), 'fr')} n’existe pas le {date_in_words(local.date(), 'fr')}"
            "\u00a0: l’horloge passe de 2\u00a0h à 3\u00a0h\u00a0; prenez une heure avant ou après",
        )
    if which is None and comes_twice(local):
        raise AmbiguousTimeError(local, where)
    return _moment(local, which or Which.SUMMER)


def to_local(moment: datetime) -> datetime:
    """The time on the clinic's clock at an aware moment; its ``fold`` tells a second 2:30."""
    if moment.utcoffset() is None:
        raise ValueError("a moment has a time zone")
    return moment.astimezone(here())


def exists(local: datetime) -> bool:
    """Whether the clinic's clock ever shows this time."""
    return to_local(_moment(local, Which.SUMMER)).replace(tzinfo=None, fold=0) == local.replace(
        fold=0
    )


def comes_twice(local: datetime) -> bool:
    """Whether the clinic's clock shows this time twice."""
    return exists(local) and _moment(local, Which.SUMMER) != _moment(local, Which.WINTER)


def local_day(moment: datetime) -> date:
    """The day it is at the clinic: at 23:30 UTC it is tomorrow."""
    return to_local(moment).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day at the clinic and of the next, in UTC: 23, 24 or 25 hours."""
    return _midnight(day), _midnight(day + timedelta(days=1))


@dataclass(frozen=True)
class Span:
    """A stretch of time from ``start`` up to but not including ``end``, both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Raises ``InputError`` where it has no length."""
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a moment has a time zone")
        if self.start >= self.end:
            raise InputError(
                "the end comes before the start; check both times",
                fr="la fin précède le début\u00a0; vérifiez les deux heures",
            )

    def meets(self, other: Span) -> bool:
        """Whether the two share a moment; one that ends as the other starts does not."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """Whether ``other`` lies wholly within."""
        return self.start <= other.start and other.end <= self.end

    @property
    def length(self) -> timedelta:
        """Real time: from 1:00 to 4:00 on the night of March it is two hours."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)


def lasting(start: datetime, length: timedelta) -> Span:
    """The span of a real ``length`` from an aware ``start``, in UTC."""
    if start.utcoffset() is None:
        raise ValueError("a moment has a time zone")
    begin = start.astimezone(UTC)
    return Span(begin, begin + length)


def span_on(day: date, start: time, end: time) -> Span | None:
    """Two times of one day on the clock, as opening hours say them, as a span in UTC.

    ``end`` 00:00 is the end of the day. A time that does not exist is the moment the clock jumps;
    one that comes twice opens at the first and closes at the second. ``None`` where nothing is
    left of it.
    """
    last = day + timedelta(days=1) if end == time(0) else day
    begin = _moment(datetime.combine(day, start), Which.SUMMER)
    finish = _moment(datetime.combine(last, end), Which.WINTER)
    if not exists(datetime.combine(day, start)):
        begin = _jump(begin)
    if not exists(datetime.combine(last, end)):
        finish = _jump(finish)
    return Span(begin, finish) if begin < finish else None


def clock(at: time, language: str) -> str:
    """``9 h 05``, ``09:05``."""
    if language != "fr":
        return f"{at:%H:%M}"
    return f"{at.hour}\u00a0h\u00a0{at.minute:02}" if at.minute else f"{at.hour}\u00a0h"


def day_in_words(day: date, language: str) -> str:
    """``lundi 6 avril 2026``, ``Monday 6 April 2026``."""
    return f"{WEEKDAYS[day.weekday()].in_language(language)} {date_in_words(day, language)}"


def _moment(local: datetime, which: Which) -> datetime:
    return local.replace(tzinfo=here(), fold=which.value).astimezone(UTC)


def _midnight(day: date) -> datetime:
    return _moment(datetime.combine(day, time(0)), Which.SUMMER)


def _jump(after: datetime) -> datetime:
    """The moment the clock jumped, from one within the hour on either side of it."""
    for hour in (after.replace(minute=0, second=0, microsecond=0) + timedelta(hours=n)
                 for n in (-1, 0, 1)):  # fmt: skip
        before = hour - timedelta(minutes=1)
        if to_local(hour).utcoffset() != to_local(before).utcoffset():
            return hour
    return after


def _refuse_zone(local: datetime) -> None:
    if local.tzinfo is not None:
        raise ValueError("a local time has no time zone yet")


WEEKDAYS = (
    Text(fr="lundi", en="Monday"),
    Text(fr="mardi", en="Tuesday"),
    Text(fr="mercredi", en="Wednesday"),
    Text(fr="jeudi", en="Thursday"),
    Text(fr="vendredi", en="Friday"),
    Text(fr="samedi", en="Saturday"),
    Text(fr="dimanche", en="Sunday"),
)
"""Monday first, as ``date.weekday`` counts."""

_WHICH_LABELS = {
    Which.SUMMER: Text(
        fr="La première fois, encore à l’heure d’été", en="The first time, still on summer time"
    ),
    Which.WINTER: Text(
        fr="La seconde fois, une heure plus tard, à l’heure d’hiver",
        en="The second time, an hour later, on winter time",
    ),
}

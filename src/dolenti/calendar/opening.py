"""When the clinic is open: hours by weekday, closures, public holidays; and why it is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Final

from dolenti.calendar.moments import WEEKDAYS, Span, clock, lasting, local_day, span_on, to_local
from dolenti.guideline.ageing import of_holidays
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text

LONGEST_CLOSURE = 366
"""Days. A closure of more than a year is a mistyped year."""


RULES_OF: Final = 2026
"""The year in which the holidays that the library computes were compared with article L3133-1 of
the Code du travail (``tests/unit/calendar/test_opening.py``)."""


class Region(Enum):
    """Whose public holidays a site keeps. The value is the library's code of the subdivision."""

    METROPOLITAN = None
    ALSACE = "6AE"
    MOSELLE = "57"
    GUADELOUPE = "971"
    MARTINIQUE = "972"
    GUYANE = "973"
    LA_REUNION = "974"
    MAYOTTE = "976"
    SAINT_BARTHELEMY = "BL"
    SAINT_MARTIN = "MF"
    NEW_CALEDONIA = "NC"
    FRENCH_POLYNESIA = "PF"
    SAINT_PIERRE_ET_MIQUELON = "PM"
    WALLIS_ET_FUTUNA = "WF"

    @property
    def label(self) -> Text:
        return _REGION_LABELS[self]

    @classmethod
    def of_zone(cls, time_zone: str) -> Region:
        """The region of a site by its time zone. Alsace and Moselle share the zone of Paris."""
        return _REGION_BY_ZONE.get(time_zone, cls.METROPOLITAN)


_REGION_BY_ZONE: Final = {
    "America/Guadeloupe": Region.GUADELOUPE,
    "America/Martinique": Region.MARTINIQUE,
    "America/Cayenne": Region.GUYANE,
    "Indian/Reunion": Region.LA_REUNION,
    "Indian/Mayotte": Region.MAYOTTE,
    "America/Miquelon": Region.SAINT_PIERRE_ET_MIQUELON,
    "America/St_Barthelemy": Region.SAINT_BARTHELEMY,
    "America/Marigot": Region.SAINT_MARTIN,
    "Pacific/Noumea": Region.NEW_CALEDONIA,
    "Pacific/Tahiti": Region.FRENCH_POLYNESIA,
    "Pacific/Wallis": Region.WALLIS_ET_FUTUNA,
}


def public_holiday(day: date, region: Region = Region.METROPOLITAN) -> Text | None:
    """The holiday's name, or ``None``. Alsace-Moselle adds Good Friday and 26 December."""
    return _holidays(day.year, region).get(day)


def unchecked(today: date) -> Text:
    """In brackets, that the holidays of this year were never compared with the law; else empty."""
    listed = of_holidays(RULES_OF)
    return Text(fr="", en="") if listed.is_of(today) else listed.beside(today)


@lru_cache(maxsize=256)
def _holidays(year: int, region: Region) -> Mapping[date, Text]:
    from holidays import country_holidays  # here: it takes its time, and few commands need it

    french, english = (
        country_holidays("FR", subdiv=region.value, years=year, language=language)
        for language in ("fr", "en_US")
    )
    return {
        day: Text(fr=name.replace("'", "’"), en=english[day].replace("'", "’"))
        for day, name in french.items()
    }


@dataclass(frozen=True)
class Hours:
    """One opening on one day. ``end`` 00:00 means midnight at the end of the day."""

    start: time
    end: time

    def __post_init__(self) -> None:
        """Raises ``InputError`` where the end does not come after the start."""
        if self.end != time(0) and self.end <= self.start:
            raise InputError(
                f"closing at {clock(self.end, 'en')} does not come after opening at "
                f"{clock(self.start, 'en')}; check both times",
                fr=f"la fermeture à {clock(self.end, 'fr')} ne suit pas l’ouverture à "
                f"{clock(self.start, 'fr')}\u00a0; vérifiez les deux heures",
            )

    def in_words(self, language: str) -> str:
        """``9 h – 12 h 30``, ``09:00–12:30``."""
        joint = " – " if language == "fr" else "–"
        return f"{clock(self.start, language)}{joint}{clock(self.end, language)}"


@dataclass(frozen=True)
class Closure:
    """Whole days on which the clinic is closed, the first and the last included."""

    first: date
    last: date
    why: Text

    def __post_init__(self) -> None:
        """Raises ``InputError`` where it ends before it begins, or never ends."""
        days = (self.last - self.first).days
        if not 0 <= days <= LONGEST_CLOSURE:
            raise InputError(
                "a closure ends on or after its first day, within a year; check both dates",
                fr="la fermeture doit finir le jour où elle commence ou plus tard, sans dépasser "
                "un an\u00a0; vérifiez les deux dates",
            )


@dataclass(frozen=True)
class Answer:
    """Whether something may be, and where it may not, why."""

    open: bool
    why: Text | None = None


@dataclass(frozen=True)
class Opening:
    """When a site is open.

    ``week`` has the openings of each weekday, Monday 0; a day without any is closed. ``worked``
    are public holidays on which the site opens all the same; a closure always closes.
    """

    week: Mapping[int, tuple[Hours, ...]]
    closures: tuple[Closure, ...] = ()
    region: Region = Region.METROPOLITAN
    worked: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Raises ``InputError`` for openings of one day that overlap or are out of order."""
        for weekday, openings in self.week.items():
            day = WEEKDAYS[weekday]
            for one, other in pairwise(openings):
                if one.end == time(0) or other.start < one.end:
                    raise InputError(
                        f"two openings of {day.en} overlap or are out of order: "
                        f"{one.in_words('en')} and {other.in_words('en')}",
                        fr=f"deux plages du {day.fr} se chevauchent ou se suivent dans le "
                        f"désordre\u00a0: {one.in_words('fr')} et {other.in_words('fr')}",
                    )

    def closed_because(self, day: date, today: date | None = None) -> Text | None:
        """Why the site is closed all that day, or ``None`` where it opens. With ``today``, a public
        holiday says that those of this year were never compared with the law, where so it is."""
        for closure in self.closures:
            if closure.first <= day <= closure.last:
                return closure.why
        holiday = public_holiday(day, self.region)
        if holiday and day not in self.worked:
            old = unchecked(today) if today else Text(fr="", en="")
            return Text(
                fr=f"jour férié ({holiday.fr}){old.fr}", en=f"public holiday ({holiday.en}){old.en}"
            )
        if not self.week.get(day.weekday()):
            name = WEEKDAYS[day.weekday()]
            return Text(fr=f"fermé le {name.fr}", en=f"closed on {name.en}s")
        return None

    def next_open(self, after: date, within: int = 60) -> date | None:
        """The first day after this one on which the site opens, if it is one of the next."""
        following = (after + timedelta(days=n) for n in range(1, within + 1))
        return next((day for day in following if not self.closed_because(day)), None)

    def hours(self, day: date) -> tuple[Hours, ...]:
        """The openings of a day; empty where it is closed."""
        return () if self.closed_because(day) else self.week[day.weekday()]

    def spans(self, day: date) -> tuple[Span, ...]:
        """The openings of a day as moments, in order."""
        spans = (span_on(day, hours.start, hours.end) for hours in self.hours(day))
        return tuple(span for span in spans if span)

    def is_open(self, when: datetime, duration: timedelta) -> Answer:
        """Whether something of that real length may start at the aware moment ``when``."""
        day = local_day(when)
        closed = self.closed_because(day)
        if closed:
            return Answer(False, closed)
        wanted = lasting(when, duration)
        if any(span.holds(wanted) for span in _joined(self.spans(day))):
            return Answer(True)
        return Answer(False, self._outside(day, when, duration))

    def _outside(self, day: date, when: datetime, duration: timedelta) -> Text:
        hours = self.hours(day)
        french = " et ".join(opening.in_words("fr") for opening in hours)
        english = " and ".join(opening.in_words("en") for opening in hours)
        start, end = to_local(when), to_local(lasting(when, duration).end)
        return Text(
            fr=f"de {clock(start.time(), 'fr')} à {clock(end.time(), 'fr')}, hors des horaires "
            f"d’ouverture ({french})",
            en=f"{clock(start.time(), 'en')} to {clock(end.time(), 'en')} is outside opening "
            f"hours ({english})",
        )


def weekdays(days: Iterable[int], *openings: Hours) -> dict[int, tuple[Hours, ...]]:
    """The same openings on several weekdays, to build ``Opening.week`` from."""
    return dict.fromkeys(days, openings)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Openings that touch are one: 9 to 12 and 12 to 14."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


_REGION_LABELS = {
    Region.METROPOLITAN: Text(fr="France métropolitaine", en="Metropolitan France"),
    Region.ALSACE: Text(fr="Alsace", en="Alsace"),
    Region.MOSELLE: Text(fr="Moselle", en="Moselle"),
    Region.GUADELOUPE: Text(fr="Guadeloupe", en="Guadeloupe"),
    Region.MARTINIQUE: Text(fr="Martinique", en="Martinique"),
    Region.GUYANE: Text(fr="Guyane", en="French Guiana"),
    Region.LA_REUNION: Text(fr="La Réunion", en="Réunion"),
    Region.MAYOTTE: Text(fr="Mayotte", en="Mayotte"),
    Region.SAINT_BARTHELEMY: Text(fr="Saint-Barthélemy", en="Saint Barthélemy"),
    Region.SAINT_MARTIN: Text(fr="Saint-Martin", en="Saint Martin"),
    Region.NEW_CALEDONIA: Text(fr="Nouvelle-Calédonie", en="New Caledonia"),
    Region.FRENCH_POLYNESIA: Text(fr="Polynésie française", en="French Polynesia"),
    Region.SAINT_PIERRE_ET_MIQUELON: Text(
        fr="Saint-Pierre-et-Miquelon", en="Saint Pierre and Miquelon"
    ),
    Region.WALLIS_ET_FUTUNA: Text(fr="Wallis-et-Futuna", en="Wallis and Futuna"),
}

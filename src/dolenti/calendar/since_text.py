"""Since when something is so, as people say it: a day, a month, a year, “6 mois”, “since March”.

What is said is kept as precisely as it was said, and no more: of a month or a year the last day
that it may mean is kept, never one that is still to come, so that nothing is called older than it
may be, and the precision beside it says how it is read and shown.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from dolenti.calendar.day_text import folded, made, month_named, read_day
from dolenti.guideline.dates import FIRST_YEAR, Duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.words import date_in_words

Precision = Literal["day", "month", "year"]
PRECISIONS: Final[tuple[Precision, ...]] = ("day", "month", "year")

_LONG: Final = 3
"""So many years and more are said by the year: nobody counts the months of them."""
_OPENING = re.compile(
    r"^(?:depuis|since|il y a|ca fait|cela fait|a debute|debut|from|for|environ|vers|about|around"
    r"|a peu pres|le mois de|the month of|l annee(?= \d)|the year(?= \d)|en|in|le|la|the|au|du|on"
    r"|past) "
)
_CLOSING = re.compile(r" (?:ago|environ|a peu pres|or so|deja|already|maintenant|now)$")
_HALF = re.compile(r"(\d)[.,]5(?=\D)")
_COUNTS: Final = {
    "un": 1, "une": 1, "a": 1, "an": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3,
    "quatre": 4, "four": 4, "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8,
    "eight": 8, "neuf": 9, "nine": 9, "dix": 10, "ten": 10, "onze": 11, "eleven": 11, "douze": 12,
    "twelve": 12, "quinze": 15, "fifteen": 15, "dix huit": 18, "eighteen": 18, "vingt": 20,
    "twenty": 20, "trente": 30, "thirty": 30,
}  # fmt: skip
_COUNT = r"(?P<count>\d{1,4}|" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + ")"
_UNIT = (
    r"(?P<unit>jours?|j|days?|d|semaines?|sem|weeks?|wks?|mois|months?|mo|ans?|annees?|years?"
    r"|yrs?|y)"
)
_LENGTH = re.compile(
    rf"{_COUNT} ?{_UNIT}(?P<half> et demie?| and a half)?"
    r"(?: (?:et |and )?(?P<months>\d{1,2}) ?(?:mois|months?|mo))?\Z"
)
_YEAR = re.compile(r"\d{4}\Z")
_MONTH_AND_YEAR = re.compile(r"(?P<month>[a-z]{3,9}|\d{1,2}) (?P<year>\d{4})\Z")
_YEAR_AND_MONTH = re.compile(r"(?P<year>\d{4}) (?P<month>\d{1,2})\Z")
_MONTH = re.compile(r"(?:last )?(?P<month>[a-z]{3,9})(?: dernier)?\Z")
_DAY_OF_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)? (?P<month>[a-z]{3,9}|\d{1,2})(?: dernier)?\Z"
)
_MONTH_AND_DAY = re.compile(
    r"(?P<month>[a-z]{3,9}) (?P<day>\d{1,2})(?:st|nd|rd|th)?(?: (?P<year>\d{4}))?\Z"
)
_DAYS_AGO: Final = {
    "aujourd hui": 0, "ce jour": 0, "today": 0, "ce matin": 0, "this morning": 0, "hier": 1,
    "yesterday": 1, "avant hier": 2, "day before yesterday": 2, "semaine derniere": 7,
    "last week": 7, "week": 7, "huit jours": 7, "quinzaine": 15,
}  # fmt: skip
_WEEKDAYS: Final = (
    ("lundi", "monday"), ("mardi", "tuesday"), ("mercredi", "wednesday"), ("jeudi", "thursday"),
    ("vendredi", "friday"), ("samedi", "saturday"), ("dimanche", "sunday"),
)  # fmt: skip
_MONTHS_AGO: Final = {
    "ce mois": 0, "ce mois ci": 0, "this month": 0, "mois dernier": 1, "last month": 1, "mois": 1,
    "month": 1,
}  # fmt: skip
_YEARS_AGO: Final = {
    "cette annee": 0, "this year": 0, "an dernier": 1, "l an dernier": 1, "annee derniere": 1,
    "l annee derniere": 1, "last year": 1,
}  # fmt: skip


_ISO: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True)
class Since:
    """The last day that may be meant, and how precisely it was said."""

    day: date
    precision: Precision = "day"

    @classmethod
    def of(cls, iso: str) -> Since:
        """What ``iso`` wrote. Raises ``ValueError`` for another text."""
        if _ISO.fullmatch(iso) is None:
            raise ValueError(iso)
        year, *parts = (int(part) for part in iso.split("-"))
        if not parts:
            return _of_year(year)
        return _of_month(year, parts[0]) if len(parts) == 1 else cls(date(year, *parts))

    def by(self, today: date) -> date:
        """The last day that may be meant, as far as it has come."""
        return min(self.day, today)

    @property
    def first(self) -> date:
        """The first day that may be meant."""
        if self.precision == "year":
            return self.day.replace(month=1, day=1)
        return self.day.replace(day=1) if self.precision == "month" else self.day

    @property
    def iso(self) -> str:
        """As FHIR writes it: 2019, 2019-03, 2019-03-15."""
        return self.day.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]

    @property
    def typed(self) -> str:
        """As it may be typed again, in either language: 2019, 03/2019, 15/03/2019."""
        return "/".join(reversed(self.iso.split("-")))

    def when(self, language: str) -> str:
        """“mars 2019”, “15 March 2019”."""
        if self.precision == "year":
            return str(self.day.year)
        said = date_in_words(self.day, language)
        return said.split(" ", 1)[1] if self.precision == "month" else said

    def in_words(self, language: str) -> str:
        """“depuis mars 2019”, “since 15 March 2019”."""
        said = self.when(language)
        if language == "fr":
            return f"depuis le {said}" if self.precision == "day" else f"depuis {said}"
        return f"since {said}"


def read_since(text: str, today: date) -> Since:
    """What a text says, reckoned from today. Raises ``InputError`` where it says no time, one that
    is still to come, or one that nobody means."""
    said = _read(text, today)
    if said is None:
        raise InputError(
            "this says no time; write a day, a month, a year or a length: 15/03/2026, March 2026, "
            "2019, 6 months",
            fr="ce n’est pas un moment\u00a0; écrivez un jour, un mois, une année ou une "
            "durée\u00a0: 15/03/2026, mars 2026, 2019, 6\u00a0mois",
        )
    if said.first > today:
        raise InputError(
            "this is still to come; give a time that is past",
            fr="cette date est à venir\u00a0; indiquez une date passée",
        )
    if said.first.year < FIRST_YEAR:
        raise InputError(
            f"this is before {FIRST_YEAR}; check the year",
            fr=f"c’est avant {FIRST_YEAR}\u00a0; vérifiez l’année",
        )
    return Since(min(said.day, today), said.precision)


def _read(text: str, today: date) -> Since | None:
    exact = read_day(text, today)
    if exact is not None:
        return Since(exact)
    words = _bare(text)
    for reader in (_named, _length, _day_of_month, _month, _year):
        found = reader(words, today)
        if found is not None:
            return found
    exact = read_day(words, today)
    return Since(exact) if exact else None


def _bare(text: str) -> str:
    words = folded(_HALF.sub(r"\1 et demi", text.strip() + " "))
    words = re.sub(r"(\d+) et demi ?([a-z]+)", r"\1 \2 et demi", words)
    before = None
    while before != words:
        before = words
        words = _CLOSING.sub("", _OPENING.sub("", words))
    return words


def _named(words: str, today: date) -> Since | None:
    if words in _DAYS_AGO:
        return Since(today - timedelta(days=_DAYS_AGO[words]))
    if words in _MONTHS_AGO:
        return _ago(Duration(months=_MONTHS_AGO[words]), "month", today)
    if words in _YEARS_AGO:
        return _of_year(today.year - _YEARS_AGO[words])
    bare = words.removeprefix("last ").removesuffix(" dernier")
    for number, names in enumerate(_WEEKDAYS):
        if bare in names:
            return Since(today - timedelta(days=(today.weekday() - number) % 7 or 7))
    return None


def _length(words: str, today: date) -> Since | None:
    match = _LENGTH.match(words)
    if match is None:
        return None
    count = _COUNTS.get(match["count"]) or int(match["count"])
    unit, half = match["unit"][0], bool(match["half"])
    months = int(match["months"] or 0)
    if match["unit"] in ("mois", "mo") or unit == "m":
        return _ago(Duration(months=count), "month", today) if count else None
    if unit in ("a", "y"):
        whole = 12 * count + 6 * half + months
        precise = half or months or count < _LONG
        return _ago(Duration(months=whole), "month" if precise else "year", today)
    days = count * 7 if unit in ("s", "w") else count
    return _ago(Duration(days=days), "day", today) if days else None


def _ago(length: Duration, precision: Precision, today: date) -> Since:
    day = length.before(today)
    if precision == "year":
        return _of_year(day.year)
    return _of_month(day.year, day.month) if precision == "month" else Since(day)


def _of_month(year: int, month: int) -> Since:
    return Since(date(year, month, monthrange(year, month)[1]), "month")


def _of_year(year: int) -> Since:
    return Since(date(year, 12, 31), "year")


def _day_of_month(words: str, today: date) -> Since | None:
    match = _DAY_OF_MONTH.match(words) or _MONTH_AND_DAY.match(words)
    if match is None:
        return None
    month = _number_of(match["month"])
    written = match.groupdict().get("year")
    day = made(int(written or today.year), month, int(match["day"])) if month else None
    if day is not None and day > today and written is None:
        day = made(day.year - 1, day.month, day.day)
    return Since(day) if day else None


def _month(words: str, today: date) -> Since | None:
    match = _MONTH_AND_YEAR.match(words) or _YEAR_AND_MONTH.match(words)
    if match is not None:
        month, year = _number_of(match["month"]), int(match["year"])
        return _of_month(year, month) if month and year else None
    match = _MONTH.match(words)
    month = month_named(match["month"]) if match else None
    if month is None:
        return None
    return _of_month(today.year - (month > today.month), month)


def _year(words: str, today: date) -> Since | None:
    return _of_year(int(words)) if _YEAR.match(words) and int(words) else None


def _number_of(month: str) -> int | None:
    if month.isdigit():
        return int(month) if 1 <= int(month) <= 12 else None
    return month_named(month)


__all__ = ["PRECISIONS", "Precision", "Since", "read_since"]

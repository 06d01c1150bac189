"""A birth date as far as it is known: a day, a month of a year, or a year alone.

A date that is known whole is a ``date``, as everywhere. One that is not is a ``PartialDate``, which
stands for every day that it may be: no day is made up for it, and the age that follows is the
youngest and the oldest, never one between them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MINYEAR, date
from typing import Final, NamedTuple, TypeAlias

from dolenti.guideline.dates import read_date, whole_years
from dolenti.guideline.errors import InputError, as_text

_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2}))?\Z", re.ASCII)
_MONTHS: Final = 12
USUAL_ONSET: Final = (20, 55)
"""A pain of the spine that begins before or after these ages, in completed years, is looked into
(HAS 2019)."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, or a month of a year, of which the day is not known."""

    year: int
    month: int | None = None

    def __post_init__(self) -> None:
        """Raises ``ValueError`` for what the calendar does not have, as ``date`` does."""
        date(self.year, 1 if self.month is None else self.month, 1)

    @property
    def first(self) -> date:
        """The first day that it may be."""
        return date(self.year, self.month or 1, 1)

    @property
    def last(self) -> date:
        """The last day that it may be."""
        month = self.month or _MONTHS
        return date(self.year, month, monthrange(self.year, month)[1])

    def isoformat(self) -> str:
        """As FHIR writes it: 1950, 1950-05."""
        return f"{self.year:04}" + (f"-{self.month:02}" if self.month else "")

    def __str__(self) -> str:
        return self.isoformat()


BirthDate: TypeAlias = date | PartialDate


class Ages(NamedTuple):
    """The youngest and the oldest that somebody may be, in completed years. They are the same where
    the day of birth is known, and one year apart at most: no age lies between them."""

    youngest: int
    oldest: int


def first_day(born: BirthDate) -> date:
    """The first day on which somebody may have been born."""
    return born.first if isinstance(born, PartialDate) else born


def last_day(born: BirthDate) -> date:
    """The last day on which somebody may have been born."""
    return born.last if isinstance(born, PartialDate) else born


def ages(born: BirthDate, day: date) -> Ages:
    """The ages that somebody may have on a day, who was born by then: of a year that is not over,
    only what is past counts. Who was born later has an age below 0."""
    first = first_day(born)
    last = max(first, min(last_day(born), day))
    return Ages(whole_years(last, day), whole_years(first, day))


def is_of_usual_age(born: BirthDate, began: date) -> bool | None:
    """Whether a pain began at a usual age; ``None`` where it hangs on the day of the birth."""
    found = {USUAL_ONSET[0] <= age <= USUAL_ONSET[1] for age in ages(born, began)}
    return found.pop() if len(found) == 1 else None


def may_be_one(one: BirthDate, other: BirthDate) -> bool:
    """Whether two birth dates may be of one day."""
    return first_day(one) <= last_day(other) and first_day(other) <= last_day(one)


def is_within(one: BirthDate, other: BirthDate) -> bool:
    """Whether one birth date says what the other says, and perhaps more."""
    return first_day(other) <= first_day(one) and last_day(one) <= last_day(other)


def read_birth(text: object) -> BirthDate:
    """Read 1950, 1950-05, 1950-05-12; a bare number is a year. Raises ``InputError``."""
    said = as_text(text) if isinstance(text, int) and not isinstance(text, bool) else text
    match = _PARTIAL.match(said) if isinstance(said, str) else None
    try:
        if match is not None and int(match[1]) >= MINYEAR:
            return PartialDate(int(match[1]), int(match[2]) if match[2] else None)
        return read_date(said)
    except (InputError, ValueError):
        shown = as_text(text)[:40]
        raise InputError(
            f"“{shown}” is not a birth date; write year-month-day, as 1950-05-12, or what is known "
            "of it: 1950-05 or 1950",
            fr=f"«\u00a0{shown}\u00a0» n’est pas une date de naissance\u00a0; écrivez "
            "année-mois-jour, comme 1950-05-12, ou ce qui en est connu\u00a0: 1950-05 ou 1950",
        ) from None

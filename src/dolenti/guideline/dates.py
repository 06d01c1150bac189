"""Dates and durations, by the calendar and without a clock.

A duration is whole months or whole days, so that "3 months" means the same here, in SQL and in
CQL: the day of the month is kept, or the last day of a shorter month. Beyond the years 1 to 9999
there is no day: who asks gets the first or the last, and no date that exists compares otherwise.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache
from typing import Final

from dolenti.guideline.errors import InputError, as_text

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
"""Between them lies a day that is meant; another is a slip of whoever wrote it."""

_DURATION = re.compile(r"(\d{1,4}) ?(h|d|day|days|week|weeks|month|months|year|years)\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?=\Z|T)")


@dataclass(frozen=True)
class Duration:
    """A length of time in calendar months or in days; exactly one of the two is positive."""

    months: int = 0
    days: int = 0

    def __str__(self) -> str:
        return f"{self.months} months" if self.months else f"{self.days} days"

    def before(self, day: date) -> date:
        """The day that lies this long before ``day``."""
        return _moved(day, -self.months, -self.days)

    def after(self, day: date) -> date:
        """The day that lies this long after ``day``."""
        return _moved(day, self.months, self.days)


@lru_cache(maxsize=1_000)  # a day of assessments asks the same few durations for every patient
def _moved(day: date, months: int, days: int) -> date:
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return date.max if months > 0 else date.min
    last = monthrange(year, month + 1)[1]
    ordinal = date(year, month + 1, min(day.day, last)).toordinal() + days
    return date.fromordinal(min(max(ordinal, date.min.toordinal()), date.max.toordinal()))


def read_duration(text: object) -> Duration:
    """Read ``48 h``, ``2 days``, ``6 weeks``, ``3 months``, ``1 year``.

    Hours are counted in whole days, because facts are dated by day. Raises ``InputError``.
    """
    match = _DURATION.match(text) if isinstance(text, str) else None
    if match is None or int(match[1]) == 0:
        raise InputError(
            f"{text!r} is not a duration; write for example “3 months” or “48 h”",
            fr=f"«\u00a0{text}\u00a0» n’est pas une durée\u00a0; écrivez par exemple «\u00a03 "
            "months\u00a0» ou «\u00a048\u00a0h\u00a0»",
        )
    number, unit = int(match[1]), match[2].rstrip("s")
    if unit == "h":
        if number % 24:
            raise InputError(
                f"{text!r}: facts are dated by day, so hours go by 24",
                fr=f"«\u00a0{text}\u00a0»\u00a0: les données sont datées au jour\u00a0; une "
                "durée en heures doit être un multiple de 24",
            )
        return Duration(days=number // 24)
    if unit in ("d", "day"):
        return Duration(days=number)
    if unit == "week":
        return Duration(days=7 * number)
    return Duration(months=number if unit == "month" else 12 * number)


def read_date(text: object) -> date:
    """Read an ISO date, or the date of an ISO date and time. Raises ``InputError``."""
    if isinstance(text, date):
        return text
    match = _DATE.match(text) if isinstance(text, str) else None
    try:
        if match is None:
            raise ValueError
        return date.fromisoformat(match[0])
    except ValueError:
        shown = as_text(text)[:40]
        raise InputError(
            f"“{shown}” is not a date; write year-month-day, as 2026-05-01",
            fr=f"«\u00a0{shown}\u00a0» n’est pas une date\u00a0; écrivez "
            "année-mois-jour, comme 2026-05-01",
        ) from None


def read_near_date(text: object) -> date:
    """The same for a day that is reckoned from, as that of an assessment. Raises ``InputError``
    also for one that nobody means."""
    day = read_date(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InputError(
            f"{day} is not between {FIRST_YEAR} and {LAST_YEAR}; check the year",
            fr=f"le {day} n’est pas entre {FIRST_YEAR} et {LAST_YEAR}\u00a0; vérifiez l’année",
        )
    return day


def whole_years(birth: date, day: date) -> int:
    """Age in completed years on ``day``."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))

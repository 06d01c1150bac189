"""A birth date as people type it, as far as it is known: 12/05/1950, 05/1950, mai 1950, 1950.

What an identity document writes for the unknown, 00, is read as unknown: 00/05/1950 is May 1950.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from dolenti.calendar.day_text import folded, month_named, read_day
from dolenti.guideline.birth import BirthDate, PartialDate

_IN: Final = re.compile(r"^(?:nee? )?(?:en|in) ")
_YEAR: Final = re.compile(r"(?:00 00 )?(?P<year>\d{4})\Z")
_MONTH: Final = re.compile(r"(?:00 )?(?P<month>[a-z]{3,9}|\d{1,2}) (?P<year>\d{4})\Z")
_YEAR_FIRST: Final = re.compile(r"(?P<year>\d{4}) (?P<month>\d{2})\Z")


def read_birth_text(text: str, today: date) -> BirthDate | None:
    """The birth date that a text means, or ``None`` where it means none."""
    exact = read_day(text, today)
    if exact is not None:
        return exact
    words = _IN.sub("", folded(text))
    if year := _YEAR.match(words):
        return _made(year["year"], None)
    found = _MONTH.match(words) or _YEAR_FIRST.match(words)
    if found is None:
        return None
    said = found["month"]
    month = int(said) if said.isdigit() else month_named(said)
    return _made(found["year"], month) if month else None


def _made(year: str, month: int | None) -> PartialDate | None:
    try:
        return PartialDate(int(year), month)
    except ValueError:
        return None


__all__ = ["read_birth_text"]

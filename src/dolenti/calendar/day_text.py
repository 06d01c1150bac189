"""A day as people type it: 02/03/1968, 2.3.68, 1968-03-02, 02031968, 2 mars 1968.

The day comes before the month, as in both of the site's languages. Two digits of a year are of the
hundred years that end today.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

_NUMBERS = re.compile(r"(\d{1,4})[\s./\-](\d{1,2})[\s./\-](\d{1,4})\Z", re.ASCII)
_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4})\Z", re.ASCII)
_IN_WORDS = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)? ([a-z]{3,9}) (\d{4})\Z", re.ASCII)
_MONTHS: Final = (
    ("janvier", "january"), ("fevrier", "february"), ("mars", "march"), ("avril", "april"),
    ("mai", "may"), ("juin", "june"), ("juillet", "july"), ("aout", "august"),
    ("septembre", "september"), ("octobre", "october"), ("novembre", "november"),
    ("decembre", "december"),
)  # fmt: skip
_SHORT: Final = 3
_AMBIGUOUS: Final = {"jui"}


def folded(text: str) -> str:
    """Small letters and digits; one space where anything else stood. Accents go."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", kept).split())


def read_day(text: str, today: date) -> date | None:
    """The day that a text means, or ``None`` where it means none."""
    text = text.strip()
    spoken = _IN_WORDS.match(folded(text))
    if spoken:
        month = month_named(spoken[2])
        return made(int(spoken[3]), month, int(spoken[1])) if month else None
    found = _TOGETHER.match(text) or _NUMBERS.match(text)
    if found is None:
        return None
    first, month, last = found[1], int(found[2]), found[3]
    if len(first) == 4:
        return made(int(first), month, int(last)) if len(last) <= 2 else None
    if len(first) > 2 or len(last) not in (2, 4):
        return None
    return made(_year(last, today), month, int(first))


def month_named(word: str) -> int | None:
    """The month that a word without accents names, in French or English: in full, or by at least
    its first three letters where these are of no other month."""
    if len(word) < _SHORT or word in _AMBIGUOUS:
        return None
    for number, names in enumerate(_MONTHS, 1):
        if any(name.startswith(word) for name in names):
            return number
    return None


def made(year: int, month: int, day: int) -> date | None:
    """The day of these numbers, if there is one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str, today: date) -> int:
    if len(text) == 4:
        return int(text)
    year = today.year - today.year % 100 + int(text)
    return year if year <= today.year else year - 100


__all__ = ["folded", "made", "month_named", "read_day"]

"""What programs write where they have nothing: the ends of their calendars."""

from __future__ import annotations

from datetime import date
from typing import Final

_NO_DAYS: Final = frozenset(
    date.fromisoformat(day)
    for day in (
        "0001-01-01", "1582-10-15", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31",
        "1900-01-01", "2099-12-31", "2999-12-31", "4712-12-31", "9999-12-31",
    )
)  # fmt: skip
_UNIX: Final = date(1970, 1, 1)
"""The beginning of Unix; but people were born on it."""


def is_no_day(day: date, *, birth: bool = False) -> bool:
    """Whether a day stands for none, as far as one can tell."""
    return day in _NO_DAYS or (day == _UNIX and not birth)

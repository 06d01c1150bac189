"""A date that is typed in three fields: what each of them says, and what is wrong with it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext

FIELDS: Final = ("day", "month", "year")
_LAST: Final = {"day": 31, "month": 12, "year": 9999}
_LONGEST: Final = 4


def number_in(name: str, typed: str) -> int | None:
    """What a field says, 0 where it is empty; ``None`` where that is no day, month or year."""
    text = typed or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST):
        return None
    return int(text) if int(text) <= _LAST[name] else None


def what_to_write(name: str, year: str) -> str:
    """The sentence beside a field that was refused; ``year`` is the one of that field."""
    return {
        "day": gettext("Write the day in figures, from 1 to 31."),
        "month": gettext("Write the month in figures, from 1 to 12."),
        "year": year,
    }[name]

"""When a patient said that they can come, in words: on the phone, at the desk and in their copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from dolenti.calendar.moments import WEEKDAYS, day_in_words
from dolenti.diary.models import Wish
from dolenti.guideline.knowledge import Text

_LIMITS: Final = {
    "not_before": Text(fr="pas avant le {day}", en="not before {day}"),
    "not_after": Text(fr="pas après le {day}", en="not after {day}"),
}


def weekdays(wish: Wish, language: str) -> str:
    """The days of the week that are wished, by name; empty for any."""
    return ", ".join(WEEKDAYS[day].in_language(language) for day in wish.days)


def limits(
    wish: Wish, language: str, in_words: Callable[[date, str], str] = day_in_words
) -> list[str]:
    """Between which days, each ``in_words``; empty for what was not said."""
    said = [(words, getattr(wish, name)) for name, words in _LIMITS.items()]
    return [
        words.in_language(language).format(day=in_words(day, language)) if day else ""
        for words, day in said
    ]

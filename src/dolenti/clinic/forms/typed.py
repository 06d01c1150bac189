"""Fields for what people type: text that deceives nobody, names, days in any common form."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dolenti.guideline.errors import InputError
from dolenti.records.identity.names import clean_name, key
from dolenti.records.identity.text import TextRules, clean_text
from dolenti.ui.language import current

_NUMBERS = re.compile(r"(\d{1,4})[\s./\-](\d{1,2})[\s./\-](\d{1,4})\Z")
_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4})\Z")
_IN_WORDS = re.compile(r"(\d{1,2})(?:ER|ST|ND|RD|TH)? ([A-Z]{3,9}) (\d{4})\Z")
_MONTHS = (
    ("JANV", "JANUARY"), ("FEV", "FEBRUARY"), ("MAR",), ("AVR", "APR"), ("MAI", "MAY"),
    ("JUIN", "JUNE"), ("JUIL", "JULY"), ("AOU", "AUG"), ("SEP",), ("OCT",), ("NOV",), ("DEC",),
)  # fmt: skip


def sentence(error: InputError) -> str:
    """An error as it stands beside a field: a sentence, without the place."""
    text = error.fr if current() == "fr" else error.what
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def refused(error: InputError) -> ValidationError:
    """An error of the records or the guideline, as a form's."""
    return ValidationError(sentence(error))


class TypedText(forms.CharField):
    """Text as typed, trimmed; NUL, reordering marks and over-long texts are refused in words."""

    def __init__(self, *, longest: int = 200, lines: bool = False, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", **({"rows": 3} if lines else {})}
        widget = forms.Textarea(attributes) if lines else forms.TextInput(attributes)
        kwargs.setdefault("widget", widget)
        super().__init__(**{"strip": False, **kwargs})
        self.rules = TextRules(longest=longest, lines=lines)
        self.validators = []  # NUL is refused below, in a sentence that says where it stands

    def to_python(self, value: Any) -> str:
        try:
            return self.read("" if value is None else str(value))
        except InputError as error:
            raise refused(error) from None

    def read(self, text: str) -> str:
        """The text as it is kept. Raises ``InputError``."""
        return clean_text(text, self.rules)


class NameField(TypedText):
    """A person's name."""

    def read(self, text: str) -> str:
        return clean_name(text)


class DayField(forms.CharField):
    """A day typed in any common form: 02/03/1968, 2.3.68, 1968-03-02, 02031968, 2 mars 1968.

    The day comes before the month, as in both of the site's languages. Two digits of a year are
    of the hundred years that end today.
    """

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "class": "short"}
        super().__init__(**{"widget": forms.TextInput(attributes), **kwargs})
        self.validators = []

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        day = read_day(text)
        if day is None:
            raise ValidationError(_("This is not a date. Give day, month and year: 02/03/1968."))
        return day


def read_day(text: str, today: date | None = None) -> date | None:
    """The day that a text means, or ``None`` where it means none."""
    text = text.strip()
    spoken = _IN_WORDS.match(key(text))
    if spoken:
        month = next(
            (n for n, starts in enumerate(_MONTHS, 1) if _is_month(spoken[2], starts)), None
        )
        return _day(int(spoken[3]), month, int(spoken[1])) if month else None
    found = _TOGETHER.match(text) or _NUMBERS.match(text)
    if found is None:
        return None
    first, month, last = found[1], int(found[2]), found[3]
    if len(first) == 4:
        return _day(int(first), month, int(last)) if len(last) <= 2 else None
    if len(first) > 2 or len(last) not in (2, 4):
        return None
    return _day(_year(last, today), month, int(first))


def _is_month(word: str, starts: tuple[str, ...]) -> bool:
    return any(word.startswith(start[:4]) or start.startswith(word) for start in starts)


def _year(text: str, today: date | None) -> int:
    if len(text) == 4:
        return int(text)
    now = today or date.today()  # noqa: DTZ011 - a century, whatever the zone
    year = now.year - now.year % 100 + int(text)
    return year if year <= now.year else year - 100


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

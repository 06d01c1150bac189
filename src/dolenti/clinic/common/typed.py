"""Fields for what people type: text that deceives nobody, names, days in any common form."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dolenti.access import clock
from dolenti.calendar.birth_text import read_birth_text
from dolenti.calendar.day_text import read_day
from dolenti.calendar.since_text import Since, read_since
from dolenti.guideline import reasons
from dolenti.guideline.birth import PartialDate, first_day
from dolenti.guideline.dates import FIRST_YEAR, LAST_YEAR
from dolenti.guideline.errors import InputError
from dolenti.identity.names import clean_name
from dolenti.identity.text import TextRules, clean_text
from dolenti.ui.language import current


def sentence(error: InputError) -> str:
    """An error as it stands beside a field: a sentence, without the place."""
    text = error.sentence(current())
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


class ReasonField(TypedText):
    """A reason that somebody will read: words that say why, and not only characters."""

    def read(self, text: str) -> str:
        reason = super().read(text)
        return reasons.insist(reason) if reason else reason


class BriefReasonField(TypedText):
    """Why something ordinary is done, that goes past no rule: a word is enough."""

    def read(self, text: str) -> str:
        reason = super().read(text)
        return reasons.insist_said(reason) if reason else reason


def plausible(day: date) -> date:
    """A day of the years that a clinic has to do with. Raises ``ValidationError`` for any other:
    beyond them no day before or after can be reckoned."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        said = _("Check the year: it lies between %(first)s and %(last)s.")
        raise ValidationError(said % {"first": FIRST_YEAR, "last": LAST_YEAR})
    return day


class CalendarDayField(forms.DateField):
    """A day by the browser's own calendar."""

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        return None if day is None else plausible(day)


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
        day = read_day(text, clock.today())
        if day is None:
            raise ValidationError(_("This is not a date. Give day, month and year: 02/03/1968."))
        return plausible(day)


_MONTH: Final = re.compile(r"(?:(\d{1,2})[\s./-]+(\d{4}|\d{2})|(\d{4})[\s./-]+(\d{1,2}))\Z")


class ExpiryField(DayField):
    """A date of expiry: a day in any common form, or a month as it stands on an ampoule (10/2027,
    10/27, 10 2027, 2027-10), which is the last day of that month."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text",
            gettext_lazy("As it is printed: 31/10/2027 or 10/2027, the last day of that month."),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = (forms.CharField.to_python(self, value) or "").strip()
        found = _MONTH.match(text) if text.isascii() else None
        if found is None:
            return super().to_python(value)
        of_year = found[2] or found[3]
        month, year = int(found[1] or found[4]), int(of_year)
        year += 2000 if len(of_year) == 2 else 0
        if not 1 <= month <= 12 or year < 1900:
            raise ValidationError(_("This is not a date. Give 10/2027, or 31/10/2027."))
        return plausible(date(year, month, monthrange(year, month)[1]))


class BirthDateField(DayField):
    """A birth date as far as it is known: a day in any common form, 05/1950, mai 1950, or 1950."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, PartialDate):
            return "/".join(reversed(str(value).split("-")))
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        text = forms.CharField.to_python(self, value)
        if not text:
            return None
        born = read_birth_text(text, clock.today())
        if born is None:
            raise ValidationError(
                _("This is not a birth date. Write 12/05/1950, or what is known: 05/1950 or 1950.")
            )
        plausible(first_day(born))
        return born


class SinceField(forms.CharField):
    """Since when, as people say it: a day, a month, a year, “6 mois”. Its value is kept as
    precisely as it was said (``Since.iso``); nothing where nothing was said."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "class": "short"}
        kwargs.setdefault("help_text", gettext_lazy("A day, a month, a year, or for how long."))
        super().__init__(**{"widget": forms.TextInput(attributes), "max_length": 60, **kwargs})
        self.validators = []

    def prepare_value(self, value: Any) -> Any:
        try:
            return Since.of(value or "").typed
        except ValueError:  # as it was typed, to be put right
            return value

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return read_since(text[:60], clock.today()).iso
        except InputError as error:
            raise refused(error) from None

    def in_words(self, value: Any) -> str:
        """What is kept, as people read it."""
        return Since.of(value).when(current()) if value else ""

"""A fact asked at the screen: what is shown, what was typed, and the value it means.

The raw value that comes out is written as in a plain file; ``guideline`` reads it like any other.
An error keeps what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, Value, read_value
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.slips import Measured
from dolenti.ui.language import current
from dolenti.ui.slips import Slip, slip

FEW = 5  # this many answers are buttons; more are a list to choose from
UNKNOWN = ""  # the answer “not known”
NONE, PARTLY, NEVER_WORD = "_none", "_partly", "never"


_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


class Sent(Protocol):
    """A form's fields, as Django's ``QueryDict`` has them."""

    def get(self, key: str, default: Any = None) -> Any: ...
    def getlist(self, key: str) -> list[Any]: ...


class AnswerError(Exception):
    """What was typed is no answer; says what is expected. Where it may be one after all, ``slip``
    says how that is confirmed."""

    def __init__(self, why: str, slip: Slip | None = None) -> None:
        super().__init__(why)
        self.slip = slip


@dataclass(frozen=True)
class Choice:
    """One answer to choose."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """A fact as a form's field. ``name`` prefixes every input of it."""

    name: str
    fact: str
    type: str
    label: str
    ask: str
    help: str = ""
    unit: str = ""
    units: tuple[tuple[str, str], ...] = ()  # as sent, as shown
    choices: tuple[Choice, ...] = ()
    text: str = ""
    never: bool = False
    never_said: str = ""  # what is ticked in place of a date
    none: bool = False
    partly: bool = False
    error: str = ""
    slip: Slip | None = None

    @property
    def few(self) -> bool:
        return self.type == "boolean" or (
            self.type == "choice" and len([c for c in self.choices if c.value]) <= FEW
        )

    @property
    def is_open(self) -> bool:
        """Whether it shows nothing that was said or typed of somebody."""
        said = any((self.text, self.never, self.none, self.partly, self.error, self.slip))
        return not said and not any(one.chosen for one in self.choices)


def blank(
    definition: FactDefinition, name: str, language: str, value: Value | None = None
) -> Field:
    """The field of a fact, showing a known value."""
    members = value if isinstance(value, Mapping) else {}
    chosen = {member for member, present in members.items() if present}
    if isinstance(value, str):
        chosen = {value}
    if isinstance(value, bool):
        chosen = {"yes" if value else "no"}
    options = (
        [("yes", _("Yes")), ("no", _("No"))]
        if definition.type == "boolean"
        else [(o.id, o.label.in_language(language)) for o in definition.options]
    )
    text = ""
    if isinstance(value, float):
        text = number_in_words(value, None, language)
    elif isinstance(value, date):
        text = value.isoformat()
    return Field(
        name=name,
        fact=definition.id,
        type=definition.type,
        label=definition.label.in_language(language),
        ask=definition.ask.in_language(language),
        help=definition.help.in_language(language) if definition.help else "",
        unit=shown_unit(definition.unit, language),
        units=_units(definition, language),
        choices=tuple(Choice(option, label, option in chosen) for option, label in options),
        text=text,
        never=value is NEVER,
        never_said=_never_said(definition),
        none=bool(members) and not chosen and len(members) == len(definition.options),
        partly=bool(members) and len(members) < len(definition.options),
    )


def _never_said(definition: FactDefinition) -> str:
    """No day at all, as it is said of what is past, and of what is to come."""
    if definition.past:
        return _("Never, or none planned") if definition.future else pgettext("date", "Never")
    return pgettext("date", "None planned") if definition.future else ""


def shown_unit(unit: str | None, language: str) -> str:
    """A UCUM unit as people write it."""
    if not unit or unit[0] in "1{":
        return ""
    return number_in_words(0, unit, language).removeprefix("0").strip("\u00a0")


def _told(unit: str | None) -> str | None:
    """A unit that people say; none where it only counts."""
    return None if not unit or unit[0] in "1{" else unit


def _units(definition: FactDefinition, language: str) -> tuple[tuple[str, str], ...]:
    """The units to choose from; none where only one has a name that people use."""
    units = [
        (unit, shown_unit(unit, language)) for unit in definition.typed_units if unit[0] not in "1{"
    ]
    return tuple(units) if len(units) > 1 else ()


def filled(
    definition: FactDefinition,
    name: str,
    language: str,
    sent: Sent,
    error: str,
    slip: Slip | None = None,
) -> Field:
    """The field again, with what was typed and what is wrong with it."""
    again = blank(definition, name, language)
    chosen = set(sent.getlist(name))
    return replace(
        again,
        choices=tuple(Choice(c.value, c.label, c.value in chosen) for c in again.choices),
        text=str(sent.get(name, "")),
        never=sent.get(f"{name}-never") is not None,
        none=NONE in chosen,
        partly=PARTLY in chosen,
        error=error,
        slip=slip,
    )


def answered(
    definition: FactDefinition,
    name: str,
    sent: Sent,
    as_of: date,
    before: Measured | None = None,
) -> Any:
    """The raw value that was typed, or ``None`` for “not known”. Raises ``AnswerError``, also where
    it lies so far from the one ``before`` that it may be a slip, and nobody said that it is so."""
    reader = {"number": _number, "set": _members, "date": _date}.get(definition.type, _choice)
    raw = reader(definition, name, sent)
    if raw is None:
        return None
    try:
        value = read_value(definition, raw, as_of).value
    except InputError as error:
        raise AnswerError(_mended(definition, raw, error, as_of)) from None
    if isinstance(value, float):
        again = slip(definition, value, before, str(sent.get(f"{name}-sure", "")))
        if again is not None:
            raise AnswerError(again.why, again)
    return raw


def _choice(definition: FactDefinition, name: str, sent: Sent) -> Any:
    chosen = sent.get(name, UNKNOWN)
    if chosen == UNKNOWN:
        return None
    if definition.type == "boolean":
        if chosen not in ("yes", "no"):
            raise AnswerError(_("Choose one of the answers."))
        return chosen == "yes"
    return chosen


def _number(definition: FactDefinition, name: str, sent: Sent) -> Any:
    typed = str(sent.get(name, "")).replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if not typed:
        return None
    try:
        if not _NUMBER.fullmatch(typed):  # Python's own reading takes 6_2 and 1e1
            raise ValueError
        value = float(typed.replace(",", "."))
    except ValueError:
        raise AnswerError(_("Write a number, for example 62 or 62.5.")) from None
    unit = sent.get(f"{name}-unit") or None
    return {"value": value, "unit": unit} if unit else value


def _members(definition: FactDefinition, name: str, sent: Sent) -> Any:
    chosen = set(sent.getlist(name))
    members = sorted(chosen - {NONE, PARTLY})
    if NONE in chosen:
        if members or PARTLY in chosen:
            raise AnswerError(_("“None of these” cannot go with another answer. Keep one."))
        return []
    if PARTLY in chosen:
        return {"has": members, "not": []} if members else None
    return members or None


def _date(definition: FactDefinition, name: str, sent: Sent) -> Any:
    typed = str(sent.get(name, "")).strip()
    if sent.get(f"{name}-never") is not None:
        if typed:
            raise AnswerError(_("Give a date, or tick the box beside it, not both."))
        return NEVER_WORD
    return typed or None


def _mended(definition: FactDefinition, raw: Any, error: InputError, as_of: date) -> str:
    if definition.type == "number" and definition.range is not None:
        low, high = definition.range
        language = current()
        return _("Not possible here: a value from %(low)s to %(high)s is expected.") % {
            "low": number_in_words(low, None, language),
            "high": number_in_words(high, _told(definition.unit), language),
        }
    if definition.type == "date":
        if definition.past and str(raw)[:10] > as_of.isoformat():
            return _("This day is still to come. Give a past date.")
        return _("This is not a plausible date. Give day, month and year.")
    if definition.type in ("choice", "set"):
        return _("Choose one of the answers.")
    return error.in_language(current())

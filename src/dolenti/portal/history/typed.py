"""What was pressed and typed of one question of a history, as it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Final, Protocol

from django.utils.translation import gettext

from dolenti.diary import history
from dolenti.guideline.diary.shapes.history import HomeQuestion
from dolenti.guideline.knowledge import FactDefinition
from dolenti.portal.three_fields import FIELDS, number_in, what_to_write

VALUE: Final = "value"
UNKNOWN: Final = "unknown"
MOST: Final = 200
"""Answers that one form may carry."""


class Posted(Protocol):
    """A form's fields, as Django's ``QueryDict`` has them."""

    def get(self, key: str, default: Any = None) -> Any: ...
    def getlist(self, key: str) -> list[Any]: ...


class NoAnswerError(Exception):
    """What was typed is no answer; says what is expected, of the field ``where`` it stands."""

    def __init__(self, why: str, where: str = "answer") -> None:
        super().__init__(why)
        self.where = where


def said_so_far(sent: Iterable[str]) -> dict[str, Any]:
    """The answers that the form carries, in the order in which they were given; what cannot be
    read is asked again."""
    found: dict[str, Any] = {}
    for text in list(sent)[:MOST]:
        with suppress(ValueError, AttributeError, TypeError, RecursionError):
            one = json.loads(text)
            fact = str(one.pop("fact"))
            found.pop(fact, None)
            found[fact] = one
    return found


def carried(answers: history.Answers) -> list[str]:
    """The same as texts that a form carries."""
    return [
        json.dumps({"fact": fact, **said}, ensure_ascii=False) for fact, said in answers.items()
    ]


def answered(question: HomeQuestion, definition: FactDefinition, sent: Posted) -> dict[str, Any]:
    """The answer to one question. Raises ``NoAnswerError``: beside what was written, “none”, “I
    don’t know” or a question passed over is a contradiction, and drops nothing."""
    chosen, do = str(sent.get(VALUE, "")).strip(), sent.get("do")
    if do in (UNKNOWN, "skip"):
        written = names_in(sent) if question.by_name else _fields(question, definition, sent)
        if written:
            raise NoAnswerError(
                gettext("You also wrote “%(written)s”: remove it first, or continue with it.")
                % {"written": ", ".join(written)[:200]}
            )
    if do == "skip":
        return {"skipped": True}
    if chosen == UNKNOWN or do == UNKNOWN:
        return {"unknown": True}
    if question.by_name:
        return _named(sent)
    if definition.type == "date":
        return {"value": _day(sent)}
    if not chosen:
        raise NoAnswerError(gettext("Choose an answer, or skip the question."))
    if definition.type == "number":
        return {"value": _number(chosen, str(sent.get("unit", "")))}
    if definition.type == "boolean":
        if chosen not in ("yes", "no"):
            raise NoAnswerError(gettext("Choose an answer, or skip the question."))
        return {"value": chosen == "yes"}
    told = {option.id for option in question.options if option.told}
    return {"told": chosen} if chosen in told else {"value": chosen}


def _fields(question: HomeQuestion, definition: FactDefinition, sent: Posted) -> list[str]:
    """What was written into the fields of a question whose answers are not pressed."""
    if question.options or definition.type == "boolean":
        return []
    names = FIELDS if definition.type == "date" else (VALUE,)
    return [typed for name in names if (typed := str(sent.get(name, "")).strip())]


def names_in(sent: Posted) -> list[str]:
    """The names that were written so far, with the one in the field; but the one taken away."""
    names = [str(one).strip() for one in sent.getlist("name")]
    names += [str(sent.get("new", "")).strip()]
    gone = str(sent.get("remove", ""))
    return list(dict.fromkeys(name for name in names if name and name != gone))


def _named(sent: Posted) -> dict[str, Any]:
    names = names_in(sent)
    if sent.get("do") == "none":
        if names:
            raise NoAnswerError(
                gettext("You wrote a name, and said that there is none: remove the name first.")
            )
        return {"value": []}
    if not names:
        raise NoAnswerError(gettext("Write a name, or choose one of the other answers."))
    return {"names": names}


def _number(typed: str, unit: str) -> Any:
    try:
        number = float(typed.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        raise NoAnswerError(gettext("Write a number, for example 2.5.")) from None
    return {"value": number, "unit": unit} if unit else number


def _day(sent: Posted) -> str:
    typed = [str(sent.get(name, "")).strip() for name in FIELDS]
    if not any(typed):
        raise NoAnswerError(gettext("Write the day, the month and the year, or skip the question."))
    with suppress(ValueError):
        return date(*(int(one) for one in reversed(typed))).isoformat()
    for name, text in zip(FIELDS, typed, strict=True):
        if not number_in(name, text):
            year = gettext("Write the year in four figures, for example 2025.")
            raise NoAnswerError(what_to_write(name, year), name)
    raise NoAnswerError(gettext("This is not a day of the calendar: correct day, month and year."))


def as_typed(said: Mapping[str, Any], sent: Posted | None) -> dict[str, str]:
    """What the fields hold: what was typed just now, or what was answered before."""
    if sent is not None:
        return {name: str(sent.get(name, ""))[:100] for name in (VALUE, "unit", "new", *FIELDS)}
    if "unknown" in said:
        return {VALUE: UNKNOWN}
    value = said.get("told", said.get("value"))
    if isinstance(value, bool):
        return {VALUE: "yes" if value else "no"}
    if isinstance(value, Mapping):
        return {VALUE: f"{value['value']:g}", "unit": str(value.get("unit", ""))}
    if isinstance(value, float):
        return {VALUE: f"{value:g}"}
    text = str(value or "")
    parts = text.split("-")
    if len(parts) == len(FIELDS) and all(part.isdigit() for part in parts):
        return dict(zip(FIELDS, reversed(parts), strict=True))
    return {VALUE: text}

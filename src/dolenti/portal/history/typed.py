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

VALUE: Final = "value"
UNKNOWN: Final = "unknown"
DAY: Final = ("day", "month", "year")
MOST: Final = 200
"""Answers that one form may carry."""


class Posted(Protocol):
    """A form's fields, as Django's ``QueryDict`` has them."""

    def get(self, key: str, default: Any = None) -> Any: ...
    def getlist(self, key: str) -> list[Any]: ...


class NoAnswerError(Exception):
    """What was typed is no answer; says what is expected."""


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
    """The answer to one question. Raises ``NoAnswerError``."""
    if sent.get("do") == "skip":
        return {"skipped": True}
    chosen = str(sent.get(VALUE, "")).strip()
    if chosen == UNKNOWN or sent.get("do") == UNKNOWN:
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
        raise NoAnswerError(gettext("Write a number, for example 2,5.")) from None
    return {"value": number, "unit": unit} if unit else number


def _day(sent: Posted) -> str:
    typed = [str(sent.get(name, "")).strip() for name in DAY]
    if not any(typed):
        raise NoAnswerError(gettext("Write the day, the month and the year, or skip the question."))
    with suppress(ValueError):
        return date(*(int(one) for one in reversed(typed))).isoformat()
    raise NoAnswerError(gettext("This is no day of the calendar: correct day, month and year."))


def as_typed(said: Mapping[str, Any], sent: Posted | None) -> dict[str, str]:
    """What the fields hold: what was typed just now, or what was answered before."""
    if sent is not None:
        return {name: str(sent.get(name, ""))[:100] for name in (VALUE, "unit", "new", *DAY)}
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
    if len(parts) == len(DAY) and all(part.isdigit() for part in parts):
        return dict(zip(DAY, reversed(parts), strict=True))
    return {VALUE: text}

"""Our conditions in the languages of two other rule engines, as one would write them there.

Neither language knows "unknown", and no trick is added to make it: a missing value is simply not
there. Facts are named and written as ``patients.resolved`` does.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from bench.patients import name_of
from dolenti.guideline.conditions import AllOf, AnyOf, Compare, Condition, Holds, Not, Operand
from dolenti.guideline.dates import Duration

_JSON_NUMBERS = {
    "over": "greaterThan",
    "under": "lessThan",
    "at-least": "greaterThanInclusive",
    "at-most": "lessThanInclusive",
}
_ZEN_NUMBERS = {"over": ">", "under": "<", "at-least": ">=", "at-most": "<="}


def json_rule(name: str, condition: Condition, as_of: date, future: frozenset[str]) -> Any:
    """A rule of json-rules-engine. ``future`` are the dates that lie ahead."""
    translated = _json(condition, as_of, future)
    if "fact" in translated:  # at the top, it wants a list
        translated = {"all": [translated]}
    return {"name": name, "conditions": translated, "event": {"type": name}}


def _json(condition: Condition, as_of: date, future: frozenset[str]) -> dict[str, Any]:
    if isinstance(condition, Holds):
        return {"fact": name_of(condition.fact), "operator": "equal", "value": True}
    if isinstance(condition, Not):
        return {"not": _json(condition.part, as_of, future)}
    if not isinstance(condition, Compare):
        assert isinstance(condition, (AllOf, AnyOf))
        key = "all" if isinstance(condition, AllOf) else "any"
        return {key: [_json(part, as_of, future) for part in condition.parts]}
    name, operator, operand = name_of(condition.fact), condition.operator, condition.operand
    if operator == "is":
        return {"fact": name, "operator": "equal", "value": operand}
    if operator == "in":
        return {"fact": name, "operator": "in", "value": _words(operand)}
    if operator == "has":
        member = name_of(condition.fact, str(operand))
        return {"fact": member, "operator": "equal", "value": True}
    if operator in _JSON_NUMBERS:
        return {"fact": name, "operator": _JSON_NUMBERS[operator], "value": operand}
    low, high = span(condition, as_of, future)
    # Its comparisons of numbers are false for a text, so for “never” too, as they should be.
    bounds = [("greaterThanInclusive", low), ("lessThanInclusive", high)]
    return {
        "all": [
            {"fact": name, "operator": how, "value": day} for how, day in bounds if day is not None
        ]
    }


def zen_expression(condition: Condition, as_of: date, future: frozenset[str]) -> str:
    """An expression of zen-engine. ``future`` are the dates that lie ahead."""
    if isinstance(condition, Holds):
        return f"{name_of(condition.fact)} == true"
    if isinstance(condition, Not):
        return f"not ({zen_expression(condition.part, as_of, future)})"
    if not isinstance(condition, Compare):
        assert isinstance(condition, (AllOf, AnyOf))
        word = " and " if isinstance(condition, AllOf) else " or "
        return word.join(f"({zen_expression(part, as_of, future)})" for part in condition.parts)
    name, operator, operand = name_of(condition.fact), condition.operator, condition.operand
    if operator == "is":
        return f"{name} == {json.dumps(operand)}"
    if operator == "in":
        return f"{name} in {json.dumps(_words(operand))}"
    if operator == "has":
        return f"{name_of(condition.fact, str(operand))} == true"
    if operator in _ZEN_NUMBERS:
        return f"{name} {_ZEN_NUMBERS[operator]} {operand}"
    low, high = span(condition, as_of, future)
    bounds = [f"{name} {how} {day}" for how, day in ((">=", low), ("<=", high)) if day is not None]
    return " and ".join([f'{name} != "never"', *bounds])


def _words(operand: Operand) -> list[str]:
    assert isinstance(operand, tuple)
    return list(operand)


def span(condition: Compare, as_of: date, future: frozenset[str]) -> tuple[int | None, int | None]:
    """The first and the last day, as numbers, for which a comparison of a date is true."""
    operand, today = condition.operand, as_of.toordinal()
    if isinstance(operand, Duration):
        if condition.operator == "older-than":
            return None, operand.before(as_of).toordinal() - 1
        if condition.fact in future:
            return today, operand.after(as_of).toordinal()
        return operand.before(as_of).toordinal(), today
    assert isinstance(operand, date)
    day = operand.toordinal()
    return (None, day - 1) if condition.operator == "before" else (day + 1, None)

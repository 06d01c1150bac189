"""What a rule between the visits may ask: answers, and what is worked out of the course.

A fact is a number, a boolean, one word of several, or a set. Values are plain: a number, ``True``,
a word, and for a set what is known of each member. Absent is unknown, and so is the answer
« Je ne sais pas ».
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeAlias

from dolenti.guideline.conditions import (
    Condition,
    Holds,
    Leaf,
    Truth,
    evaluate,
)
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.shapes.questions import UNKNOWN
from dolenti.guideline.judge import OPERATORS_OF, comparison
from dolenti.guideline.once import Itself

Value: TypeAlias = bool | float | str | Mapping[str, bool]
Facts: TypeAlias = Mapping[str, Value]

NUMBERS: Final = frozenset({
    "hours-since-session", "days-since-session", "pain-above-baseline", "baseline-nrs",
    "relief-percent", "morphine-equivalent", "equivalent-fall-percent", "opioid-months",
    "hours-since-anaesthetic", "days-to-competition", "points-above-best",
    "points-fallen-since-first",
})  # fmt: skip
BOOLEANS: Final = frozenset({
    "joint-injected", "corticosteroid-given", "nsaid-given", "diabetes-possible",
    "anticoagulant-possible", "baseline-known", "old-baseline", "other-baseline",
    "within-noise", "answers-apart", "alarm-open", "takes-opioid", "takes-sedative",
    "takes-tramadol", "cancer-pain", "athlete-tested", "corticosteroid-beside-tendon",
    "tendon-rupture", "motor-deficit", "relief-established",
})  # fmt: skip
"""Worked out of the record, beside ``therapy`` and ``zone``."""
WORDS: Final = "words"
"""The dangers of which a word stands in what was written freely (``guideline.diary.dangers``)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a fact is: a number, a boolean, a choice or a set of these words."""

    name: str
    words: frozenset[str] = frozenset()


@lru_cache(maxsize=8)
def _kinds(held: Itself[Content]) -> dict[str, Kind]:
    content = held.it
    kinds = {name: Kind("number") for name in NUMBERS} | {
        name: Kind("boolean") for name in BOOLEANS
    }
    kinds[WORDS] = Kind("set", frozenset(one.id for one in content.danger_words))
    for question in content.questions:
        words = frozenset(option.id for option in question.options) - {UNKNOWN}
        if question.type == "signs":
            members = frozenset(sign.id for sign in content.signs)
            kinds[question.answers] = Kind("set", members if question.fact else words)
        elif question.type == "one-of" and not question.numbered:
            kinds[question.answers] = Kind("choice", words)
        elif question.type in ("nrs", "number", "one-of"):
            kinds[question.answers] = Kind("number")
    return kinds


def kinds(content: Content) -> Mapping[str, Kind]:
    """Every fact of a content's answers and of the course, but the therapy and the zone."""
    return _kinds(Itself(content))


def truth(condition: Condition, facts: Facts) -> Truth:
    """Whether a condition holds of these facts: true, false or unknown."""
    return evaluate(condition, lambda leaf: _leaf(leaf, facts))


def complete(facts: Mapping[str, Any]) -> dict[str, Value]:
    """The facts of an example: a list is a set of which all else is known to be absent."""
    return {
        name: _Complete(value) if isinstance(value, (list, tuple)) else value
        for name, value in facts.items()
        if value != UNKNOWN
    }


class _Complete(dict[str, bool]):
    """A set whose other members are known to be absent."""

    def __init__(self, members: list[str] | tuple[str, ...]) -> None:
        super().__init__(dict.fromkeys(members, True))

    def __missing__(self, key: str) -> bool:
        return False

    def get(self, key: str, default: object = None) -> bool:
        return self[key]


def _leaf(leaf: Leaf, facts: Facts) -> Truth:
    value = facts.get(leaf.fact)
    if value is None or value == UNKNOWN:
        return None
    if isinstance(leaf, Holds) and not isinstance(value, bool):
        return None
    return comparison(leaf)(value, date.min)  # none of these facts is a day


def misfit(content: Content, leaf: Leaf, therapies: frozenset[str], zones: frozenset[str]) -> str:
    """What is wrong with a leaf, or nothing."""
    if leaf.fact in ("therapy", "zone"):
        known = Kind("choice", therapies if leaf.fact == "therapy" else zones)
    else:
        found = kinds(content).get(leaf.fact)
        if found is None:
            return f"there is no fact “{leaf.fact}” between the visits"
        known = found
    if isinstance(leaf, Holds):
        return "" if known.name == "boolean" else f"“{leaf.fact}” is a {known.name}; compare it"
    if leaf.operator not in OPERATORS_OF[known.name]:
        return f"“{leaf.operator}” does not fit “{leaf.fact}”, which is a {known.name}"
    words = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
    strange = [word for word in words if isinstance(word, str) and word not in known.words]
    return f"“{strange[0]}” is no answer of “{leaf.fact}”" if strange else ""

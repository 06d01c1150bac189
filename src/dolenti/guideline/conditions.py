"""Conditions over facts: the whole language, as values.

A condition is a boolean fact, a comparison, or ``all`` / ``any`` / ``not`` of conditions. Nothing
else exists, so that the three readers (the evaluator here, SQL for populations, CQL for other
systems) can agree on every input. In YAML::

    when: pregnancy                                   # a boolean fact
    when: {inr: {over: 3}}                            # a comparison
    when: {all: [{sex: {is: female}}, {any: [...]}, {not: pregnancy}]}
    relevant: never                                   # any of nothing: of a fact that is not asked

This module knows the language and Kleene's three-valued logic; it does not know the facts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias, get_args

from dolenti.guideline.dates import Duration, read_date, read_duration
from dolenti.guideline.errors import InputError

Truth: TypeAlias = bool | None
Operator = Literal[
    "is", "in", "has", "over", "under", "at-least", "at-most",
    "before", "after", "within", "older-than",
]  # fmt: skip
OPERATORS: tuple[str, ...] = get_args(Operator)
Operand: TypeAlias = str | float | date | Duration | tuple[str, ...]


class Condition:
    """Base of the five kinds of node. Equal conditions are equal values."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Holds(Condition):
    """A boolean fact is true."""

    fact: str


@dataclass(frozen=True, slots=True)
class Compare(Condition):
    """A fact compared with a written value.

    ``within`` and ``older-than`` compare a date with the day of the assessment: a past date lies
    at most that far back (or further), a future date at most that far ahead.
    """

    fact: str
    operator: Operator
    operand: Operand


@dataclass(frozen=True, slots=True)
class AllOf(Condition):
    """Every part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    """At least one part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The part is false."""

    part: Condition


Leaf: TypeAlias = Holds | Compare

NEVER_HOLDS = AnyOf(())
"""Any of nothing, written ``never``: the relevance of what counts once somebody says it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a condition is true, false or unknown.

    ``decided`` are the facts that settle a certain answer; ``open`` are the unknown facts that
    keep an unknown answer unknown. One of the two is always empty.
    """

    holds: Truth
    decided: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def parse(raw: Any) -> Condition:
    """A condition from what YAML gives. Raises ``InputError`` saying what was expected."""
    if raw == "never":
        return NEVER_HOLDS
    if isinstance(raw, str):
        return Holds(raw)
    if not isinstance(raw, dict) or len(raw) != 1:
        raise InputError(
            "a condition is a boolean fact, {fact: {operator: value}}, or one of all, any, not; "
            f"this is {_shown(raw)}",
            fr="une condition est une donnée oui/non, {donnée: {opérateur: valeur}}, ou all, any, "
            f"not\u00a0; ceci est {_shown(raw)}",
        )
    ((key, value),) = raw.items()
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise InputError(
                f"“{key}” takes a list of at least one condition",
                fr=f"«\u00a0{key}\u00a0» demande une liste d’au moins une condition",
            )
        parts = tuple(parse(part) for part in value)
        return AllOf(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return Not(parse(value))
    if not isinstance(value, dict) or not value:
        listed = ", ".join(OPERATORS)
        raise InputError(
            f"“{key}” takes {{operator: value}}, with one of: {listed}",
            fr=f"«\u00a0{key}\u00a0» demande {{opérateur: valeur}}, avec l’un de ces "
            f"opérateurs\u00a0: {listed}",
        )
    comparisons = tuple(_comparison(key, op, operand) for op, operand in value.items())
    return comparisons[0] if len(comparisons) == 1 else AllOf(comparisons)


def _comparison(fact: str, operator: str, raw: Any) -> Compare:
    if operator not in OPERATORS:
        listed = ", ".join(OPERATORS)
        raise InputError(
            f"“{operator}” is no operator; known are: {listed}",
            fr=f"«\u00a0{operator}\u00a0» n’est pas un opérateur\u00a0; opérateurs admis\u00a0: "
            f"{listed}",
        )
    operand: Operand
    if operator in ("is", "has"):
        if not isinstance(raw, str):
            raise InputError(
                f"“{operator}” takes one word, not {_shown(raw)}",
                fr=f"«\u00a0{operator}\u00a0» demande un mot, et non {_shown(raw)}",
            )
        operand = raw
    elif operator == "in":
        if not isinstance(raw, list) or not raw or not all(isinstance(x, str) for x in raw):
            raise InputError(
                "“in” takes a list of words", fr="«\u00a0in\u00a0» demande une liste de mots"
            )
        operand = tuple(raw)
    elif operator in ("before", "after"):
        operand = read_date(raw)
    elif operator in ("within", "older-than"):
        operand = read_duration(raw)
    else:
        if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not math.isfinite(raw):
            raise InputError(
                f"“{operator}” takes a number, not {_shown(raw)}",
                fr=f"«\u00a0{operator}\u00a0» demande un nombre, et non {_shown(raw)}",
            )
        operand = float(raw)
    return Compare(fact, operator, operand)  # type: ignore[arg-type]


def written(condition: Condition) -> Any:
    """A condition as YAML writes it, so that ``parse(written(c)) == c``."""
    if isinstance(condition, Holds):
        return condition.fact
    if isinstance(condition, Compare):
        operand: Any = condition.operand
        if isinstance(operand, (date, Duration)):
            operand = str(operand)
        elif isinstance(operand, tuple):
            operand = list(operand)
        return {condition.fact: {condition.operator: operand}}
    if isinstance(condition, Not):
        return {"not": written(condition.part)}
    if condition == NEVER_HOLDS:
        return "never"
    assert isinstance(condition, (AllOf, AnyOf))
    key = "all" if isinstance(condition, AllOf) else "any"
    return {key: [written(part) for part in condition.parts]}


def _shown(raw: Any) -> str:
    text = repr(raw)
    return text if len(text) <= 60 else text[:57] + "..."


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every boolean fact and comparison below, left to right, repeats included."""
    if isinstance(condition, (Holds, Compare)):
        yield condition
    elif isinstance(condition, (AllOf, AnyOf)):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)


def facts_of(condition: Condition) -> tuple[str, ...]:
    """The facts a condition reads, each once, in order of first use."""
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves(condition)))


def evaluate(condition: Condition, truth_of: Callable[[Leaf], Truth]) -> Truth:
    """Kleene's strong three-valued logic over the truth of the leaves."""
    if isinstance(condition, (Holds, Compare)):
        return truth_of(condition)
    if isinstance(condition, Not):
        truth = evaluate(condition.part, truth_of)
        return None if truth is None else not truth
    assert isinstance(condition, (AllOf, AnyOf))
    deciding = isinstance(condition, AnyOf)
    truths = [evaluate(part, truth_of) for part in condition.parts]
    if deciding in truths:
        return deciding
    return None if None in truths else not deciding


def prove(condition: Condition, truths: Mapping[Leaf, Truth]) -> Proof:
    """The truth of a condition, with the facts that decide it or keep it open."""

    def truth_of(leaf: Leaf) -> Truth:
        return truths[leaf]

    def deciders(node: Condition) -> Iterator[str]:
        # Only the parts that share the answer carry it: the true ones of a true "any",
        # the unknown ones of an unknown "all". Where every part is needed, all share it.
        if isinstance(node, (Holds, Compare)):
            yield node.fact
        elif isinstance(node, Not):
            yield from deciders(node.part)
        elif isinstance(node, (AllOf, AnyOf)):
            answer = evaluate(node, truth_of)
            for part in node.parts:
                if evaluate(part, truth_of) is answer:
                    yield from deciders(part)

    holds = evaluate(condition, truth_of)
    named = tuple(dict.fromkeys(deciders(condition)))
    return Proof(holds, open=named) if holds is None else Proof(holds, decided=named)

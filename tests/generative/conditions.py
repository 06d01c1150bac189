"""Random conditions that fit their facts: every node, every operator, and operands near which
the values of the patients lie, so that "at least" and "over" are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from dolenti.guideline.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Holds,
    Leaf,
    Not,
    Operator,
)
from dolenti.guideline.dates import Duration
from dolenti.guideline.judge import type_problem
from dolenti.guideline.knowledge import FactDefinition

LENGTHS = (
    Duration(days=1), Duration(days=14), Duration(days=90),
    Duration(months=1), Duration(months=3), Duration(months=12),
)  # fmt: skip
"""The durations that conditions compare with, and at whose ends the dates of the patients lie."""
ROUND_NUMBERS = {
    "age": (18.0, 20.0, 55.0, 65.0),
    "weight": (40.0, 80.0),
    "height": (160.0, 200.0),
    "bmi": (20.0, 31.25, 35.0),
}


def random_condition(
    random: Random, facts: Sequence[FactDefinition], as_of: date, depth: int
) -> Condition:
    """A condition of at most ``depth`` levels above its leaves."""
    kind = random.randrange(5) if depth else 4
    if kind == 0:
        return Not(random_condition(random, facts, as_of, depth - 1))
    if kind in (1, 2):
        parts = tuple(
            random_condition(random, facts, as_of, depth - 1) for _ in range(random.randrange(1, 4))
        )
        return AllOf(parts) if kind == 1 else AnyOf(parts)
    return random_leaf(random, random.choice(facts), as_of)


def random_leaf(random: Random, fact: FactDefinition, as_of: date) -> Leaf:
    """A boolean fact, or a comparison that fits the fact."""
    leaf = _leaf(random, fact, as_of)
    problem = type_problem(leaf, fact)
    assert problem is None, problem
    return leaf


def _leaf(random: Random, fact: FactDefinition, as_of: date) -> Leaf:
    if fact.type == "boolean":
        return Holds(fact.id)
    options = [option.id for option in fact.options]
    if fact.type == "set":
        return Compare(fact.id, "has", random.choice(options))
    if fact.type == "choice":
        if random.randrange(2):
            return Compare(fact.id, "is", random.choice(options))
        chosen = tuple(random.choice(options) for _ in range(random.randrange(1, 4)))
        return Compare(fact.id, "in", chosen)
    if fact.type == "number":
        numbers: tuple[Operator, ...] = ("over", "under", "at-least", "at-most")
        return Compare(fact.id, random.choice(numbers), random_number(random, fact))
    dates: tuple[Operator, ...] = ("before", "after", "within", "older-than")
    operator = random.choice(dates if fact.past else dates[:3])
    if operator in ("within", "older-than"):
        return Compare(fact.id, operator, random.choice(LENGTHS))
    return Compare(fact.id, operator, random_day(random, as_of, past=fact.past))


def random_number(random: Random, fact: FactDefinition) -> float:
    """A value that a number may have, on a grid coarse enough for values to meet."""
    if fact.id in ROUND_NUMBERS:
        return random.choice(ROUND_NUMBERS[fact.id]) + random.choice((0.0, 0.0, -1.0, 1.0))
    low, high = fact.range or (0.0, 10.0)
    return low + random.randrange(int(2 * (high - low)) + 1) / 2


def random_day(random: Random, as_of: date, *, past: bool) -> date:
    """A day at or beside the end of one of the lengths; a past one is not after ``as_of``."""
    length = random.choice(LENGTHS)
    end = length.before(as_of) if past else length.after(as_of)
    day = random.choice((end, end, as_of, as_of - timedelta(400))) + timedelta(
        random.choice((0, 0, -1, 1))
    )
    return min(day, as_of) if past else day

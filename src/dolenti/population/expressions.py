"""A condition as an Ibis expression that means what the evaluator means, on every engine.

Each kind of node and each operator is one short function. They read columns that hold fresh and
relevant values already (``layers``): a boolean as a truth (``kleene``), a choice as a bit, a
number or a date as itself or NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import singledispatchmethod
from typing import Any, Final, TypeAlias

import ibis
from ibis.expr import datatypes as dt

from dolenti.guideline.conditions import AllOf, AnyOf, Compare, Condition, Holds, Leaf, Not
from dolenti.guideline.errors import InputError
from dolenti.guideline.judge import type_problem
from dolenti.guideline.knowledge import FactDefinition
from dolenti.population.kleene import (
    Table,
    Truth,
    Value,
    all_of,
    any_of,
    if_same,
    not_,
    true_where,
    truth_of,
)
from dolenti.population.schema import member_column, never

Comparison: TypeAlias = Callable[[Value, Any, FactDefinition, date], Truth]

MOST_ANSWERS: Final = 62
"""The bits that a 64-bit number has to spare, on every engine."""
ANY_ANSWER: Final = ibis.literal(-1, "int64")
"""An unknown choice: all bits, those of answers that nobody has thought of included."""


class Translator:
    """Translates conditions over the columns of one table, against one day."""

    def __init__(
        self, definitions: Mapping[str, FactDefinition], columns: Table, as_of: date
    ) -> None:
        self._definitions = definitions
        self._columns = columns
        self._as_of = as_of

    @singledispatchmethod
    def truth(self, condition: Condition) -> Truth:
        """The condition as one expression. Raises ``InputError`` where a type does not fit."""
        raise TypeError(f"no reader knows {type(condition).__name__}")

    @truth.register
    def _(self, condition: AllOf) -> Truth:
        return all_of([self.truth(part) for part in condition.parts])

    @truth.register
    def _(self, condition: AnyOf) -> Truth:
        return any_of([self.truth(part) for part in condition.parts])

    @truth.register
    def _(self, condition: Not) -> Truth:
        return not_(self.truth(condition.part))

    @truth.register
    def _(self, condition: Holds) -> Truth:
        self._definition(condition)
        return self._columns[condition.fact]

    @truth.register
    def _(self, condition: Compare) -> Truth:
        definition = self._definition(condition)
        if condition.operator == "has":
            return self._columns[member_column(condition.fact, str(condition.operand))]
        value = self._columns[condition.fact]
        if condition.operator in ("is", "in"):
            known = self._columns[known_column(condition.fact)]
            return _one_of(value, known, condition.operand, definition)
        compared = COMPARISONS[condition.operator]
        truth = compared(value, condition.operand, definition, self._as_of)
        other = other_column(condition.fact)
        if other not in self._columns.columns:
            return truth
        value = self._columns[other]
        return if_same(truth, compared(value, condition.operand, definition, self._as_of))

    def _definition(self, leaf: Leaf) -> FactDefinition:
        definition = self._definitions[leaf.fact]
        problem = type_problem(leaf, definition)
        if problem:
            raise problem
        return definition


def answer_bits(definition: FactDefinition) -> dict[str, int]:
    """A bit for each answer of a choice, so that "in" is an AND of two numbers: a list of words
    to compare each row with would cost more than everything else."""
    if len(definition.options) > MOST_ANSWERS:
        raise InputError(
            f"a choice has at most {MOST_ANSWERS} answers here",
            definition.id,
            fr=f"un choix a ici {MOST_ANSWERS} réponses au plus",
        )
    return {option.id: 1 << place for place, option in enumerate(definition.options)}


def answers(bits: int) -> Value:
    """One or several answers of a choice, as a literal."""
    return ibis.literal(bits, "int64")


@ibis.udf.scalar.builtin(signature=((dt.Array(dt.string), dt.string), dt.int64))  # type: ignore[untyped-decorator]
def array_position(words: list[str], word: str) -> int:  # type: ignore[empty-body]
    """The place of a word in a list, from 1; the engine's own function (DuckDB, Spark). One call
    without a CASE: DuckDB then looks each word of a column's dictionary up once."""


def known_column(fact: str) -> str:
    """The column, beside a choice's bits, of what a matching answer is worth: true, or unknown."""
    return f"{fact}__known"


def other_column(fact: str) -> str:
    """The column of the other number that a fact may be, where it may be one of two."""
    return f"{fact}__other"


def choice_bits(word: Value, definition: FactDefinition) -> Value:
    """A choice's column, its words as their bits; NULL stays NULL."""
    place = array_position([option.id for option in definition.options], word)
    return ibis.literal(1, "int32").cast("int64") << (place - 1).cast("int32")


def _one_of(value: Value, known: Truth, words: Any, definition: FactDefinition) -> Truth:
    """Where the answer is unknown all its bits are set: it may be one of these, as any other."""
    bits = answer_bits(definition)
    wanted = (words,) if isinstance(words, str) else words
    mask = answers(sum(bits[word] for word in set(wanted)))
    return true_where(value & mask != 0, known)


def _over(value: Value, number: float, definition: FactDefinition, as_of: date) -> Truth:
    return truth_of(value, value > number)


def _under(value: Value, number: float, definition: FactDefinition, as_of: date) -> Truth:
    return truth_of(value, value < number)


def _at_least(value: Value, number: float, definition: FactDefinition, as_of: date) -> Truth:
    return truth_of(value, value >= number)


def _at_most(value: Value, number: float, definition: FactDefinition, as_of: date) -> Truth:
    return truth_of(value, value <= number)


def _before(value: Value, day: date, definition: FactDefinition, as_of: date) -> Truth:
    return truth_of(value, _happens(value, definition) & (value < day))


def _after(value: Value, day: date, definition: FactDefinition, as_of: date) -> Truth:
    return truth_of(value, _happens(value, definition) & (value > day))


def _within(value: Value, length: Any, definition: FactDefinition, as_of: date) -> Truth:
    # Neither day of "never" lies within any length of today, so it needs no guard here.
    if definition.future:
        return truth_of(value, value.between(as_of, length.after(as_of)))
    return truth_of(value, value.between(length.before(as_of), as_of))


def _older_than(value: Value, length: Any, definition: FactDefinition, as_of: date) -> Truth:
    return truth_of(value, _happens(value, definition) & (value < length.before(as_of)))


def _happens(value: Value, definition: FactDefinition) -> Value:
    return value != never(definition)


COMPARISONS: dict[str, Comparison] = {
    "over": _over,
    "under": _under,
    "at-least": _at_least,
    "at-most": _at_most,
    "before": _before,
    "after": _after,
    "within": _within,
    "older-than": _older_than,
}

"""Three-valued logic on whole numbers, for engines that work on columns.

False is 0, unknown is 1, true is 3: the low bit says that it *may* be true, the high bit that it
*is*. Then Kleene's AND is the bitwise AND, his OR the bitwise OR. SQL's own AND and OR over NULLs
mean the same, and cost DuckDB ten times as much: it looks at two masks for each row, where a
bitwise AND takes thirty-two rows in one instruction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any, Final, TypeAlias

import ibis

# Ibis has no types that mypy can read; these names say which kind of expression is meant.
Table: TypeAlias = Any
Value: TypeAlias = Any
Truth: TypeAlias = Any
"""A column of ``FALSE``, ``UNKNOWN`` and ``TRUE``; never NULL."""


def _number(value: int) -> Value:
    # A bare number is a wider one to most engines; the cast keeps a truth in one byte.
    return ibis.literal(value, "int32").cast("int8")


FALSE: Final = _number(0)
UNKNOWN: Final = _number(1)
TRUE: Final = _number(3)
_MAY: Final = _number(1)
_IS: Final = _number(2)


def truth_of(value: Value, holds: Value | None = None) -> Truth:
    """Whether ``holds`` says something true of a column; unknown where the column is NULL. A
    column of booleans says it itself."""
    said = value if holds is None else holds
    return ibis.cases((value.isnull(), UNKNOWN), (said, TRUE), else_=FALSE)


def nullable(truth: Truth) -> Value:
    """A truth as what SQL's users expect: true, false or NULL."""
    return ibis.ifelse(truth != UNKNOWN, is_true(truth), ibis.null("boolean"))


def all_of(truths: Sequence[Truth]) -> Truth:
    """Every one is true; where there is none, that is so."""
    return _joined(and_, truths) if truths else TRUE


def any_of(truths: Sequence[Truth]) -> Truth:
    """At least one is true; where there is none, none is."""
    return _joined(or_, truths) if truths else FALSE


def not_(truth: Truth) -> Truth:
    """True for false, false for true, unknown for unknown."""
    return _number(3) - (truth >> 1) - (truth & _MAY) * _number(2)


def unknown_bit(truth: Truth) -> Value:
    """1 where the truth is unknown, else 0: its two bits differ."""
    return (truth ^ (truth >> 1)) & _MAY


def bit_of(value: Value) -> Value:
    """1 where a boolean without NULL is true, else 0."""
    return value.cast("int8")


def any_unknown(truths: Sequence[Truth]) -> Value:
    """Whether any is unknown, even beside a true one: a plain boolean."""
    return any_of([unknown_bit(truth) for truth in truths]) == _MAY


def false_unless(needed: Truth, truth: Truth) -> Truth:
    """The truth where it is known; where it is not, false if it is certainly not needed."""
    return truth & (needed | (truth >> 1) | _IS)


def if_same(one: Truth, other: Truth) -> Truth:
    """What two truths agree on; else unknown."""
    return ibis.ifelse(one == other, one, UNKNOWN)


def true_where(holds: Value, known: Truth) -> Truth:
    """``known`` where a plain boolean holds, else false; by a mask of eight ones or none, because a
    CASE would sort the rows first."""
    return -bit_of(holds) & known


def is_true(truth: Truth) -> Value:
    """A plain boolean, for a CASE."""
    return truth == TRUE


def is_false(truth: Truth) -> Value:
    """A plain boolean, for a CASE."""
    return truth == FALSE


def is_unknown(truth: Truth) -> Value:
    """A plain boolean, for a CASE."""
    return truth == UNKNOWN


def _joined(join: Callable[[Any, Any], Any], truths: Sequence[Truth]) -> Truth:
    # In halves, so that a long list makes no deep tree: parsers recurse into it.
    if len(truths) > 2:
        middle = len(truths) // 2
        return join(_joined(join, truths[:middle]), _joined(join, truths[middle:]))
    return reduce(join, truths)

"""One comparison of a condition as a test on a known value, and whether it fits its fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import ge, gt, le, lt
from typing import Any, Final, TypeAlias

from dolenti.guideline.conditions import Compare, Holds, Leaf, Truth
from dolenti.guideline.dates import Duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, OneOf
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.near import nearest

LeafTest: TypeAlias = Callable[[Any, date], Truth]
OPERATORS_OF: Final = {
    "boolean": (),
    "number": ("over", "under", "at-least", "at-most"),
    "choice": ("is", "in"),
    "set": ("has",),
    "date": ("before", "after", "within", "older-than"),
}


def leaf_test(leaf: Leaf, definition: FactDefinition) -> LeafTest:
    """The test of one leaf on a known value. Raises ``InputError`` where the types do not fit."""
    problem = type_problem(leaf, definition)
    if problem:
        raise problem
    if isinstance(leaf, Compare) and leaf.operator == "within" and definition.future:
        length: Any = leaf.operand
        return lambda value, as_of: value is not NEVER and as_of <= value <= length.after(as_of)
    return comparison(leaf)


def comparison(leaf: Leaf) -> LeafTest:
    """The test of a leaf that fits its fact, whose days are past ones."""
    if isinstance(leaf, Holds):
        return lambda value, as_of: value
    operand: Any = leaf.operand
    tests: dict[str, LeafTest] = {
        "is": lambda value, as_of: value == operand,
        "in": lambda value, as_of: value in operand,
        "has": lambda value, as_of: value.get(operand),
        "over": lambda value, as_of: _of_both(gt, value, operand),
        "under": lambda value, as_of: _of_both(lt, value, operand),
        "at-least": lambda value, as_of: _of_both(ge, value, operand),
        "at-most": lambda value, as_of: _of_both(le, value, operand),
        "before": lambda value, as_of: value is not NEVER and value < operand,
        "after": lambda value, as_of: value is not NEVER and value > operand,
        "within": lambda value, as_of: value is not NEVER and _near(value, as_of, operand),
        "older-than": lambda value, as_of: value is not NEVER and value < operand.before(as_of),
    }
    return tests[leaf.operator]


def _of_both(test: Callable[[Any, Any], bool], value: Any, operand: Any) -> Truth:
    """What is true of both numbers that it may be, false of both, or else unknown."""
    if not isinstance(value, OneOf):
        return test(value, operand)
    low = test(value.low, operand)
    return low if low == test(value.high, operand) else None


def _near(value: date, as_of: date, length: Duration) -> bool:
    return length.before(as_of) <= value <= as_of


def type_problem(leaf: Leaf, definition: FactDefinition) -> InputError | None:
    """Why a leaf does not fit its fact, or ``None``."""
    fact, kind = leaf.fact, definition.type
    if isinstance(leaf, Holds):
        if kind == "boolean":
            return None
        operators = ", ".join(OPERATORS_OF[kind])
        return InputError(
            f"“{fact}” is a {kind}: compare it with one of {operators}",
            fact,
            fr=f"«\u00a0{fact}\u00a0» est de type {kind}\u00a0: comparez-le par l’un de "
            f"{operators}",
        )
    if leaf.operator not in OPERATORS_OF[kind]:
        return InputError(
            f"“{leaf.operator}” does not fit the {kind} “{fact}”",
            fact,
            fr=f"«\u00a0{leaf.operator}\u00a0» ne convient pas à «\u00a0{fact}\u00a0», de type "
            f"{kind}",
        )
    if leaf.operator == "older-than" and not definition.past:
        return InputError(
            f"“older-than” needs a past date, and “{fact}” is none",
            fact,
            fr=f"«\u00a0older-than\u00a0» demande une date passée, ce que «\u00a0{fact}\u00a0» "
            "n’est pas",
        )
    options = {option.id for option in definition.options}
    operand = leaf.operand
    words = (
        operand if isinstance(operand, tuple) else (operand,) if isinstance(operand, str) else ()
    )
    strange = [word for word in words if word not in options]
    if strange:
        close = nearest(strange[0], options)
        return InputError(
            f"“{strange[0]}” is no answer of “{fact}”{close.en}",
            fact,
            fr=f"«\u00a0{strange[0]}\u00a0» n’est pas une réponse de "
            f"«\u00a0{fact}\u00a0»{close.fr}",
        )
    return None

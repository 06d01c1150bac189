"""A condition as a CQL expression that is true, false or null on the same facts.

CQL's ``and``, ``or`` and ``not`` are Kleene's. A choice is compared with ``=`` word by word and not
with ``in``, because engines differ on ``null in {...}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dolenti.cql import writing
from dolenti.guideline.conditions import AllOf, AnyOf, Compare, Condition, Holds, Leaf, Not
from dolenti.guideline.dates import Duration
from dolenti.guideline.facts import Dictionary

AGE = "age"
"""The one number that may be one of two: where the day of birth is not known."""
_NUMBER_SIGNS = {"over": ">", "under": "<", "at-least": ">=", "at-most": "<="}
_DATE_SIGNS = {"before": "<", "after": ">"}


@dataclass(frozen=True, slots=True)
class ConditionWriter:
    """Writes conditions over one dictionary.

    ``prefix`` stands before what the library of facts defines (``Facts.`` elsewhere).
    """

    dictionary: Dictionary
    prefix: str = ""

    def name(self, name: str) -> str:
        """A definition of the library of facts, as it is called from here."""
        return self.prefix + writing.identifier(name)

    def expression(self, condition: Condition) -> str:
        """The condition as an expression that may stand anywhere."""
        if isinstance(condition, (Holds, Compare)):
            return self.leaf(condition)
        if isinstance(condition, Not):
            return f"(not {self.expression(condition.part)})"
        assert isinstance(condition, (AllOf, AnyOf))
        joint = " and " if isinstance(condition, AllOf) else " or "
        parts = [self.expression(part) for part in condition.parts]
        if not parts:
            return str(isinstance(condition, AllOf)).lower()
        return parts[0] if len(parts) == 1 else f"({joint.join(parts)})"

    def leaf(self, leaf: Leaf) -> str:
        """A boolean fact, or a comparison."""
        if isinstance(leaf, Holds):
            return self.name(fact_name(leaf.fact))
        fact, operator, operand = self.name(fact_name(leaf.fact)), leaf.operator, leaf.operand
        if operator == "has":
            return self.name(member_name(leaf.fact, str(operand)))
        if operator in ("is", "in"):
            words = operand if isinstance(operand, tuple) else (str(operand),)
            same = [f"{fact} = {writing.text(word)}" for word in words]
            return f"({' or '.join(same)})"
        if isinstance(operand, float):
            bound = f"{_NUMBER_SIGNS[operator]} {writing.number(operand)}"
            if leaf.fact != AGE:
                return f"({fact} {bound})"
            other = self.name(other_name(AGE))
            return f"{self.name('If the same')}({fact} {bound}, {other} {bound})"
        happened = f"not {self.name(never_name(leaf.fact))}"
        return f"({happened} and {self._on_the_calendar(leaf)})"

    def _on_the_calendar(self, leaf: Compare) -> str:
        fact, operand = self.name(fact_name(leaf.fact)), leaf.operand
        today = self.name("AsOf")
        if isinstance(operand, date):
            return f"{fact} {_DATE_SIGNS[leaf.operator]} {writing.day(operand)}"
        assert isinstance(operand, Duration)
        length = writing.duration(operand)
        if leaf.operator == "older-than":
            return f"{fact} < {today} - {length}"
        if self.dictionary.definition(leaf.fact).future:
            return f"{fact} >= {today} and {fact} <= {today} + {length}"
        return f"{fact} >= {today} - {length} and {fact} <= {today}"

    def open_facts(self, condition: Condition) -> str:
        """The facts that keep an unknown condition unknown, as a list; an empty one otherwise.

        Only the parts that are themselves unknown keep it so.
        """
        if isinstance(condition, (Holds, Compare)):
            named = "{ " + writing.text(condition.fact) + " }"
            return f"(if {self.leaf(condition)} is null then {named} else List<String>{{}})"
        if isinstance(condition, Not):
            return self.open_facts(condition.part)
        assert isinstance(condition, (AllOf, AnyOf))
        if not condition.parts:
            return "List<String>{}"
        parts = ", ".join(self.open_facts(part) for part in condition.parts)
        unknown = f"{self.expression(condition)} is null"
        return f"(if {unknown} then flatten {{ {parts} }} else List<String>{{}})"


def fact_name(fact: str) -> str:
    """What a fact is called. Never its bare id, which is also a text in the same library."""
    return f"Fact: {fact}"


def other_name(fact: str) -> str:
    """What the other number is called that a fact may be, where it may be one of two."""
    return f"Fact: {fact}: other"


def member_name(fact: str, member: str) -> str:
    """What the member of a set is called."""
    return f"Fact: {fact}: {member}"


def never_name(fact: str) -> str:
    """What it is called that the event of a date never happened."""
    return f"Fact: {fact}: never"


__all__ = ["AGE", "ConditionWriter", "fact_name", "member_name", "never_name", "other_name"]

"""The meaning of a condition and of a verdict, written a second time as plainly as can be: no
numbered leaves, no looked-up proofs, no layers. Slow, and used for nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dolenti.guideline.conditions import Condition, Holds, Leaf, Truth, evaluate
from dolenti.guideline.facts import NEVER, Case, Dictionary, OneOf, Value
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge import reassuring_value, rules_in_force
from tests.generative.editions import World


class Reference:
    """What one case makes of conditions, by relevance applied fact by fact."""

    def __init__(self, dictionary: Dictionary, case: Case) -> None:
        self._dictionary = dictionary
        self._as_of = case.as_of
        known = {**case.facts, **header_facts(case, dictionary)}
        self._stated = {fact: one.value for fact, one in known.items()}

    def truth(self, condition: Condition) -> Truth:
        """True, false or unknown."""
        return evaluate(condition, self.leaf)

    def leaf(self, leaf: Leaf) -> Truth:
        """The same for a boolean fact or a comparison."""
        value = self._value(leaf.fact)
        if value is None:
            return None
        if isinstance(leaf, Holds):
            return bool(value)
        future = self._dictionary.definition(leaf.fact).future
        return compared(value, leaf.operator, leaf.operand, self._as_of, future=future)

    def _value(self, fact: str) -> Value | None:
        """What is stated; else the reassuring value, where the fact is irrelevant."""
        stated = self._stated.get(fact)
        definition = self._dictionary.definition(fact)
        if definition.relevant is None or self.truth(definition.relevant) is not False:
            return stated
        calm = reassuring_value(definition)
        if isinstance(stated, Mapping) and isinstance(calm, Mapping):
            return {**calm, **stated}
        return calm if stated is None else stated


def compared(value: Any, operator: str, operand: Any, as_of: date, *, future: bool) -> Truth:
    """A known value against what a condition has written."""
    if operator == "has":
        members: Mapping[str, bool] = value
        return members.get(operand)
    if operator in ("is", "in"):
        return value in ((operand,) if operator == "is" else operand)
    if value is NEVER:
        return False
    if isinstance(value, OneOf):
        answers = {
            compared(one, operator, operand, as_of, future=future)
            for one in (value.low, value.high)
        }
        return answers.pop() if len(answers) == 1 else None
    if operator == "within":
        first, last = (as_of, operand.after(as_of)) if future else (operand.before(as_of), as_of)
        return bool(first <= value <= last)
    limit = operand.before(as_of) if operator == "older-than" else operand
    below, same = value < limit, value == limit
    answers: dict[str, bool] = {
        "under": below,
        "before": below,
        "older-than": below,
        "at-most": below or same,
        "over": not below and not same,
        "after": not below and not same,
        "at-least": not below,
    }
    return answers[operator]


def status(
    world: World, therapy: str, truths: Mapping[str, Truth], in_force: Mapping[str, str]
) -> str:
    """Contract 2, sentence by sentence."""
    flags = rules_in_force(world.edition.red_flags, in_force)
    criteria = next(
        rules_in_force(t.criteria, in_force) for t in world.edition.therapies if t.id == therapy
    )
    stops = [truths[flag.id] for flag in flags if flag.effect == "stops"]
    alerts = [truths[flag.id] for flag in flags if flag.effect == "alerts"]
    indications = [truths[c.id] for c in criteria if c.kind == "indication"]
    absolute = [truths[c.id] for c in criteria if c.kind == "absolute-contraindication"]
    relative = [truths[c.id] for c in criteria if c.kind == "relative-contraindication"]
    if True in stops:
        return "redirect"
    if True in absolute:
        return "contraindicated"
    if all(truth is False for truth in indications):
        return "not-indicated"
    indication_is_unknown = True not in indications
    if None in [*stops, *alerts, *absolute, *relative] or indication_is_unknown:
        return "needs-information"
    return "caution" if True in [*alerts, *relative] else "possible"

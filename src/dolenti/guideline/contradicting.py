"""Two sentences that say opposite things of one act can never both be shown.

Each rule, and each line of advice, practice or process, may declare its stance on an act of
``acts.yaml``: for, against, or that somebody must be asked. Two of them that can be shown for one
therapy and take different stances must have conditions that no patient can fulfil together. That
is decided and not guessed: the facts of the two conditions are tried with a value on every side of
everything they compare, until both hold or nothing is left to try. What is unknown is not tried:
a rule that is unknown is not shown as holding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any, TypeAlias

from dolenti.guideline.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Leaf,
    Not,
    Truth,
    evaluate,
    leaves,
)
from dolenti.guideline.dates import Duration
from dolenti.guideline.facts import NEVER
from dolenti.guideline.judge import leaf_test, walk_rules
from dolenti.guideline.knowledge import (
    Edition,
    FactDefinition,
    PolicyChoice,
    Stance,
    Therapy,
)

AS_OF = date(2026, 1, 15)
"""Any day does: dates are compared with the day of the assessment."""
_Variable: TypeAlias = tuple[str, str]  # a fact and, of a set, one of its members


@dataclass(frozen=True)
class Clash:
    """Two entries that one patient can be shown and that contradict each other on an act."""

    act: str
    one: str
    other: str


@dataclass(frozen=True)
class _Sentence:
    """What is shown of one entry: when (``None``: always), under which policy, with what stance."""

    id: str
    when: Condition | None
    stances: tuple[Stance, ...]
    policy: PolicyChoice | None = None


def clashes(edition: Edition) -> Iterator[Clash]:
    """Every pair of sentences that contradict each other and can be shown together."""
    definitions = {fact.id: fact for fact in edition.facts}
    flags = [_Sentence(f.id, f.when, f.stances, f.policy) for f in edition.red_flags]
    seen: set[Clash] = set()
    for therapy in edition.therapies:
        shown = [s for s in (*flags, *_of_therapy(therapy, edition)) if s.stances]
        for one, other in combinations(shown, 2):
            for act in _opposed(one, other):
                clash = Clash(act, one.id, other.id)
                if clash not in seen and _together(one, other, definitions):
                    seen.add(clash)
                    yield clash


def _of_therapy(therapy: Therapy, edition: Edition) -> Iterator[_Sentence]:
    for criterion in therapy.criteria:
        yield _Sentence(criterion.id, criterion.when, criterion.stances, criterion.policy)
    rules = {rule.id: rule.when for _, rule in walk_rules(edition)}
    for advice in therapy.aftercare:
        without = tuple(rules[name] for name in advice.left_out_with if name in rules)
        yield _Sentence(advice.id, Not(AnyOf(without)) if without else None, advice.stances)
    for practice in therapy.practice:
        yield _Sentence(practice.id, None, practice.stances)
    for step in therapy.process:
        yield _Sentence(step.id, None, step.stances)
    for product in edition.products:
        for rule in product.rules:
            if therapy.id in (rule.therapies or product.used_in):
                yield _Sentence(rule.id, rule.when, rule.stances, rule.policy)


def _opposed(one: _Sentence, other: _Sentence) -> list[str]:
    said = {stance.act: stance.is_ for stance in one.stances}
    return [s.act for s in other.stances if s.act in said and said[s.act] != s.is_]


def _together(one: _Sentence, other: _Sentence, definitions: Mapping[str, FactDefinition]) -> bool:
    policies = {s.policy.id: s.policy.value for s in (one, other) if s.policy}
    if any(s.policy and policies[s.policy.id] != s.policy.value for s in (one, other)):
        return False  # a clinic has one of the two
    parts = tuple(s.when for s in (one, other) if s.when is not None)
    return not parts or satisfiable(AllOf(parts), definitions)


def satisfiable(condition: Condition, definitions: Mapping[str, FactDefinition]) -> bool:
    """Whether some patient fulfils ``condition``, with every fact it reads known."""
    found = tuple(dict.fromkeys(leaves(condition)))
    truths: dict[Leaf, Truth] = dict.fromkeys(found)
    variables = list(dict.fromkeys(_variable(leaf, definitions) for leaf in found))
    of = {v: [leaf for leaf in found if _variable(leaf, definitions) == v] for v in variables}

    def search(position: int) -> bool:
        known = evaluate(condition, truths.__getitem__)
        if known is not None or position == len(variables):
            return known is True
        mine = of[variables[position]]
        for values in _patterns(mine, definitions[mine[0].fact]):
            truths.update(zip(mine, values, strict=True))
            if search(position + 1):
                return True
        truths.update(dict.fromkeys(mine))
        return False

    return search(0)


def _variable(leaf: Leaf, definitions: Mapping[str, FactDefinition]) -> _Variable:
    """What is chosen freely: a fact, or one member of a set."""
    member = definitions[leaf.fact].type == "set"
    return leaf.fact, str(leaf.operand) if member and isinstance(leaf, Compare) else ""


def _patterns(mine: list[Leaf], definition: FactDefinition) -> list[tuple[Truth, ...]]:
    """The truths that the leaves of one fact can have together, each pattern once."""
    if definition.type in ("boolean", "set"):
        return [(True,) * len(mine), (False,) * len(mine)]
    tests: list[Callable[[Any, date], Truth]] = [leaf_test(leaf, definition) for leaf in mine]
    return list(
        dict.fromkeys(
            tuple(test(value, AS_OF) for test in tests) for value in values_to_try(mine, definition)
        )
    )


def values_to_try(mine: list[Leaf], definition: FactDefinition) -> list[Any]:
    """Values of a choice, a number or a date on every side of what its leaves compare."""
    operands = [leaf.operand for leaf in mine if isinstance(leaf, Compare)]
    if definition.type == "choice":
        return [option.id for option in definition.options]
    if definition.type == "number":
        bounds = sorted(operand for operand in operands if isinstance(operand, float))
        between = [(low + high) / 2 for low, high in pairwise(bounds)]
        low, high = definition.range or (float("-inf"), float("inf"))
        return [v for v in (low, high, *bounds, *between) if low <= v <= high]
    return [NEVER, *_days(operands, definition)]


def _days(operands: list[Any], definition: FactDefinition) -> list[date]:
    edges = {AS_OF}
    for operand in operands:
        if isinstance(operand, Duration):
            edges.add(operand.after(AS_OF) if definition.future else operand.before(AS_OF))
        elif isinstance(operand, date):
            edges.add(operand)
    days = {edge + timedelta(days=step) for edge in edges for step in (-1, 0, 1)}
    return sorted(d for d in days if (d >= AS_OF if definition.future else d <= AS_OF))

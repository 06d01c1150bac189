"""What a fact counts as where it is irrelevant or nothing is to report, and the order in which
relevances are settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy

from dolenti.guideline.conditions import NEVER_HOLDS, facts_of, leaves
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, Dictionary, Value
from dolenti.guideline.knowledge import FactDefinition


def reassuring_value(definition: FactDefinition) -> Value | None:
    """The answer that means nothing to report, as a value; ``None`` where there is none."""
    raw = definition.reassuring
    if raw is None:
        return None
    if definition.type == "set":
        assert isinstance(raw, tuple)
        return {option.id: option.id in raw for option in definition.options}
    if definition.type == "date":
        return NEVER
    assert isinstance(raw, (bool, str))
    return raw


def never_asked(definition: FactDefinition) -> bool:
    """Whether a fact is asked by no rule: it counts once somebody says it, and is not so before."""
    return definition.relevant == NEVER_HOLDS


def calm_value(definition: FactDefinition) -> Value | None:
    """What a fact counts as where it is irrelevant; ``None`` where it stays unknown."""
    if definition.when_irrelevant is not None:
        return definition.when_irrelevant
    return reassuring_value(definition)


def about(dictionary: Dictionary, facts: Iterable[str]) -> Dictionary:
    """The same of these facts alone, and of those that their relevance reads: for who asks one
    condition very often, and needs none of the other relevances settled each time."""
    found: dict[str, FactDefinition] = {}
    waiting = list(facts)
    while waiting:
        definition = dictionary.definition(waiting.pop())
        if definition.id not in found:
            found[definition.id] = definition
            waiting += facts_of(definition.relevant) if definition.relevant else ()
    small = copy(dictionary)
    small.definitions = {one: found[one] for one in sorted(found)}
    return small


def in_order_of_need(definitions: Mapping[str, FactDefinition]) -> list[FactDefinition]:
    """The facts with a relevance, each after those its relevance reads.

    Raises ``InputError`` where facts wait for each other in a circle.
    """
    done: dict[str, FactDefinition] = {}
    doing: list[str] = []

    def visit(fact: str) -> None:
        definition = definitions.get(fact)
        if definition is None or definition.relevant is None or fact in done:
            return
        if fact in doing:
            circle = " → ".join([*doing[doing.index(fact) :], fact])
            raise InputError(
                f"the relevance of these facts goes in a circle: {circle}",
                fact,
                fr=f"la pertinence de ces données dépend d’elle-même\u00a0: {circle}",
            )
        doing.append(fact)
        for leaf in leaves(definition.relevant):
            visit(leaf.fact)
        doing.pop()
        done[fact] = definition

    for fact in definitions:
        visit(fact)
    return list(done.values())

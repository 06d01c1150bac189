"""The reassuring answers that an item of a record, not understood and not older, speaks against.

They are set aside for the verdict and stay in the case: once somebody has said what the item is,
they count again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dolenti.guideline.facts import NEVER, Case, Known, Unread
from dolenti.guideline.knowledge import FactDefinition


def is_spoken_against(one: Unread, known: Known) -> bool:
    """Whether an item is not older than an answer; without a day, either may be the later."""
    return one.at is None or known.at is None or one.at >= known.at


def unreassured(definition: FactDefinition, known: Known) -> Known | None:
    """What is left of an answer that reassures no more: of a set, what is there; of the others,
    what warns or measures."""
    if isinstance(known.value, Mapping):
        left = {member: has for member, has in known.value.items() if has}
        return replace(known, value=left) if left else None
    calm = NEVER if definition.type == "date" else definition.reassuring
    return None if calm is not None and known.value == calm else known


def set_aside(case: Case, definitions: Mapping[str, FactDefinition]) -> frozenset[str]:
    """The facts whose reassuring answer an item of the record speaks against."""
    return frozenset().union(*(set_aside_by(one, case.facts, definitions) for one in case.unread))


def set_aside_by(
    one: Unread, facts: Mapping[str, Known], definitions: Mapping[str, FactDefinition]
) -> frozenset[str]:
    """Those that one item speaks against: none where its words are understood, as it is then in
    doubt itself."""
    if one.understood:
        return frozenset()
    return frozenset(
        fact
        for fact in one.facts
        if (known := facts.get(fact)) is not None
        and is_spoken_against(one, known)
        and unreassured(definitions[fact], known) != known
    )


def heard(case: Case, definitions: Mapping[str, FactDefinition]) -> Mapping[str, Known]:
    """The facts that the verdict may rest on: without what is set aside."""
    aside = set_aside(case, definitions)
    if not aside:
        return case.facts
    facts = dict(case.facts)
    for fact in aside:
        left = unreassured(definitions[fact], facts.pop(fact))
        if left is not None:
            facts[fact] = left
    return facts


__all__ = ["heard", "is_spoken_against", "set_aside", "set_aside_by", "unreassured"]

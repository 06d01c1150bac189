"""One quantity that two facts tell: where they disagree, the worse of the two counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from dolenti.guideline.conditions import Condition, Leaf, Truth, evaluate, leaves
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, Known
from dolenti.guideline.judge.comparing import leaf_test
from dolenti.guideline.judge.relevance import calm_value, never_asked
from dolenti.guideline.knowledge import FactDefinition


def implications(definition: FactDefinition) -> Iterator[tuple[str | None, Condition]]:
    """The members that others imply, or the fact itself (``None``), each with what implies it."""
    if definition.implied_by is not None:
        yield None, definition.implied_by
    for option in definition.options:
        if option.implied_by is not None:
            yield option.id, option.implied_by


def agreed(values: Mapping[str, Known], dictionary: Dictionary, as_of: date) -> dict[str, Known]:
    """The same values, with true what others imply."""
    found = dict(values)
    for definition in dictionary.definitions.values():
        for member, condition in implications(definition):
            if _holds(condition, values, dictionary, as_of):
                found[definition.id] = _true(found.get(definition.id), member)
    return found


def in_agreement(
    values: Mapping[str, Known], dictionary: Dictionary, as_of: date
) -> dict[str, Known]:
    """What a person wrote, with the wider members of a set that the narrower ones imply.

    Raises ``InputError`` where they say no to what another of their facts implies.
    """
    found = dict(values)
    for definition in dictionary.definitions.values():
        known = values.get(definition.id)
        if known is None:
            continue
        for member, condition in implications(definition):
            if not _holds(condition, values, dictionary, as_of):
                continue
            others = {leaf.fact for leaf in leaves(condition)}
            if others == {definition.id}:
                found[definition.id] = _true(found[definition.id], member)
            elif (known.value if member is None else _member(known, member)) is False:
                raise _disagreement(definition, sorted(others), dictionary)
    return found


def contradicted(
    values: Mapping[str, Known], dictionary: Dictionary, as_of: date
) -> dict[str, frozenset[str]]:
    """The facts whose reassuring answer others contradict, or would if somebody gave it, each with
    the facts that do."""
    unsaid = {  # what no rule asks is not so before somebody says it
        name: Known(calm)
        for name, one in dictionary.definitions.items()
        if never_asked(one) and (calm := calm_value(one)) is not None
    }
    found = {}
    for definition in dictionary.definitions.values():
        condition, known = definition.contradicted_by, values.get(definition.id)
        if condition is None or (known is not None and known.value != calm_value(definition)):
            continue
        if _holds(condition, {**unsaid, **values}, dictionary, as_of):
            others = {leaf.fact for leaf in leaves(condition)}
            found[definition.id] = frozenset(others & values.keys())
    return found


def _disagreement(
    definition: FactDefinition, others: list[str], dictionary: Dictionary
) -> InputError:
    label, told = definition.label, [dictionary.definitions[other].label for other in others]
    english = ", ".join(f"“{one.en}”" for one in told)
    french = ", ".join(f"«\u00a0{one.fr}\u00a0»" for one in told)
    return InputError(
        f"“{label.en}” does not agree with {english}; correct one of them",
        definition.id,
        fr=f"«\u00a0{label.fr}\u00a0» ne concorde pas avec {french}\u00a0; corrigez l’une des deux "
        "réponses",
    )


def _holds(
    condition: Condition, values: Mapping[str, Known], dictionary: Dictionary, as_of: date
) -> bool:
    def truth_of(leaf: Leaf) -> Truth:
        known = values.get(leaf.fact)
        if known is None:
            return None
        return leaf_test(leaf, dictionary.definitions[leaf.fact])(known.value, as_of)

    return evaluate(condition, truth_of) is True


def _true(known: Known | None, member: str | None) -> Known:
    if member is None:
        return Known(value=True)
    before = known.value if known is not None and isinstance(known.value, Mapping) else {}
    at = None if known is None else known.at
    return Known({**before, member: True}, at)


def _member(known: Known, member: str) -> object:
    return known.value.get(member) if isinstance(known.value, Mapping) else None


__all__ = ["agreed", "contradicted", "implications", "in_agreement"]

"""Facts that somebody declares complete: what is silent there is answered, with the reason kept.

"Every allergy of our patients stands in this table" is not to be read from the table. Whoever knows
it says so, fact by fact, and the file says it to all who read it after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, nearest, shown
from dolenti.guideline.judge import reassuring_value
from dolenti.guideline.knowledge import Edition, FactDefinition
from dolenti.population.schema import member_column, never

LEAST_REASON = 10
"""Letters that a reason has at least."""


def read_closed(pairs: Iterable[str], edition: Edition) -> dict[str, str]:
    """Facts and why each is complete, from ``FACT=REASON``. Raises ``InputError`` for a fact that
    is none, that has no answer to fall back on, or without a reason worth the name."""
    definitions = {fact.id: fact for fact in edition.facts}
    closed: dict[str, str] = {}
    for pair in pairs:
        name, equals, reason = pair.partition("=")
        name, reason = name.strip(), " ".join(reason.split())
        if name not in definitions:
            close = nearest(name, definitions)
            raise InputError(
                f"there is no fact “{shown(name)}”{close.en}",
                "--closed",
                fr=f"la donnée «\u00a0{shown(name)}\u00a0» n’existe pas{close.fr}",
            )
        if reassuring_value(definitions[name]) is None:
            raise InputError(
                f"“{name}” has no answer that silence could mean; leave it unknown",
                "--closed",
                fr=f"«\u00a0{name}\u00a0» n’a pas de réponse que le silence puisse "
                "signifier\u00a0; laissez-la inconnue",
            )
        letters = [letter for letter in reason if letter.isalpha()]
        if not equals or len(letters) < LEAST_REASON or len(set(letters)) < LEAST_REASON // 2:
            raise InputError(
                f"say why silence means no for “{name}”: --closed {name}=REASON",
                "--closed",
                fr=f"indiquez pourquoi le silence vaut un non pour «\u00a0{name}\u00a0»\u00a0: "
                f"--closed {name}=RAISON",
            )
        closed[name] = reason
    return closed


def answers(closed: Iterable[str], edition: Edition) -> dict[str, Mapping[str, Any]]:
    """By fact, the columns that silence fills and with what."""
    definitions = {fact.id: fact for fact in edition.facts}
    return {fact: _columns(definitions[fact]) for fact in closed}


def _columns(fact: FactDefinition) -> Mapping[str, Any]:
    value = reassuring_value(fact)
    if value is NEVER:
        return {fact.id: never(fact)}
    if isinstance(value, Mapping):
        return {member_column(fact.id, member): has for member, has in value.items()}
    return {fact.id: value}


def close(
    row: dict[str, Any], filling: Mapping[str, Mapping[str, Any]], doubted: Iterable[str]
) -> None:
    """Answer in a row what is silent of the closed facts; what is doubted stays unknown."""
    for fact, columns in filling.items():
        if fact in doubted:
            continue
        for column, value in columns.items():
            if row.get(column) is None:
                row[column] = value

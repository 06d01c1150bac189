"""How the answer to an open question is written in the mixture file: lines to copy, the plainest
answer first. ``<…>`` stands for what only somebody who knows the patient can say."""

from __future__ import annotations

from collections.abc import Sequence

from dolenti.guideline.knowledge import FactDefinition, Product
from dolenti.guideline.mixture.file import JOINTS, GivenDose
from dolenti.guideline.mixture.look import EXCIPIENTS, GIVEN_TODAY, TECHNIQUE

_DAY = {"fr": "AAAA-MM-JJ", "en": "YYYY-MM-DD"}
_NUMBER = {"fr": "nombre", "en": "number"}
_DAYS = {"fr": "jours", "en": "days"}


def lines_for_fact(definition: FactDefinition, language: str) -> list[str]:
    """Every way to answer a fact of the dictionary; of a set, none of it and the first of it."""
    options = [option.id for option in definition.options]
    values = {
        "boolean": ["false", "true"],
        "choice": options,
        "set": ["[]", f"[{', '.join(options[:1])}]"],
        "number": [f"<{definition.unit or _NUMBER[language]}>"],
        "date": [*(["never"] if definition.past else []), f"<{_DAY[language]}>"],
    }[definition.type]
    if isinstance(definition.reassuring, str):
        values.sort(key=lambda value: value != definition.reassuring)
    return [f"facts: {{{definition.id}: {value}}}" for value in values]


def lines_for(
    asked: str, products: Sequence[Product], techniques: Sequence[str], language: str
) -> list[str]:
    """The same for what is no fact of the patient; ``products`` are those that wait for it."""
    if asked == TECHNIQUE:
        return [f"technique: {technique}" for technique in techniques]
    if asked == EXCIPIENTS:
        return [f"{{product: {product.id}, …, excipients: []}}" for product in products]
    first, days = products[0], _DAYS[language]
    said = f"dose: <{first.unit}>" if asked == GIVEN_TODAY else f"days: <{days}>"
    return [f"{asked}: []", f"{asked}: [{{product: {first.id}, {said}}}]"]


def lines_for_joint(given: GivenDose) -> list[str]:
    """How to say whether a dose of the day went into the joint of this mixture."""
    return [
        f"given-today: [{{product: {given.product.id}, dose: {given.dose:g}, joint: {joint}}}]"
        for joint in JOINTS
        if joint != given.joint
    ]

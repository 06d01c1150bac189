"""The strip at the head of every case: what can hurt first, and never silence taken for no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dolenti.clinic.present.lookup import Lookup
from dolenti.guideline.facts import Case, Known, Value, header_facts
from dolenti.guideline.judge import proofs
from dolenti.guideline.words import value_in_words
from dolenti.records.inputs import ASSUMED

State = Literal["danger", "calm", "unknown", "not-applicable"]
SHOWN = ("allergy", "anticoagulant", "pregnancy")


@dataclass(frozen=True)
class StripItem:
    """One line of the strip: ``partly`` where part of a set is still unknown, ``assumed``
    where nobody stated it."""

    fact: str
    label: str
    state: State
    words: str
    partly: bool = False
    assumed: bool = False


def strip(case: Case, words: Lookup) -> list[StripItem]:
    """Allergies, anticoagulant, pregnancy: known, unknown or without object."""
    values = {**case.facts, **header_facts(case, words.dictionary)}
    return [
        _item(fact, values, case, words) for fact in SHOWN if words.definition(fact) is not None
    ]


def _item(fact: str, values: Mapping[str, Known], case: Case, words: Lookup) -> StripItem:
    definition = words.dictionary.definition(fact)
    label = words.fact(fact)
    known = values.get(fact)
    if known is None:
        relevant = _relevant(fact, values, case, words)
        return StripItem(fact, label, "unknown" if relevant else "not-applicable", "")
    value, assumed = known.value, known.origin == ASSUMED
    said = value_in_words(value, definition, words.language)
    if isinstance(value, Mapping):
        partly = len(value) < len(definition.options)
        if any(value.values()):
            return StripItem(fact, label, "danger", said, partly, assumed)
        return StripItem(fact, label, "unknown" if partly else "calm", said, partly, assumed)
    state: State = "calm" if _is_calm(value, definition.reassuring) else "danger"
    return StripItem(fact, label, state, said, assumed=assumed)


def _is_calm(value: Value, reassuring: object) -> bool:
    return bool(value == reassuring)


def _relevant(fact: str, values: Mapping[str, Known], case: Case, words: Lookup) -> bool:
    relevant = words.dictionary.definition(fact).relevant
    if relevant is None:
        return True
    (proof,), _ = proofs(words.dictionary, [relevant], values, case.as_of)
    return proof.holds is not False

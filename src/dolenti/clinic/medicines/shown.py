"""The lines of a list of medicines: what each means, in words; what one may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.request import words
from dolenti.guideline.facts import Known
from dolenti.guideline.words import value_in_words
from dolenti.medicines.search import Found
from dolenti.records.facts import naming
from dolenti.records.models import Medicine
from dolenti.records.patients import medicating
from dolenti.records.patients.reconciling import Reviewed

YES = "yes"
LONGEST = 120  # characters of what is typed that are looked at


@dataclass(frozen=True)
class MedicineLine:
    """One medicine, with the facts that it states and those that it opens."""

    medicine: Medicine
    is_taken: bool
    means: tuple[str, ...]
    asks: tuple[str, ...]
    reviewed: Reviewed | None


def lines(
    medicines: list[Medicine], today: date, reviewed: Mapping[int, Reviewed]
) -> list[MedicineLine]:
    """The lines of a list, those taken first, then the latest; ``reviewed`` is the last review of
    each, by its key."""
    lookup = words()
    found = [_line(one, lookup, today, reviewed.get(one.pk)) for one in reversed(medicines)]
    return sorted(found, key=lambda line: not line.is_taken)


def _line(one: Medicine, lookup: Lookup, today: date, reviewed: Reviewed | None) -> MedicineLine:
    return MedicineLine(
        one,
        medicating.is_taken(one, today),
        tuple(
            _in_words(fact, member, value, lookup) for fact, member, value in medicating.rows(one)
        ),
        tuple(lookup.fact(fact) for fact in one.asks),
        reviewed,
    )


def _in_words(fact: str, member: str | None, value: bool | str, lookup: Lookup) -> str:
    definition = lookup.definition(fact)
    chosen = member or (value if isinstance(value, str) else None)
    if definition is None or chosen is None:
        return lookup.fact(fact)
    label = next((o.label.in_language(lookup.language) for o in definition.options
                  if o.id == chosen), chosen)  # fmt: skip
    return label if member else f"{lookup.fact(fact)} · {label}"


def choices() -> list[tuple[str, str]]:
    """Everything that a medicine can mean, as it is sent, and in words."""
    lookup = words()
    return [(sent, _in_words(*meant_by(sent), lookup)) for sent in dict.fromkeys(_every(lookup))]


def _every(lookup: Lookup) -> Iterator[str]:
    for one in lookup.edition.medicine_classes:
        for meaning in one.means:
            value = YES if isinstance(meaning.value, bool) else meaning.value
            yield f"{meaning.fact}={value}"


def meant_by(sent: str) -> tuple[str, str | None, bool | str]:
    """What a choice means: fact, member of a set or nothing, value."""
    fact, _, value = sent.partition("=")
    definition = words().definition(fact)
    if definition is not None and definition.type == "set":
        return fact, value, True
    return fact, None, True if value == YES else value


@dataclass(frozen=True)
class Proposal:
    """A speciality that may be meant."""

    cis: str
    name: str


def proposed(typed: str, chosen: str) -> dict[str, Any]:
    """What a page shows of the specialities that a text may mean."""
    text = typed[:LONGEST]
    found = naming.suggested(text) if text.strip() else Found(())
    every = [Proposal(one.cis, one.name) for one in found.specialities]
    return {"proposed": every, "slips": found.slips, "chosen": chosen, "text": text}


SAID: Final = ("anticoagulant", "antiplatelet", "systemic-corticosteroid")
"""Facts that say that something is taken, day after day, and not which."""


def said(facts: Mapping[str, Known]) -> dict[str, str]:
    """What is taken by what was stated, in words, by its fact."""
    lookup, found = words(), {}
    for fact in SAID:
        definition, known = lookup.definition(fact), facts.get(fact)
        if definition is None or known is None or known.value == definition.reassuring:
            continue
        value = value_in_words(known.value, definition, lookup.language)
        label = lookup.fact(fact)
        found[fact] = label if isinstance(known.value, bool) else f"{label} · {value}"
    return found


def unlisted(taken: Mapping[str, str], medicines: Iterable[Medicine], today: date) -> list[str]:
    """What is ``said`` to be taken, and is meant by no medicine on the list."""
    listed = {
        fact
        for one in medicines
        if medicating.is_taken(one, today)
        for fact, _member, _value in medicating.rows(one)
    }
    return [name for fact, name in taken.items() if fact not in listed]

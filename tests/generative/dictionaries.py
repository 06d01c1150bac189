"""Random dictionaries: facts of every type, with all that a definition may say of them.

Everything random here and beside is drawn from a ``random.Random``: Hypothesis gives one whose
draws it can shrink, a batch gives one with a seed. The facts of the header, and those that follow
from it, are in every dictionary, because the readers derive them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from dolenti.guideline.conditions import NEVER_HOLDS
from dolenti.guideline.knowledge import (
    Citation,
    ClinicalCondition,
    FactDefinition,
    Option,
    Text,
    Zone,
)
from tests.generative.conditions import random_condition

TEXT = Text(fr="Texte.", en="Text.")
CITED = (Citation(id="book"),)
ZONES = {"sore-knee": ("knee",), "sore-elbow": ("elbow",), "sore-anywhere": ("knee", "elbow")}
"""The painful conditions, with where they lie; only the first two imply their zone."""
FRESHNESS = ("24 h", "48 h", "2 weeks", "1 month", "3 months", "1 year")
TYPES = ("boolean", "number", "choice", "set", "date")


@dataclass(frozen=True)
class Words:
    """A dictionary, with the day on which its written dates make sense."""

    facts: tuple[FactDefinition, ...]
    as_of: date


def random_words(random: Random, as_of: date, size: int) -> Words:
    """The header's facts and ``size`` others, in any order. A fact's relevance reads only facts
    drawn before it, so that none waits for itself; the order in the file says nothing of that."""
    drawn: list[FactDefinition] = []
    for basis in (*_header(), *_derived(random, size), *_others(random, size)):
        fact = basis
        stated_by_header = basis["id"] in ("age", "sex", "condition", "zone", "since")
        if drawn and not stated_by_header and random.randrange(10) < 4:
            relevant = (
                random_condition(random, drawn, as_of, depth=random.randrange(2))
                if random.randrange(8)
                else NEVER_HOLDS
            )
            fact = {**basis, "relevant": relevant}
        drawn.append(FactDefinition(label=TEXT, ask=TEXT, **fact))
    random.shuffle(drawn)
    return Words(tuple(drawn), as_of)


def zones() -> tuple[Zone, ...]:
    """The places of the painful conditions."""
    names = dict.fromkeys(zone for places in ZONES.values() for zone in places)
    return tuple(Zone(id=name, label=TEXT, sources=CITED) for name in names)


def clinical_conditions() -> tuple[ClinicalCondition, ...]:
    """The painful conditions."""
    return tuple(
        ClinicalCondition(id=name, label=TEXT, zones=places, kind="other", sources=CITED)
        for name, places in ZONES.items()
    )


def _header() -> Iterator[dict[str, Any]]:
    person: dict[str, Any] = {"about": "patient", "from_header": True}
    complaint: dict[str, Any] = {"about": "complaint", "from_header": True}
    yield {"id": "age", "type": "number", "unit": "a", "range": (0.0, 120.0), **person}
    yield {"id": "sex", "type": "choice", "options": _options("female", "male"), **person}
    yield {"id": "condition", "type": "choice", "options": _options(*ZONES), **complaint}
    yield {"id": "zone", "type": "choice", "options": _options("knee", "elbow"), **complaint}
    yield {"id": "side", "type": "choice", "options": _options("left", "right"), **complaint}
    yield {"id": "since", "type": "date", "past": True, **complaint}


def _derived(random: Random, size: int) -> Iterator[dict[str, Any]]:
    """What follows from weight and height, and from the birth date and the first day of pain.
    Small dictionaries may do without."""
    if size > 10 or random.randrange(3):
        measured: dict[str, Any] = {"type": "number", "about": "patient"}
        yield {"id": "weight", "unit": "kg", "range": (1.0, 350.0), **measured}
        yield {"id": "height", "unit": "cm", "range": (30.0, 250.0), **measured}
        yield {"id": "bmi", "unit": "kg/m2", "range": (3.0, 200.0), **measured}
    if size > 10 or random.randrange(3):
        onset: dict[str, Any] = {"type": "boolean", "about": "complaint"}
        reassuring = random.choice([None, False])
        yield {"id": "onset-before-20-or-after-55", "reassuring": reassuring, **onset}


def _others(random: Random, size: int) -> Iterator[dict[str, Any]]:
    """Facts of all types in turn, so that none is left out of a small dictionary."""
    order = random.sample(TYPES, len(TYPES))
    for number in range(size):
        kind = order[number % len(order)]
        fact = {
            "id": f"{kind}-{number + 1}",
            "type": kind,
            "about": random.choice(["patient", "complaint", "today"]),
            "fresh_for": random.choice(FRESHNESS) if random.randrange(10) < 4 else None,
            **_particulars(random, kind),
        }
        if kind == "set" and fact["fresh_for"]:
            fact["options"] = tuple(_brief(random, option) for option in fact["options"])
        yield fact


def _brief(random: Random, option: Option) -> Option:
    """A member whose absence may count for less time than its set."""
    no_for = random.choice(FRESHNESS) if random.randrange(2) else None
    return Option(id=option.id, label=TEXT, no_for=no_for)


def _particulars(random: Random, kind: str) -> dict[str, Any]:
    calm = random.randrange(10) < 7
    if kind == "boolean":
        return {"reassuring": random.choice([False, False, True]) if calm else None}
    if kind == "number":
        low = float(random.randrange(-5, 5))
        return {"unit": random.choice(["1", "mg/dL"]), "range": (low, low + 6)}
    if kind == "date":
        past = random.choice([True, False])
        return {"past": past, "future": not past, "reassuring": "never" if calm else None}
    answers = ["none", "some", "severe", "other"][: random.randrange(1, 5)]
    if kind == "choice":
        return {
            "options": _options(*answers),
            "reassuring": random.choice(answers) if calm else None,
        }
    members = tuple(answer for answer in answers if random.randrange(4) == 0)
    return {"options": _options(*answers), "reassuring": members if calm else None}


def _options(*names: str) -> tuple[Option, ...]:
    return tuple(Option(id=name, label=TEXT) for name in names)

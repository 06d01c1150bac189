"""Random editions: a dictionary, red flags that stop or alert, therapies with criteria of every
kind, and policies that switch some of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Literal, TypeAlias, get_args

from dolenti.guideline.knowledge import (
    Criterion,
    CriterionKind,
    Edition,
    Manifest,
    Option,
    Policy,
    PolicyChoice,
    Protocol,
    RedFlag,
    Source,
    Therapy,
    TherapyDescription,
)
from tests.generative.conditions import random_condition
from tests.generative.dictionaries import (
    CITED,
    TEXT,
    Words,
    clinical_conditions,
    random_words,
    zones,
)
from tests.generative.patients import Patient, edges_of, random_as_of, random_patient

Effect: TypeAlias = Literal["stops", "alerts"]
KINDS: tuple[CriterionKind, ...] = get_args(CriterionKind)
RULE: dict[str, Any] = {"because": TEXT, "sources": CITED, "basis": "claim"}
POLICIES = tuple(
    Policy(
        id=name,
        label=TEXT,
        default="ignored",
        sources=CITED,
        options=(Option(id="ignored", label=TEXT), Option(id="counts", label=TEXT)),
    )
    for name in ("one-policy", "other-policy")
)


@dataclass(frozen=True)
class Size:
    """How much of everything. ``rules`` is the most of one kind in one therapy."""

    facts: int
    stops: int
    alerts: int
    therapies: int
    rules: int
    patients: int


@dataclass(frozen=True)
class World:
    """An edition under some policies, and patients to judge by it on one day."""

    edition: Edition
    policies: dict[str, str]
    patients: tuple[Patient, ...]


def random_world(random: Random, size: Size) -> World:
    """A world of a size."""
    words = random_words(random, random_as_of(random), size.facts)
    edition = random_edition(random, words, size)
    policies = {p.id: random.choice(("ignored", "counts")) for p in POLICIES if random.randrange(2)}
    return World(edition, policies, random_patients(random, edition, words.as_of, size.patients))


def random_patients(
    random: Random, edition: Edition, as_of: date, count: int
) -> tuple[Patient, ...]:
    """Patients of one day."""
    edges = edges_of(edition)
    return tuple(random_patient(random, edition, as_of, edges) for _ in range(count))


def random_edition(random: Random, words: Words, size: Size) -> Edition:
    """An edition over one dictionary. Its texts say nothing; only its logic is random."""

    def when(deepest: int = 3) -> dict[str, Any]:
        depth = random.randrange(deepest + 1)
        said: dict[str, Any] = {"when": random_condition(random, words.facts, words.as_of, depth)}
        if random.randrange(6) == 0:
            policy = random.choice(POLICIES).id
            said["policy"] = PolicyChoice(id=policy, value=random.choice(("ignored", "counts")))
        return said

    how_many: dict[Effect, int] = {"stops": size.stops, "alerts": size.alerts}
    effects = [effect for effect, count in how_many.items() for _ in range(count)]
    flags = tuple(
        RedFlag(
            # One has the name of a fact: nothing may take one for the other.
            id="age" if number == 0 else f"flag-{number}",
            effect=effect,
            urgency="soon",
            to=TEXT,
            **when(deepest=1),
            **RULE,
        )
        for number, effect in enumerate(effects)
    )
    therapies = tuple(
        _therapy(
            number,
            tuple(
                Criterion(id=f"{kind}-{number}-{place}", kind=kind, **when(), **RULE)
                for kind in KINDS
                # Each therapy but one in ten has an indication.
                for place in range(_how_many(random, kind, size.rules))
            ),
        )
        for number in range(1, size.therapies + 1)
    )
    return Edition(
        manifest=Manifest(
            version="1", languages=("fr", "en"), default_jurisdiction="FR", statements={}
        ),
        sha256=hashlib.sha256(repr((words.facts, flags, therapies)).encode()).hexdigest(),
        facts=words.facts,
        zones=zones(),
        conditions=clinical_conditions(),
        sources=(Source(id="book", mark="S", kind="other", title="Book", read="full"),),
        statements=(),
        left_out=(),
        red_flags=flags,
        therapies=therapies,
        products=(),
        mixture_rules=(),
        compatibilities=(),
        measures=(),
        contradictions=(),
        policies=POLICIES,
        notices=(),
    )


def _how_many(random: Random, kind: str, most: int) -> int:
    if kind == "indication" and random.randrange(10):
        return random.randrange(1, most + 1)
    return random.randrange(most + 1)


def _therapy(number: int, criteria: tuple[Criterion, ...]) -> Therapy:
    description = TherapyDescription(
        id=f"therapy-{number}", order=number, label=TEXT, short=TEXT, summary=TEXT, sources=CITED
    )
    protocol = Protocol(phases=(), limits=(), next_steps=(), sources=CITED)
    return Therapy(description=description, criteria=criteria, protocol=protocol)

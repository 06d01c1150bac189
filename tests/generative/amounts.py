"""How much is tried: little and always the same by default, much and always new by
``make generative``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from tests.generative.editions import Size, World, random_world

LONG = settings.get_current_profile_name() == "long"
SEED = int(os.environ.get("GENERATIVE_SEED", "1"))
"""Where the batches begin. ``make generative`` draws one and tells it; say it again to see the
same again."""

SMALL = Size(facts=6, stops=1, alerts=2, therapies=2, rules=2, patients=8)
"""A world that Hypothesis may draw a hundred times, and shrink."""
LARGE = Size(facts=25, stops=2, alerts=3, therapies=10, rules=3, patients=120)
"""A world whose conditions all go in one job of Spark, or one run of Node."""

EXAMPLES = 2_000 if LONG else 60
"""Small worlds that each property is tried on."""
BATCHES = 24 if LONG else 2
"""Large worlds that Spark and CQL are asked about."""
PATIENTS = 6_000 if LONG else 2_200
"""Generated patients that the shipped knowledge is compared on."""
PATIENTS_FOR_CQL = PATIENTS if LONG else 400
"""As many of those is CQL asked about: it takes thirty times as long as the others."""
PATIENTS_FOR_CQL_OF_A_WORLD = 30
"""As many of a large world's patients is CQL asked about: each world is translated anew, which
takes longer than they do."""


def worlds() -> st.SearchStrategy[World]:
    """Small worlds."""

    def drawn(random: Random) -> World:
        stops, alerts = random.randrange(SMALL.stops + 1), random.randrange(SMALL.alerts + 1)
        return random_world(random, replace(SMALL, stops=stops, alerts=alerts))

    return st.randoms(use_true_random=False).map(drawn)


def large_worlds() -> Iterator[World]:
    """The worlds of the batches: with and without red flags, which hide what criteria do."""
    for batch in range(BATCHES):
        stops, alerts = LARGE.stops * (batch % 2), LARGE.alerts * ((batch + batch // 2 + 1) % 2)
        yield random_world(Random(SEED + batch), replace(LARGE, stops=stops, alerts=alerts))

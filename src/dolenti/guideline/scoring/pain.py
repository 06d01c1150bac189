"""The 0-10 numerical rating scale of pain (NRS), and what its change is worth.

Sources: fact base, section 5; Farrar 2001 (n = 2,724) for the responder; IMMPACT for the grades.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from dolenti.guideline.scoring.exact import Number, exact, percent_fallen

Grade: TypeAlias = Literal["none", "minimal", "moderate", "substantial"]

# IMMPACT, in % of relief. The publication speaks of 10-20 % as minimal and is silent on 20-30 %;
# here each grade begins at its boundary, included, and reaches up to the next.
GRADES: tuple[tuple[int, Grade], ...] = ((50, "substantial"), (30, "moderate"), (10, "minimal"))

NOISE = 1
"""Points. Two answers no further apart are no change (knowledge: ``noise``)."""
RESPONDER_POINTS = 2
RESPONDER_PERCENT = 30


@dataclass(frozen=True)
class NrsChange:
    """From a baseline to a later NRS.

    ``points`` is later minus baseline, negative when the pain fell. ``relief_percent`` is the fall
    in % of the baseline (negative for a rise). Where the baseline is 0 there was no pain to
    relieve: ``relief_percent``, ``grade`` and ``responder`` are ``None``, not evaluable.
    """

    baseline: Fraction
    last: Fraction
    points: Fraction
    relief_percent: Fraction | None
    grade: Grade | None
    responder: bool | None


def nrs(value: object, where: str = "nrs") -> Fraction:
    """An NRS from 0 (no pain) to 10. Raises ``InputError``."""
    return exact(value, where, 0, 10)


def change(baseline: Number, last: Number) -> NrsChange:
    """The change from ``baseline`` to ``last``, both NRS 0-10.

    A responder (Farrar 2001) fell by at least 2 points **or** by at least 30 %, as published: of a
    course, a fall within ``NOISE`` is not judged (``guideline.comparable``).
    Raises ``InputError`` for what is not an NRS.

    >>> change(8, 4).grade
    'substantial'
    """
    before, after = nrs(baseline, "baseline"), nrs(last, "last")
    relief = percent_fallen(before, after)
    points = after - before
    responder = (
        None if relief is None else points <= -RESPONDER_POINTS or relief >= RESPONDER_PERCENT
    )
    return NrsChange(before, after, points, relief, grade(relief), responder)


def is_noise(points: Fraction) -> bool:
    """Whether a difference of two NRS is no more than their noise."""
    return abs(points) <= NOISE


def grade(relief_percent: Fraction | None) -> Grade | None:
    """The IMMPACT grade of a relief in %: at least 50 substantial, 30 moderate, 10 minimal."""
    if relief_percent is None:
        return None
    return next((name for least, name in GRADES if relief_percent >= least), "none")

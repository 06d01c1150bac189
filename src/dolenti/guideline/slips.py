"""Whether a number that somebody types may be a slip of the keys: it lies so far from the last one
known of the same patient that a comma or a figure was more likely lost.

How far is a choice of ours about typing, and no clinical fact: a number that lies so far may be
right. So it is asked again with both values said, and never refused. Nothing here judges a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

APART: Final[Mapping[str, float]] = {
    "weight": 2,
    "height": 1.5,
    "inr": 5,
    "platelets": 8,
    "egfr": 8,
    "methotrexate-weekly-dose": 5,
    "gestational-age": 7,
}
"""How many times one value is the other, by fact, from which on it is asked again: a slipped comma
makes ten, kilograms for pounds two, metres for feet three."""

NOT_MEASURED: Final = frozenset(
    {
        "age",
        "bmi",
        "pain-nrs",
        "kellgren-lawrence",
        "corticosteroid-infiltrations-12-months",
        "corticosteroid-sessions-on-record-12-months",
        "corticosteroid-sessions-of-joint-on-record-12-months",
        "cryoneurolysis-sessions-on-record-12-months",
    }
)
"""Scores, counts and what is worked out: any of them may be ten times the last one."""


class Measured(NamedTuple):
    """The last value known of a patient, in the unit of the dictionary, and its day."""

    value: float
    at: date


def may_be_slip(fact: str, typed: float, before: float) -> bool:
    """Whether a value is so far from the one before that it is asked again; of none or nothing
    (zero) nobody can say."""
    apart = APART.get(fact)
    low, high = sorted((typed, before))
    return apart is not None and low > 0 and high >= apart * low

"""One answer of a course, as whoever judges it reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring.exact import Number, as_written

By: TypeAlias = Literal["patient", "relative", "clinician"]

EARLY: Final = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer: a scale (a question of the diary, or a measure) and its value at a moment.

    ``value`` is ``None`` for « Je ne sais pas ». ``window`` is the due window that asked, ``late``
    that the answer came after it was due; ``by`` who answered.
    """

    scale: str
    value: Number | None
    at: datetime
    window: str = ""
    late: bool = False
    by: By = "patient"

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InputError(
                "the moment of the answer has no zone",
                "at",
                fr="l’instant de la réponse n’a pas de fuseau horaire",
            )


def is_early(reading: Reading, ends: Sequence[datetime]) -> bool:
    """Whether an answer came within the 72 hours after a session."""
    return any(timedelta() < reading.at - end < EARLY for end in ends)


def value_of(one: Reading) -> Fraction:
    """The exact number of an answer. Raises ``ValueError`` for an unknown one."""
    if one.value is None:
        raise ValueError("an unknown answer has no value")
    return as_written(one.value)

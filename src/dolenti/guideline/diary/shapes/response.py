"""How a response is read: what forbids judging it, what a change must be, what each step is called.

The steps themselves are rules of each therapy's protocol (``guideline.next_step``).
"""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.diary.shapes.alarms import ByExample
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Said, Sourced


class NotJudged(ByExample, frozen=True, kw_only=True):
    """What keeps a response from being judged, or (``warns_only``) what is said beside it, or
    (``of_relief``) why the fall of the pain is not judged: all else still is.
    ``patient`` is the one sentence the patient is told, ``unknown`` what the clinician is told
    where nobody knows whether it is so. ``asks_again``: it holds back every step but to ask.
    ``to_discuss``: beside it no step that says “enough” is suggested, but to talk before deciding.
    ``of_rise``: it rests on how the patient’s own answers moved, which are said with it;
    ``contradicts`` what the patient says.
    """

    clinician: Text
    patient: Text | None = None
    unknown: Text | None = None
    warns_only: bool = False
    of_relief: bool = False
    asks_again: bool = False
    to_discuss: bool = False
    of_rise: bool = False
    contradicts: bool = False

    @property
    def holds_back(self) -> bool:
        """Whether no step is suggested while it is so."""
        return not (self.warns_only or self.of_relief or self.to_discuss)


class Threshold(Sourced, frozen=True, kw_only=True):
    """The smallest change of a score that matters to a patient.

    ``points``, in the unit of the measure: under the first a change is too small, from the second
    on it matters, in between the sources disagree. ``percent`` of the baseline is enough by itself.
    ``at_most`` is for a score that is itself a change. Outside ``sensitive`` (lowest and highest
    baseline) the score says little.
    """

    id: str
    measure: str
    says: Text
    higher_is: Literal["better", "worse"] = "worse"
    points: tuple[float, float] | None = None
    percent: float | None = None
    at_most: float | None = None
    sensitive: tuple[float, float] | None = None


class JudgedAt(Said, frozen=True, kw_only=True):
    """When the effect of a therapy (its id) is judged: said beside every curve."""

    id: str


class StepWords(Entry, frozen=True, kw_only=True):
    """A step of a protocol: its name for the clinician, and what the patient is told of it once a
    practitioner has accepted it. ``says_enough``: who reads it understands that less treatment is
    needed."""

    id: str
    clinician: Text
    patient: Text
    says_enough: bool = False


class Told(Entry, frozen=True, kw_only=True):
    """What is told with every suggestion."""

    clinician: Said
    patient: Said
    regression: Said

"""How a response is read: what forbids judging it, what a change must be, what each step is called.

The steps themselves are rules of each therapy's protocol (``guideline.next_step``).
"""

from __future__ import annotations

from dolenti.guideline.diary.shapes.alarms import ByExample
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Said, Sourced


class NotJudged(ByExample, frozen=True, kw_only=True):
    """What keeps a response from being judged, or (``warns_only``) what is said beside it.
    ``patient`` is the one sentence the patient is told."""

    clinician: Text
    patient: Text | None = None
    warns_only: bool = False


class Threshold(Sourced, frozen=True, kw_only=True):
    """The smallest change of a score that matters to a patient."""

    id: str
    measure: str
    says: Text


class StepWords(Entry, frozen=True, kw_only=True):
    """A step of a protocol: its name for the clinician, and what the patient is told of it once a
    practitioner has accepted it."""

    id: str
    clinician: Text
    patient: Text


class Told(Entry, frozen=True, kw_only=True):
    """What is told with every suggestion."""

    clinician: Said
    patient: Said
    regression: Said

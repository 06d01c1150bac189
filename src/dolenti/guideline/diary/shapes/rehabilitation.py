"""Exercises in our own words, plans by weeks, and the way back to work and sport."""

from __future__ import annotations

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Said, Sourced


class Exercise(Entry, frozen=True, kw_only=True):
    """One exercise: its name, and how it is done."""

    id: str
    name: Text
    how: Text


class Dose(Entry, frozen=True, kw_only=True):
    """An exercise of a stage, and how much of it."""

    exercise: str
    how_much: Text


class Stage(Entry, frozen=True, kw_only=True):
    """Some weeks of a plan, from the first to the last."""

    weeks: tuple[int, int]
    does: tuple[Dose, ...]
    walk: Text | None = None


class RehabilitationPlan(Sourced, frozen=True, kw_only=True):
    """A plan for a condition. It is proposed, changed and signed by a person, then shown to the
    patient; it starts no earlier than what was done to them allows."""

    id: str
    stages: tuple[Stage, ...]
    goes_on: Text
    first_line: Text
    work: Text
    sport: Text
    evidence: Text
    review: Text | None = None


class AfterAct(Sourced, frozen=True, kw_only=True):
    """How long to wait after an act."""

    therapy: str
    wait_hours: int
    text: Text


class Return(Entry, frozen=True, kw_only=True):
    """One stage of a return, and what it needs."""

    id: str
    label: Text
    needs: Text | None = None


class ReturnPath(Sourced, frozen=True, kw_only=True):
    """The stages back to work, or to sport, and what is said of them."""

    id: str
    stages: tuple[Return, ...]
    says: tuple[Text, ...]


class SportBlock(Sourced, frozen=True, kw_only=True):
    """What keeps somebody from stages of sport."""

    id: str
    stages: tuple[str, ...]
    when: Condition
    tell: Text


class RehabilitationRules(Entry, frozen=True, kw_only=True):
    """What every plan says."""

    pain_guide: Said
    first_weeks: Said
    stop_signs: Said
    activity: Said
    weight: Said
    medicines: Said
    driving: Said
    after_act: tuple[AfterAct, ...]

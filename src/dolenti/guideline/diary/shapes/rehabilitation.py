"""Exercises in our own words, plans by weeks, and the way back to work and sport."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Known, Said, Sourced


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


class Dated(Entry, frozen=True, kw_only=True):
    """What a plan says of work or of sport with a length of time: it is possible ``from`` so many
    days on, or ``limited`` for so many, the shortest first (0 days: nothing is waited for).

    ``runs_from`` is the day that they are counted from: the first of the plan, the day the pain
    began, or the last flare. ``only_if`` is what must hold on that day besides.
    """

    id: str
    back_to: Literal["work", "sport"]
    what: Text
    kind: Literal["from", "limited"]
    days: tuple[int, int]
    runs_from: Literal["plan", "onset", "flare"]
    only_if: Text | None = None


class RehabilitationPlan(Sourced, frozen=True, kw_only=True):
    """A plan for a condition. It is proposed, changed and signed by a person, then shown to the
    patient; it starts no earlier than what was done to them allows.

    ``doses`` is the mark of how much of each exercise: it is told where it is not read, for the
    mark of a plan is that of the kind of exercise and of its figures.
    """

    id: str
    doses: Known
    stages: tuple[Stage, ...]
    goes_on: Text
    first_line: Text
    work: Text
    sport: Text
    evidence: Text
    review: Text | None = None
    dated: tuple[Dated, ...] = ()


class AfterAct(Sourced, frozen=True, kw_only=True):
    """How long to wait after an act of a therapy, and, where ``when`` is said, of what was given in
    it: the one place of these numbers. What is not known of an act counts as the worse, unless a
    practitioner settled the block of sport that asks the same (``settled_by``).

    ``wait_hours``: before exercises begin. ``sport_hours``: before any stage of sport; the sheets
    that are handed over say the same (``diary.checking.waiting``).
    """

    therapy: str
    when: Condition | None = None
    settled_by: str | None = None
    wait_hours: int
    sport_hours: int
    text: Text


class Return(Entry, frozen=True, kw_only=True):
    """One stage of a return, and what it needs. ``after_days`` is how long the stage before is held
    without a flare, as ``needs`` says it."""

    id: str
    label: Text
    needs: Text | None = None
    after_days: int = 0


class ReturnPath(Sourced, frozen=True, kw_only=True):
    """The stages back to work, or to sport, and what is said of them. After a flare one goes back
    a stage for ``step_back_days``."""

    id: str
    stages: tuple[Return, ...]
    says: tuple[Text, ...]
    step_back_days: int = 0


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
    doses: Said
    counted: Said
    after_act: tuple[AfterAct, ...]

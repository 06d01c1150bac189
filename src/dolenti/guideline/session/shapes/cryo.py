"""Cryoneurolysis of the knee: nerves, cold, skin, tests before and after, when again."""

from __future__ import annotations

from datetime import date
from typing import Literal

from dolenti.guideline.dates import Duration
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Said, Sourced
from dolenti.guideline.session.shapes.infiltration import Check

Guide = Literal["ultrasound", "nerve-stimulator", "treatment-line", "fluoroscopy"]


class Nerve(Sourced, frozen=True, kw_only=True):
    """A purely sensory nerve. ``motor_test``: it is a branch of a mixed nerve, so that a motor
    stimulation without any twitch is needed each time. ``usual_depth_mm`` is a judgement.
    ``poorly_known``: nobody read where it lies, so that freezing it is decided with a reason."""

    id: str
    region: str
    label: Text
    covers: Text
    where: Text
    guidance: tuple[Guide, ...]
    motor_test: bool = False
    poorly_known: bool = False
    usual_depth_mm: tuple[float, float] | None = None
    danger: Text
    not_this: Text | None = None
    evidence: Said | None = None


class NeverFrozen(Said, frozen=True, kw_only=True):
    """A nerve that is not frozen: ``block``, or only by a written protocol."""

    id: str
    label: Text
    severity: Literal["block", "override"]


class CycleProtocol(Said, frozen=True, kw_only=True):
    """A published way of freezing; what of it nobody read is ``unknown``."""

    id: str
    cycles: tuple[int, int] | None = None
    seconds: tuple[float, float] | None = None
    unknown: Text | None = None


class ColdBound(Said, frozen=True, kw_only=True):
    """The range of one measured value. ``low_excluded``: the low end is outside.

    Outside: ``severity``; beyond ``refused_above``: refused.
    """

    id: str
    unit: str
    low: float | None = None
    high: float | None = None
    low_excluded: bool = False
    severity: Literal["block", "override", "warn"]
    refused_above: float | None = None


class Probe(Entry, frozen=True, kw_only=True):
    """A probe and the diameter of its ball of ice, in mm."""

    id: str
    label: Text
    ice_ball_mm: float


class MarginExample(Entry, frozen=True, kw_only=True):
    """Of this distance and this probe, this margin, and whether it may go on."""

    probe_mm: float
    probe: str
    margin_mm: float
    outcome: Literal["fine", "lift-the-skin", "refused"]


class Skin(Sourced, frozen=True, kw_only=True):
    """The margin between the ball of ice and the skin. The device's own instructions prevail."""

    says: Text
    probes: tuple[Probe, ...]
    margin_mm: float
    examples: tuple[MarginExample, ...]
    unknown: Text


class SensoryTest(Sourced, frozen=True, kw_only=True):
    """When and where feeling is tested, how, and what strength is checked. ``alarm`` is what is
    done where an area that must not be numb is, or strength is lost: which is said beside it."""

    when: tuple[TestPoint, ...]
    areas: tuple[TestPoint, ...]
    modalities: tuple[TestPoint, ...]
    motor_check: Text
    expected: Text
    alarm: Text


class TestPoint(Entry, frozen=True, kw_only=True):
    """A moment, a place, a way of testing. ``alarm``: where it is numb afterwards, nothing more is
    frozen. ``days``: so many after the act."""

    id: str
    label: Text
    alarm: bool = False
    days: int | None = None


class Repeat(Said, frozen=True, kw_only=True):
    """When it may be done again. ``pain_back_percent``: of the pain at the start."""

    id: str
    months: int
    most_in_12_months: int
    pain_back_percent: float
    event_grade: int
    unknown: Text

    def again_from(self, day: date) -> date:
        """The first day on which what was frozen on a day may be frozen again."""
        return Duration(months=self.months).after(day)


class TestBlock(Said, frozen=True, kw_only=True):
    """The block before: at most so much a nerve, so long before, positive from so great a fall."""

    id: str
    hours_before: int
    volume_per_nerve_ml: float
    positive_percent: float


class Complication(Said, frozen=True, kw_only=True):
    """What may come, how bad, and when."""

    id: str
    grades: tuple[int, int]
    when: Text


class Cryoneurolysis(Entry, frozen=True, kw_only=True):
    """The rules of the act."""

    gate: Said
    sensory_doubt: Said
    checks: tuple[Check, ...]
    cycles: tuple[CycleProtocol, ...]
    bounds: tuple[ColdBound, ...]
    skin: Skin
    protection: Said
    cold_death: Said
    anaesthesia: Said
    test_block: TestBlock
    sensory_test: SensoryTest
    reversible: Said
    repeat: Repeat
    record: tuple[str, ...]

"""How a therapy is spread over time, and the scores by which its effect is followed."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge.entries import Basis, Cited, Code, Entry, Text


class Phase(Cited, frozen=True, kw_only=True):
    """A run of sessions at one spacing. ``spacing`` is a duration, or a shortest and a longest."""

    id: str
    label: Text
    sessions: tuple[int, int]
    usual: int
    spacing: tuple[str, str]
    optional: bool = False
    minutes: tuple[int, int] | None = None


class Limit(Cited, frozen=True, kw_only=True):
    """What a course must not exceed.

    ``value`` is a count (``sessions``, ``sessions-per-year``) or a duration. ``counts_from`` are
    the date facts of an earlier act that counts as a session: the latest of them is meant, for one
    act may be known from two sides. ``reached_when`` the patient's facts say that acts here and
    elsewhere have reached it. A limit ``of`` a class holds no course with products of other classes
    only.
    """

    id: str
    kind: Literal["sessions", "duration", "interval-same-site", "sessions-per-year"]
    value: str
    counts_from: tuple[str, ...] = ()
    of: str | None = None
    reached_when: Condition | None = None
    because: Text
    basis: Basis


class StepExample(Entry, frozen=True, kw_only=True):
    """What is known of a course, by the names of ``step_rules``, and what the rule makes of it."""

    says: Text
    facts: dict[str, bool | float]
    holds: bool | None


class NextStepRule(Cited, frozen=True, kw_only=True):
    """What the responses so far call for. The first rule that applies is followed.

    ``after_sessions`` and ``sessions_at_most`` count delivered sessions. ``relief_at_least`` /
    ``relief_under`` bound the fall of the NRS from baseline in percent;
    ``points_above_baseline_at_least`` its rise in points, ``points_fallen_at_least`` its fall: a
    rule that reads ``nrs_at_most`` as an effect bounds it; ``impression_at_most`` bounds the last
    PGIC (1 very much improved ... 7 very much worse), ``nrs_at_most`` the last NRS itself.

    ``best_relief_at_least`` is about the best answer so far, ``weeks_since_session_…`` about the
    time from the last session to the last answer: over some weeks, together with ``relief_under``,
    they are a relapse. ``past_last_day``: the time that the course may last is over. A rule ``of``
    a class of products is read only where the course is known to have one of them.
    """

    id: str
    step: Literal[
        "continue", "lengthen-interval", "maintain", "change", "stop-and-reassess", "complete",
        "collect-response", "new-course", "discuss",
    ]  # fmt: skip
    because: Text
    basis: Basis
    of: str | None = None
    after_sessions: int = 0
    sessions_at_most: int | None = None
    relief_at_least: float | None = None
    relief_under: float | None = None
    impression_at_most: int | None = None
    impression_at_least: int | None = None
    nrs_at_most: float | None = None
    points_above_baseline_at_least: float | None = None
    points_fallen_at_least: float | None = None
    best_relief_at_least: float | None = None
    weeks_since_session_over: float | None = None
    weeks_since_session_at_least: float | None = None
    weeks_since_session_at_most: float | None = None
    weeks_since_session_under: float | None = None
    past_last_day: bool = False
    examples: tuple[StepExample, ...] = ()


class Protocol(Cited, frozen=True, kw_only=True):
    """How a therapy is spread over time."""

    phases: tuple[Phase, ...]
    limits: tuple[Limit, ...]
    next_steps: tuple[NextStepRule, ...]


class Measure(Cited, frozen=True, kw_only=True):
    """A score answered by a patient: its items' count, its range and how it is read."""

    id: str
    label: Text
    abbreviation: str
    licence: Text
    free: bool
    range: tuple[float, float]
    higher_is: Literal["better", "worse"]
    items: int
    change_that_matters: Text
    codes: tuple[Code, ...] = ()
    scored_here: bool

"""The next step of a course: the first rule of its protocol that the numbers so far make apply.

A bound on a number that is not known does not apply; ``collect-response`` applies only while
neither relief nor impression can be judged, and ``continue`` while a session is left. Nothing
here knows a patient or a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from dolenti.guideline.dates import read_duration
from dolenti.guideline.knowledge import Basis, Citation, NextStepRule, Phase, Protocol, Text
from dolenti.guideline.schedule import Schedule, Session
from dolenti.guideline.scoring.exact import as_written

Step: TypeAlias = Literal[
    "continue", "lengthen-interval", "stop-and-reassess", "complete", "collect-response"
]
Verified: TypeAlias = Callable[[tuple[Citation, ...]], bool]


NOT_STARTED = Text(
    fr="Aucune séance n’a encore eu lieu\u00a0: la prochaine étape est la première séance.",
    en="No session has taken place yet: the next step is the first one.",
)
NO_RESPONSE = Text(
    fr="Aucune réponse ne permet encore de juger l’effet\u00a0: notez la douleur (0 à 10) et "
    "l’impression de changement du patient.",
    en="No response allows the effect to be judged yet: record the pain (0 to 10) and the "
    "patient’s impression of change.",
)


NO_ANSWER_SINCE = Text(
    fr="La dernière séance prévue est faite et le patient n’a pas répondu depuis\u00a0: sa réponse "
    "décide de la suite.",
    en="The last session due has been given and the patient has not answered since: the answer "
    "decides what follows.",
)


@dataclass(frozen=True)
class Numbers:
    """What a next step was decided on. NRS 0-10; relief in % of the baseline; PGIC 1-7.

    ``sessions`` are the delivered sessions that the last answer can speak for: those of the days
    before it (all of them where there is no answer).
    """

    sessions: int
    baseline_nrs: Fraction | None = None
    last_nrs: Fraction | None = None
    relief_percent: Fraction | None = None
    pgic: int | None = None


@dataclass(frozen=True)
class NextStep:
    """What to do next, why, on which numbers, and when.

    ``rule`` is ``None`` for the two steps that need no clinical rule: a first session not yet
    given, a response not yet collected. ``date`` is ``None`` where no session is proposed.
    """

    rule: str | None
    step: Step
    because: Text
    numbers: Numbers
    date: date | None
    sources: tuple[Citation, ...] = ()
    basis: Basis | None = None
    verified: bool | None = None


def next_step(
    protocol: Protocol,
    schedule: Schedule,
    numbers: Numbers,
    start: date,
    as_of: date,
    verified: Verified,
) -> NextStep | None:
    """The step that ``protocol`` calls for, or ``None`` where none of its rules applies.

    ``verified`` says whether one of the rule's citations was really read.
    """
    delivered = schedule.delivered()
    silent = numbers.relief_percent is None and numbers.pgic is None
    if not delivered and silent and as_of <= start:
        day = schedule.pending()[0].usual if schedule.pending() else None
        return NextStep(None, "continue", NOT_STARTED, numbers, day)
    rule = next(
        (
            rule
            for rule in protocol.next_steps
            if _applies(rule, numbers) and (rule.step != "continue" or schedule.pending())
        ),
        None,
    )
    unjudged = len(delivered) > numbers.sessions  # nobody answered since the last session
    if rule and rule.step == "continue" and unjudged and _only_optional(schedule):
        return NextStep(None, "collect-response", NO_ANSWER_SINCE, numbers, as_of)
    if rule is None:
        return NextStep(None, "collect-response", NO_RESPONSE, numbers, as_of) if silent else None
    return NextStep(
        rule.id, rule.step, rule.because, numbers,
        _next_date(rule.step, protocol.phases, schedule, as_of),
        rule.sources, rule.basis, verified(rule.sources),
    )  # fmt: skip


def _only_optional(schedule: Schedule) -> bool:
    return all(session.optional for session in schedule.pending())


def _applies(rule: NextStepRule, numbers: Numbers) -> bool:
    if numbers.sessions < rule.after_sessions:
        return False
    relief, pgic = numbers.relief_percent, numbers.pgic
    if rule.step == "collect-response":
        return relief is None and pgic is None
    bounds = (
        rule.relief_at_least is None
        or (relief is not None and relief >= as_written(rule.relief_at_least)),
        rule.relief_under is None
        or (relief is not None and relief < as_written(rule.relief_under)),
        rule.impression_at_most is None or (pgic is not None and pgic <= rule.impression_at_most),
        rule.impression_at_least is None or (pgic is not None and pgic >= rule.impression_at_least),
    )
    return all(bounds)


def _next_date(step: Step, phases: Sequence[Phase], schedule: Schedule, as_of: date) -> date | None:
    """The day proposed, never before ``as_of`` and never against a limit.

    ``continue`` takes the next session's usual day; ``lengthen-interval`` the longest spacing, of
    the next phase once the current one had its fewest sessions; a response is collected at once.
    """
    if step == "collect-response":
        return as_of
    pending, delivered = schedule.pending(), schedule.delivered()
    if step in ("stop-and-reassess", "complete") or not pending:
        return None
    day = pending[0].usual
    if step == "lengthen-interval" and delivered:
        phase = _wider_phase(phases, pending, delivered)
        day = read_duration(phase.spacing[1]).after(delivered[-1].day)
    return schedule.allowed(max(day, as_of))


def _wider_phase(
    phases: Sequence[Phase], pending: Sequence[Session], delivered: Sequence[Session]
) -> Phase:
    by_id = {phase.id: phase for phase in phases}
    current = delivered[-1].phase
    if current is not None:
        had = sum(session.phase == current for session in delivered)
        later = next((s.phase for s in pending if s.phase != current), None)
        if later is not None and had >= by_id[current].sessions[0]:
            return by_id[later]
    return by_id[pending[0].phase or ""]

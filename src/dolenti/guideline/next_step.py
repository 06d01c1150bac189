"""The next step of a course: the first rule of its protocol that the numbers so far make apply.

A rule that bounds a number that is not known is unknown (``step_rules``) and is not followed;
``continue`` applies while a session is left, ``collect-response`` while neither relief nor
impression can be judged, or while the answer is too young for what was given. What only came within
``EARLY`` days of a session is no answer yet: it is waited for. Nothing here knows a patient or a
clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Literal, TypeAlias

from dolenti.guideline import comparable
from dolenti.guideline.comparable import Why
from dolenti.guideline.dates import read_duration
from dolenti.guideline.knowledge import Basis, Citation, NextStepRule, Phase, Protocol, Text
from dolenti.guideline.schedule import Schedule, Session
from dolenti.guideline.scoring.exact import as_written
from dolenti.guideline.step_rules import holds, waits_for_time

Step: TypeAlias = Literal[
    "continue", "lengthen-interval", "maintain", "change", "stop-and-reassess", "complete",
    "collect-response", "new-course", "discuss", "answer-questions",
]  # fmt: skip
Verified: TypeAlias = Callable[[tuple[Citation, ...]], bool]

EARLY = 3
"""Days. Until 72 hours after a session a pain that rises is expected, and one that falls may be
the anaesthetic: an answer of these days judges nothing."""
COMES_TO_A_SESSION = ("continue", "lengthen-interval", "maintain")


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
NOT_COMPARABLE = Text(
    fr="Les réponses au dossier ne permettent pas de juger le soulagement\u00a0: demandez la "
    "douleur du jour et l’impression de changement du patient.",
    en="The answers on file do not allow relief to be judged: ask for today’s pain and the "
    "patient’s impression of change.",
)
NO_ANSWER_SINCE = Text(
    fr="La dernière séance prévue est faite et le patient n’a pas répondu depuis\u00a0: sa réponse "
    "décide de la suite.",
    en="The last session due has been given and the patient has not answered since: the answer "
    "decides what follows.",
)
TOO_EARLY = Text(
    fr="La seule réponse date des 72\u00a0heures qui suivent une séance, où la douleur peut "
    "augmenter "
    "sans rien annoncer\u00a0: redemandez-la au patient ensuite.",
    en="The only answer is from the 72 hours after a session, when pain may rise and mean nothing: "
    "ask the patient again afterwards.",
)


@dataclass(frozen=True)
class Numbers:
    """What a next step was decided on. NRS 0-10; relief in % of the baseline; PGIC 1-7.

    ``sessions`` are the delivered sessions that the last answer can speak for: those of the days
    before it (all of them where there is no answer). ``best_relief_percent`` is that of the best
    answer, ``relieved_weeks`` the whole weeks, at least and under, that a relief which some rule
    of the protocol calls a success lasted before it was lost. ``last_session`` is the last one
    before the last answer, given on ``answered``. ``early``: there are answers too close to a
    session.
    ``not_judged``: what may not be compared, and was left out (``comparable``).
    """

    sessions: int
    baseline_nrs: Fraction | None = None
    last_nrs: Fraction | None = None
    relief_percent: Fraction | None = None
    pgic: int | None = None
    best_relief_percent: Fraction | None = None
    relieved_weeks: tuple[int, int] | None = None
    last_session: date | None = None
    answered: date | None = None
    early: bool = False
    not_judged: tuple[Why, ...] = ()


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
    classes: Collection[str] = (),
) -> NextStep | None:
    """The step that ``protocol`` calls for, or ``None`` where none of its rules applies.

    ``verified`` says whether one of the rule's citations was really read; ``classes`` are those of
    the products that the course is known to have.
    """
    delivered = schedule.delivered()
    silent = numbers.relief_percent is None and numbers.pgic is None
    reached = schedule.reached()
    last_day = schedule.last_day()
    ended = last_day is not None and as_of > last_day
    if not delivered and silent and as_of <= start and not reached:
        day = schedule.pending()[0].usual if schedule.pending() else None
        return NextStep(None, "continue", NOT_STARTED, numbers, day)
    facts = known_facts(numbers, ended=ended, left=bool(schedule.pending()))
    rule = next(
        (rule for rule in rules_of(protocol, classes) if holds(rule, facts)),
        None,
    )
    if reached and (rule is None or rule.step in COMES_TO_A_SESSION):
        limit = reached.limit
        return NextStep(
            None, "stop-and-reassess", limit.because, numbers, None,
            limit.sources, limit.basis, verified(limit.sources),
        )  # fmt: skip
    if numbers.early and (rule is None or rule.step == "collect-response"):
        judged_from = delivered[-1].day + timedelta(days=EARLY + 1) if delivered else as_of
        return NextStep(None, "collect-response", TOO_EARLY, numbers, max(judged_from, as_of))
    unjudged = len(delivered) > numbers.sessions  # nobody answered since the last session
    if rule and rule.step == "continue" and unjudged and _only_optional(schedule):
        return NextStep(None, "collect-response", NO_ANSWER_SINCE, numbers, as_of)
    if silent and numbers.last_nrs is not None and (rule is None or _says_no_answer(rule)):
        return NextStep(None, "collect-response", NOT_COMPARABLE, numbers, as_of)
    if rule is None:
        return NextStep(None, "collect-response", NO_RESPONSE, numbers, as_of) if silent else None
    because = rule.because
    if rule.step == "new-course" and numbers.relieved_weeks is not None:
        because = _relieved_for(numbers.relieved_weeks, because)
    return NextStep(
        rule.id, rule.step, because, numbers,
        _next_date(rule, protocol.phases, schedule, numbers, as_of),
        rule.sources, rule.basis, verified(rule.sources),
    )  # fmt: skip


def rules_of(protocol: Protocol, classes: Collection[str]) -> tuple[NextStepRule, ...]:
    """The rules that concern a course with products of these classes, in their order."""
    return tuple(rule for rule in protocol.next_steps if rule.of is None or rule.of in classes)


def known_facts(numbers: Numbers, *, ended: bool, left: bool) -> dict[str, Fraction | float | bool]:
    """What the rules of a protocol may bound, without what is not known. ``ended``: the time that
    the course may last is over; ``left``: a session of it is still to come."""
    above = since = fallen = None
    if numbers.last_nrs is not None and numbers.baseline_nrs is not None:
        above = numbers.last_nrs - numbers.baseline_nrs
        fallen = None if numbers.relief_percent is None else -above
    if numbers.last_session is not None and numbers.answered is not None:
        since = Fraction((numbers.answered - numbers.last_session).days, 7)
    found: dict[str, Fraction | float | bool | None] = {
        "sessions": numbers.sessions,
        "relief-percent": numbers.relief_percent,
        "best-relief-percent": numbers.best_relief_percent,
        "last-nrs": numbers.last_nrs,
        "pain-above-baseline": above,
        "points-fallen": fallen,
        "change": numbers.pgic,
        "weeks-since-session": since,
        "past-last-day": ended,
        "session-left": left,
    }
    return {name: value for name, value in found.items() if value is not None}


def _says_no_answer(rule: NextStepRule) -> bool:
    return rule.step == "collect-response" and not waits_for_time(rule)


def _only_optional(schedule: Schedule) -> bool:
    return all(session.optional for session in schedule.pending())


def _relieved_for(weeks: tuple[int, int], because: Text) -> Text:
    """How long the relief was seen to last, before what the rule says of it."""
    least, under = weeks
    if least:
        fr, en = f"entre {least} et {under} semaines", f"between {least} and {under} weeks"
    else:
        fr = "moins d’une semaine" if under == 1 else f"moins de {under} semaines"
        en = "less than one week" if under == 1 else f"less than {under} weeks"
    return Text(
        fr=f"Soulagé {fr}, au vu des réponses, le patient a de nouveau mal. {because.fr}",
        en=f"Relieved for {en}, by the answers on file, the pain is back. {because.en}",
    )


def relieved_weeks(
    protocol: Protocol, reliefs: Mapping[date, Fraction | None], start: date
) -> tuple[int, int] | None:
    """How long a relief that a relapse is measured by lasted (``comparable.relieved_weeks``)."""
    least = [
        rule.best_relief_at_least
        for rule in protocol.next_steps
        if rule.best_relief_at_least is not None
    ]
    if not least:
        return None
    return comparable.relieved_weeks(as_written(min(least)), reliefs, start)


def with_reliefs(
    protocol: Protocol,
    numbers: Numbers,
    scores: Mapping[date, Fraction],
    start: date,
    not_judged: tuple[Why, ...],
) -> Numbers:
    """The ``numbers`` with what the ``scores`` after the first session, by day, say of the relief
    from their baseline; ``not_judged`` is what was left out so far."""
    if numbers.baseline_nrs is None or not scores:
        return replace(numbers, not_judged=not_judged)
    found = {day: comparable.relief(numbers.baseline_nrs, score) for day, score in scores.items()}
    percents = {day: one.percent for day, one in found.items()}
    last = found[max(found)] if numbers.last_nrs is not None else comparable.Relief(None)
    return replace(
        numbers,
        relief_percent=last.percent,
        best_relief_percent=max(
            (one for one in percents.values() if one is not None), default=None
        ),
        relieved_weeks=relieved_weeks(protocol, percents, start),
        not_judged=(*not_judged, last.why) if last.why else not_judged,
    )


def _next_date(
    rule: NextStepRule,
    phases: Sequence[Phase],
    schedule: Schedule,
    numbers: Numbers,
    as_of: date,
) -> date | None:
    """The day proposed, never before ``as_of`` and never against a limit.

    ``continue`` takes the next session's usual day; ``lengthen-interval`` and ``maintain`` the
    longest spacing, of the next phase once the current one had its fewest sessions, or knows but
    one spacing; a response is collected at once, or once it can be judged.
    """
    step = rule.step
    if step == "collect-response":
        weeks = rule.weeks_since_session_under
        if weeks is None or numbers.last_session is None:
            return as_of
        return max(as_of, numbers.last_session + timedelta(days=ceil(weeks * 7)))
    pending, delivered = schedule.pending(), schedule.delivered()
    if step not in COMES_TO_A_SESSION or not pending:
        return None
    day = pending[0].usual
    if step in ("lengthen-interval", "maintain") and delivered:
        phase = _wider_phase(phases, pending, delivered)
        day = read_duration(phase.spacing[1]).after(delivered[-1].day)
    return schedule.allowed(max(day, as_of))


def _wider_phase(
    phases: Sequence[Phase], pending: Sequence[Session], delivered: Sequence[Session]
) -> Phase:
    by_id = {phase.id: phase for phase in phases}
    following = by_id[pending[0].phase or ""]
    current = delivered[-1].phase
    if current is None:
        return following
    had = sum(session.phase == current for session in delivered)
    later = next((by_id[s.phase] for s in pending if s.phase and s.phase != current), None)
    if later is None:
        return following
    fixed = following.spacing[0] == following.spacing[1]  # nothing in it can be lengthened
    return later if fixed or had >= by_id[current].sessions[0] else following

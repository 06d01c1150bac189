"""What the answers of a course say of its effect, and the one step that they call for.

::

    found = diary.response(content, course, readings, now)
    found.baseline, found.changes, found.held, found.suggestion

The steps are the rules of the therapy's protocol (``guideline.next_step``): there is one judge.
Here the answers are read by the hour, so that one of the 72 hours after a session judges nothing,
and what forbids judging is told. Nothing is decided: a suggestion is accepted or refused by a
person. What is not known is listed as such; it is never an effect, and never the want of one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from dolenti.guideline import comparable
from dolenti.guideline.comparable import Why
from dolenti.guideline.conditions import Truth
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.facts import Facts, Value, truth
from dolenti.guideline.diary.readings import Reading, is_early, value_of
from dolenti.guideline.diary.rising import Moves, Rise, moves
from dolenti.guideline.diary.shapes.response import NotJudged, Threshold
from dolenti.guideline.diary.windows import Given
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import NextStepRule, Protocol
from dolenti.guideline.next_step import (
    NextStep,
    Numbers,
    Verified,
    known_facts,
    next_step,
    rules_of,
    with_reliefs,
)
from dolenti.guideline.schedule import Closed, lay
from dolenti.guideline.scoring.exact import as_written
from dolenti.guideline.scoring.pain import is_noise
from dolenti.guideline.step_rules import holds, lacks

Known: TypeAlias = Mapping[str, Fraction | float | bool]

PAINS: Final = ("pain-24h", "pain-nrs")
"""The pains that may judge a course, the better first: what the diary asks, what the record holds.
They are two questions; a course is judged by one of them, never by both."""
CHANGE: Final = "change"
DISCUSS: Final = "discuss"
NRS: Final = "nrs"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a response is judged by beside its answers.

    ``sessions`` were given. ``classes`` are those of the products that the course is known to have.
    ``previous`` and ``reached`` are as a plan takes them. ``facts`` is whatever else is known, by
    the names of the rules between the visits: ``alarm-open``, ``other-care``, ``medicine-today``;
    what is not in it is not known.
    """

    therapy: str
    protocol: Protocol
    zone: ZoneInfo
    sessions: tuple[Given, ...] = ()
    classes: frozenset[str] = frozenset()
    previous: Mapping[str, date] = field(default_factory=dict)
    reached: Collection[str] = ()
    closed: Closed | None = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A score before and after, or before alone. ``points`` is after minus before; ``percent`` the
    gain in % of the baseline, ``None`` where it has no meaning; ``better`` where the score moved to
    the good side.
    ``reached``: whether the smallest change that matters is reached, ``None`` where the sources
    disagree or none is known. For the patient's own impression there is no before.
    Where there is no ``after``, ``others`` are the answers to another question of the same pain,
    and ``early`` those of the 72 hours after a session: they are there, and compare with nothing.
    """

    scale: str
    measure: str
    before: Reading | None
    after: Reading | None
    points: Fraction | None
    percent: Fraction | None
    better: Truth
    threshold: Threshold | None
    reached: Truth
    others: int = 0
    early: int = 0


@dataclass(frozen=True, slots=True)
class Response:
    """The whole answer.

    ``held`` keeps the response from being judged, and then there is no suggestion but, where that
    is enough, to ask again; ``beside`` is said with it; ``unknown`` is what nobody said.
    ``undecided`` are rules that come before the suggested one and might apply, were something known
    that is not: ``lacking`` names it.
    ``since_session`` is the time from the last session to the last answer.
    ``other_baseline`` is a pain before the first session told to another question, where the one
    that judges has none: it is shown and compared with nothing. ``rise`` is how far the last answer
    of a pain stands above its best one after the first session. ``instead`` is what keeps a step
    that says “enough” from being suggested: the suggestion is then its own.
    """

    scale: str
    baseline: Reading | None
    last: Reading | None
    best: Reading | None
    changes: tuple[Change, ...]
    numbers: Numbers
    held: tuple[NotJudged, ...]
    beside: tuple[NotJudged, ...]
    unknown: tuple[NotJudged, ...]
    undecided: tuple[NextStepRule, ...]
    suggestion: NextStep | None
    since_session: timedelta | None
    other_baseline: Reading | None = None
    rise: Rise | None = None
    instead: NotJudged | None = None
    lacking: tuple[str, ...] = ()


def response(
    content: Content,
    course: Judged,
    readings: Sequence[Reading],
    now: datetime,
    *,
    verified: Verified = lambda citations: False,
) -> Response:
    """What ``readings`` up to ``now`` say, in whatever order; an unknown one says nothing.

    Raises ``InputError`` for a moment without a zone.
    """
    if now.tzinfo is None:
        raise InputError(
            "the moment has no zone", "now", fr="cet instant n’a pas de fuseau horaire"
        )
    ends = sorted(end for one in course.sessions if (end := ended(one, course.zone)) <= now)
    told = sorted((one for one in readings if one.value is not None and one.at <= now), key=_order)
    pain = judging_scale(told, ends)
    numbers, baseline, last, best = _numbers(course, told, ends, pain)
    today = now.astimezone(course.zone).date()
    days = sorted({_day(end, course.zone) for end in ends})
    start = days[0] if days else today
    schedule = lay(
        course.protocol, start, days, today, course.previous,
        closed=course.closed, reached=course.reached,
    )  # fmt: skip
    step = next_step(course.protocol, schedule, numbers, start, today, verified, course.classes)
    last_day = schedule.last_day()
    over = last_day is not None and today > last_day
    known = known_facts(numbers, ended=over, left=bool(schedule.pending()))
    since = _since_session(told, ends, pain)
    other = _other_baseline(told, ends, pain) if baseline is None else None
    moved = moves(told, ends, PAINS)
    facts = {
        **_facts(course, numbers, since),
        **_moved(content, numbers, moved, pain),
        "other-baseline": other is not None,
    }
    found = [(one, truth(one.when, facts)) for one in content.not_judged]
    held = tuple(one for one, is_so in found if is_so and one.holds_back) if ends else ()
    instead = _instead(content, found, step) if ends else None
    suggestion = None if _holds_back(held, step) else step
    if instead is not None and suggestion is not None:
        suggestion = NextStep(
            None, DISCUSS, instead.clinician, numbers, None,
            instead.sources, instead.basis, verified(instead.sources),
        )  # fmt: skip
    undecided = _undecided(rules_of(course.protocol, course.classes), step, known)
    return Response(
        scale=pain,
        baseline=baseline,
        last=last,
        best=best,
        changes=tuple(_changes(content, told, ends)),
        numbers=numbers,
        held=held,
        beside=tuple(one for one, is_so in found if is_so and not one.holds_back) if ends else (),
        unknown=tuple(one for one, is_so in found if is_so is None and one.unknown) if ends else (),
        undecided=tuple(undecided),
        suggestion=suggestion,
        since_session=since,
        other_baseline=other,
        rise=moved.rise,
        instead=instead,
        lacking=tuple(dict.fromkeys(name for rule in undecided for name in lacks(rule, known))),
    )


def ended(session: Given, zone: ZoneInfo) -> datetime:
    """When a session was over. Of one whose hour nobody knows, the end of its day: no answer of its
    72 hours is taken for one after them."""
    if session.ended is not None:
        return session.ended
    return datetime.combine(session.day, time.max, zone)


def judging_scale(told: Sequence[Reading], ends: Sequence[datetime]) -> str:
    """The pain that judges: the better one that has an answer before and one after, else a pain
    that has any; what the diary asks where there is none."""

    def answered(scale: str, *, before: bool) -> bool:
        return any(
            one.scale == scale
            and (not ends or one.at <= ends[0]) == before
            and (not before or not ends or ends[0] - one.at <= comparable.RECENT)
            for one in told
        )

    both = (s for s in PAINS if answered(s, before=True) and answered(s, before=False))
    some = (s for s in PAINS if answered(s, before=True) or answered(s, before=False))
    return next(both, None) or next(some, PAINS[0])


def _other_baseline(told: Sequence[Reading], ends: Sequence[datetime], pain: str) -> Reading | None:
    """The last pain before the first session that another question asked."""
    others = [one for one in told if one.scale in PAINS and one.scale != pain]
    return _last([one for one in others if not ends or one.at <= ends[0]])


def _order(one: Reading) -> tuple[datetime, str, Fraction, str, bool, str]:
    # Two answers of one moment: the worse pain counts, whichever was written first.
    value = Fraction(0) if one.value is None else as_written(one.value)
    return (one.at, one.scale, value, one.by, one.late, one.window)


def _numbers(
    course: Judged, told: Sequence[Reading], ends: Sequence[datetime], pain: str
) -> tuple[Numbers, Reading | None, Reading | None, Reading | None]:
    before = [one for one in told if one.scale == pain and (not ends or one.at <= ends[0])]
    after = [one for one in told if ends and one.at > ends[0] and one.scale in (pain, CHANGE)]
    judged = [one for one in after if not is_early(one, ends)]
    pains = [one for one in judged if one.scale == pain]
    impressions = [one for one in judged if one.scale == CHANGE]
    baseline, last = _last(before), _last(pains)
    best = min(pains, key=value_of, default=None)
    outdated = comparable.outdated(_at(last), _at(_last(impressions)), ends)
    spoken_for = [end for end in ends if not judged or end < judged[-1].at]
    begun = _day(ends[0], course.zone) if ends else None
    is_old = _is_old(baseline, begun, course.zone)
    numbers = Numbers(
        sessions=len(spoken_for),
        baseline_nrs=None if baseline is None or is_old else value_of(baseline),
        last_nrs=None if last is None or last.at == outdated else value_of(last),
        pgic=int(value_of(impressions[-1]))
        if impressions and impressions[-1].at != outdated
        else None,
        last_session=_day(spoken_for[-1], course.zone) if spoken_for else None,
        answered=_day(judged[-1].at, course.zone) if judged else None,
        early=len(judged) < len(after),
    )
    if begun is not None:
        scores = {_day(one.at, course.zone): value_of(one) for one in pains}
        why: tuple[Why, ...] = ("old-baseline",) if is_old else ()
        why = why if outdated is None else (*why, "answers-apart")
        numbers = with_reliefs(course.protocol, numbers, scores, begun, why)
    return numbers, baseline, last, best


def _is_old(baseline: Reading | None, begun: date | None, zone: ZoneInfo) -> bool:
    if baseline is None or begun is None:
        return False
    return not comparable.is_recent(_day(baseline.at, zone), begun)


def _at(one: Reading | None) -> datetime | None:
    return None if one is None else one.at


def _since_session(
    told: Sequence[Reading], ends: Sequence[datetime], pain: str
) -> timedelta | None:
    """From the last session to the last answer after it; ``None`` where there is none."""
    answered = [one.at for one in told if one.scale in (pain, CHANGE)]
    if not ends or not answered or answered[-1] <= ends[-1]:
        return None
    return answered[-1] - ends[-1]


def _facts(course: Judged, numbers: Numbers, since: timedelta | None) -> Facts:
    worked_out: dict[str, Value | None] = {
        "therapy": course.therapy,
        "baseline-known": numbers.baseline_nrs is not None or "old-baseline" in numbers.not_judged,
        **{why: why in numbers.not_judged for why in comparable.OF_A_COURSE},
        "baseline-nrs": _float(numbers.baseline_nrs),
        "relief-percent": _float(numbers.relief_percent),
        "change": _float(numbers.pgic),
        "hours-since-session": None if since is None else since / timedelta(hours=1),
    }
    return {
        **course.facts,
        **{name: value for name, value in worked_out.items() if value is not None},
    }


def _moved(content: Content, numbers: Numbers, moved: Moves, pain: str) -> Facts:
    """How the answers after the first session moved among themselves. A relief is established where
    it is known and matters, and no other question says that the pain rises: what cannot be compared
    is no relief."""
    found: dict[str, Value] = {}
    points, percent = _matters(content)
    if moved.rise is not None:
        found["points-above-best"] = float(moved.rise.points)
    if moved.fallen is not None:
        found["points-fallen-since-first"] = float(moved.fallen)
    relief = numbers.relief_percent
    against = any(one.last.scale != pain and one.points >= points for one in moved.rises)
    found["relief-established"] = relief is not None and relief >= percent and not against
    return found


def _matters(content: Content) -> tuple[Fraction, Fraction]:
    """The smallest change of a pain that matters: in points, and in % of the baseline."""
    threshold = next(one for one in content.thresholds if one.id == NRS)
    if threshold.points is None or threshold.percent is None:
        raise InputError(
            "the smallest change of a pain has no points or no percentage",
            NRS,
            fr="le plus petit changement d’une douleur n’a pas de points ou pas de pourcentage",
        )
    return as_written(threshold.points[0]), as_written(threshold.percent)


def _instead(
    content: Content, found: Sequence[tuple[NotJudged, Truth]], step: NextStep | None
) -> NotJudged | None:
    """What stands in the way of a step that says “enough”, the first that does."""
    enough = {one.id for one in content.steps if one.says_enough}
    if step is None or step.step not in enough:
        return None
    return next((one for one, is_so in found if is_so and one.to_discuss), None)


def _holds_back(held: Sequence[NotJudged], step: NextStep | None) -> bool:
    """Whether what holds a response back holds back this step too: to ask again later may be all
    that an answer of the first hours calls for."""
    asks = step is not None and step.step == "collect-response"
    return any(not (one.asks_again and asks) for one in held)


def _undecided(
    rules: Sequence[NextStepRule],
    step: NextStep | None,
    known: Mapping[str, Fraction | float | bool],
) -> list[NextStepRule]:
    """The rules before the one that was followed which something unknown leaves open. The rules of
    an effect are all open while nothing was answered: that is said once, by asking for it."""
    if step is None or step.rule is None or step.step == "collect-response":
        return []
    before = []
    for rule in rules:
        if rule.id == step.rule:
            break
        if holds(rule, known) is None and rule.step != step.step:
            before.append(rule)
    return before


def _changes(content: Content, told: Sequence[Reading], ends: Sequence[datetime]) -> list[Change]:
    found = []
    for scale in sorted({one.scale for one in told}):
        measure = measure_of(content, scale)
        if measure is None:
            continue
        of_it = [one for one in told if one.scale == scale]
        after = [one for one in of_it if ends and one.at > ends[0] and not is_early(one, ends)]
        before = [one for one in of_it if not ends or one.at <= ends[0]]
        if after and (before or scale == CHANGE):
            found.append(_change(content, measure, _last(before), after[-1], ends))
        elif before and ends:  # what is not answered yet is no reason to hide the beginning
            later = [one for one in told if one.at > ends[0] and one.scale in PAINS]
            others = sum(one.scale != scale for one in later) if scale in PAINS else 0
            early = sum(one.scale == scale and one.at > ends[0] for one in told)
            only = _only_before(content, measure, before[-1])
            found.append(replace(only, others=others, early=early))
    return found


def measure_of(content: Content, scale: str) -> str | None:
    """The measure that a scale is an answer to: its question's, or the measure of that name."""
    question = next((one for one in content.questions if one.answers == scale), None)
    if question is not None:
        return question.measure or (NRS if question.type == "nrs" else None)
    if scale in PAINS:
        return NRS
    return scale if any(one.measure == scale for one in content.thresholds) else None


def _only_before(content: Content, measure: str, before: Reading) -> Change:
    threshold = next((one for one in content.thresholds if one.id == measure), None)
    return Change(before.scale, measure, before, None, None, None, None, threshold, None)


def _change(
    content: Content,
    measure: str,
    before: Reading | None,
    after: Reading,
    ends: Sequence[datetime],
) -> Change:
    threshold = next((one for one in content.thresholds if one.id == measure), None)
    value = value_of(after)
    if threshold is not None and threshold.at_most is not None:
        is_so = value <= as_written(threshold.at_most)
        return Change(after.scale, measure, None, after, None, None, is_so, threshold, is_so)
    if before is None:
        return Change(after.scale, measure, None, after, None, None, None, threshold, None)
    first = value_of(before)
    points = value - first
    gain = points if threshold is not None and threshold.higher_is == "better" else -points
    percent = None if first == 0 else gain / first * 100
    is_pain = measure == NRS
    same = is_noise(points) if is_pain else not points
    judged = not _is_outlived(before, ends) and not (
        is_pain and gain > 0 and comparable.relief(first, value).why
    )
    return Change(
        after.scale, measure, before, after, points, percent,
        None if same else gain > 0, threshold,
        _reached(threshold, gain, percent, first) if judged else None,
    )  # fmt: skip


def _is_outlived(before: Reading, ends: Sequence[datetime]) -> bool:
    """Whether a baseline is too long before the first session to be one."""
    return bool(ends) and ends[0] - before.at > comparable.RECENT


def _reached(
    threshold: Threshold | None, gain: Fraction, percent: Fraction | None, first: Fraction
) -> Truth:
    if threshold is None or (threshold.points is None and threshold.percent is None):
        return None
    if threshold.sensitive is not None:
        low, high = (as_written(one) for one in threshold.sensitive)
        if not low <= first <= high:
            return None
    if (
        threshold.percent is not None
        and percent is not None
        and percent >= as_written(threshold.percent)
    ):
        return True
    if threshold.points is None:
        return None if percent is None else False
    low, high = (as_written(one) for one in threshold.points)
    return True if gain >= high else False if gain < low else None


def _last(readings: Sequence[Reading]) -> Reading | None:
    return readings[-1] if readings else None


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _float(number: Fraction | int | None) -> float | None:
    return None if number is None else float(number)

"""Whether every answer that can be given is heard: by a rule, for as long as it can be given.

A sign that a list offers after its rules have ended would be ticked in vain; a rule that needs what
the record may not say would be silent where nobody wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final
from zoneinfo import ZoneInfo

from dolenti.guideline.conditions import AllOf, AnyOf, Compare, Condition, facts_of, leaves
from dolenti.guideline.diary.alarms import URGENCIES, judge, raises
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.facts import BOOLEANS, NUMBERS, complete, truth
from dolenti.guideline.diary.shapes.questions import Question
from dolenti.guideline.diary.shapes.windows import Window
from dolenti.guideline.diary.windows import moment
from dolenti.guideline.parts_checking import Found

LATE: Final = "signs-late"
HOURS: Final = "hours-since-session"
DAYS: Final = "days-since-session"
ALWAYS_KNOWN: Final = frozenset({HOURS, DAYS, "therapy"})
"""Once something was given. Before, no rule on what follows an act can speak, and what is ticked is
read by somebody."""
OF_A_SESSION: Final = ("each-session", "last-session")
_SESSION: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
_HOUR: Final = timedelta(hours=1)


def problems(content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    yield from _in_windows(content)
    yield from _in_every_list(content)
    yield from _unknown(content)


def _in_windows(content: Content) -> Found:
    """What a window asks, some rule hears from its opening to its end."""
    sets = {one.id: one for one in content.sets}
    questions = {one.id: one for one in content.questions}
    named = _named(content)
    for window in content.windows:
        if window.anchor not in OF_A_SESSION:
            continue
        opens, expires = _hours(window)
        for therapy in window.therapies or _therapies(content):
            asked = (*sets[window.set].asks, *window.add.get(therapy, ()))
            for question in (questions[name] for name in asked):
                for answer in _answers(content, question, therapy, named):
                    deaf = [
                        at for at in _moments(content, opens, expires)
                        if not _hears(content, question.answers, answer, therapy, at)
                    ]  # fmt: skip
                    if deaf:
                        yield (
                            question.id,
                            f"“{answer}”, asked of {therapy} by {window.id}, is heard by no rule "
                            f"{deaf[0]:g} hours after the session",
                        )


def _in_every_list(content: Content) -> Found:
    """What the list of every sign offers, some rule hears for as long as a problem can be told, or
    as the sign says, once it hears it at all."""
    told = content.rules.problem_weeks * 7
    late = {one.id for one in content.sets if LATE in one.asks}
    ends = [_hours(one)[1] / 24 for one in content.windows
            if one.set in late and one.anchor in OF_A_SESSION]  # fmt: skip
    for sign in content.signs:
        if sign.expected:
            continue
        until = sign.watched_days or max([told, *ends])
        heard = [
            any(_hears(content, "signs", sign.id, name, at) for name in _therapies(content))
            for at in _moments(content, 0, until * 24)
        ]
        if True not in heard or False in heard[heard.index(True) :]:
            yield (
                sign.id,
                f"is offered for {until:g} days after a session, and no rule hears it so long; "
                "widen the rule, or say watched_days",
            )


def _unknown(content: Content) -> Found:
    """What is not known counts as the worse: an example that holds is as urgent without a detail of
    its signs, or without what only the record says."""
    asked = {name for one in content.sets for name in (*one.asks, *one.offer_after)}
    asked |= {name for one in content.windows for added in one.add.values() for name in added}
    ticked = {one.answers for one in content.questions if one.type == "signs"}
    # Who says that they have diabetes, and did not measure, has no sign that was left half told:
    # thirst and vomiting are asked beside, and have alarms of their own.
    details = {
        one.answers
        for one in content.questions
        if one.show_if is not None
        and one.id not in asked
        and not ticked.isdisjoint(facts_of(one.show_if))
    }
    may_be_unknown = (details | NUMBERS | BOOLEANS | {"zone"}) - ALWAYS_KNOWN
    for alarm in content.alarms:
        for example in alarm.examples:
            if not example.holds:
                continue
            for name in sorted(may_be_unknown & example.facts.keys()):
                facts = complete({k: v for k, v in example.facts.items() if k != name})
                urgency = judge(content, facts).urgency
                if urgency is None or URGENCIES.index(urgency) > URGENCIES.index(alarm.urgency):
                    yield (
                        alarm.id,
                        f"the example “{example.says.en}” is less urgent where “{name}” is not "
                        "known; what is unknown counts as the worse (if_unknown)",
                    )


def _therapies(content: Content) -> tuple[str, ...]:
    return tuple(sorted({one.therapy for one in content.leaflets}))


def _hours(window: Window) -> tuple[float, float]:
    zone = ZoneInfo("Europe/Paris")
    opens, expires = (
        (moment(one, _SESSION, _SESSION, zone) - _SESSION) / _HOUR
        for one in (window.opens, window.expires)
    )
    return opens, expires


def _answers(
    content: Content, question: Question, therapy: str, named: dict[str, set[str]]
) -> Iterator[str]:
    """The answers of a question that somebody should hear: the signs that are not usual, and what
    some alarm reads."""
    if question.fact == "signs":
        usual = {one.id for one in content.signs if one.expected}
        added = (
            one.signs for one in question.add if truth(one.when, {"therapy": therapy}) is not False
        )
        every = (option.id for option in question.options)
        yield from (name for name in chain(every, *added) if name not in usual)
    elif question.type in ("one-of", "signs") and not question.numbered:
        yield from sorted(named.get(question.answers, set()))


def _named(content: Content) -> dict[str, set[str]]:
    """The words that an alarm reads of each fact, those that it only leaves out apart."""
    found: dict[str, set[str]] = {}
    for alarm in content.alarms:
        for leaf in _called_for(alarm.when):
            words = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
            found.setdefault(leaf.fact, set()).update(w for w in words if isinstance(w, str))
    return found


def _called_for(condition: Condition) -> Iterator[Compare]:
    if isinstance(condition, Compare):
        yield condition
    elif isinstance(condition, AllOf | AnyOf):
        yield from chain.from_iterable(_called_for(part) for part in condition.parts)


def _moments(content: Content, first: float, last: float) -> list[float]:
    """The hours after a session at which a rule may begin or end, from one to another, both
    included."""
    bounds = {first, last}
    for rule in (*content.alarms, *content.expected):
        for leaf in leaves(rule.when):
            if isinstance(leaf, Compare) and leaf.fact in (HOURS, DAYS):
                assert isinstance(leaf.operand, int | float)
                day = leaf.operand * (24 if leaf.fact == DAYS else 1)
                bounds |= {day, day + 1, day + 24}
    return sorted(one for one in bounds if first <= one <= last)


def _hears(content: Content, fact: str, answer: str, therapy: str, hours: float) -> bool:
    """Whether some rule on this very fact is raised by this answer alone."""
    value: Any = answer
    if any(one.answers == fact and one.type == "signs" for one in content.questions):
        value = [answer]
    facts = complete({fact: value}) | {
        "therapy": therapy, HOURS: hours, DAYS: float(hours // 24),
    }  # fmt: skip
    usual = (one for one in content.expected if therapy in one.therapies)
    return any(
        fact in facts_of(one.when) and raises(one, facts) for one in (*content.alarms, *usual)
    )

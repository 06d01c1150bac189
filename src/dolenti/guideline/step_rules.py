"""Whether a rule of a protocol applies to what is known of a course: true, false or unknown.

The facts of a course are named as those of its examples are, so that a rule and its examples are
read by one function. A bound on what is not known leaves the rule unknown, never false: an absent
answer is no answer, and no absent effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Final, TypeAlias

from dolenti.guideline.conditions import Truth
from dolenti.guideline.knowledge import NextStepRule
from dolenti.guideline.scoring.exact import as_written

Facts: TypeAlias = Mapping[str, Fraction | float | bool]

NAMES: Final = frozenset({
    "sessions", "relief-percent", "best-relief-percent", "last-nrs", "pain-above-baseline",
    "points-fallen", "change", "weeks-since-session", "past-last-day", "session-left",
})  # fmt: skip
"""Relief in % of the baseline, pain 0-10, ``points-fallen`` where that relief is judged, ``change``
as the PGIC 1-7, weeks from the last session to the last answer; sessions are those that the last
answer can speak for."""

_AT_LEAST: Final = {
    "after_sessions": "sessions",
    "relief_at_least": "relief-percent",
    "best_relief_at_least": "best-relief-percent",
    "points_above_baseline_at_least": "pain-above-baseline",
    "points_fallen_at_least": "points-fallen",
    "impression_at_least": "change",
    "weeks_since_session_at_least": "weeks-since-session",
}
_AT_MOST: Final = {
    "sessions_at_most": "sessions",
    "nrs_at_most": "last-nrs",
    "impression_at_most": "change",
    "weeks_since_session_at_most": "weeks-since-session",
}
_UNDER: Final = {
    "relief_under": "relief-percent",
    "weeks_since_session_under": "weeks-since-session",
}
_OVER: Final = {"weeks_since_session_over": "weeks-since-session"}


def holds(rule: NextStepRule, facts: Facts) -> Truth:
    """Whether ``rule`` applies, by Kleene's logic."""
    found = [truth for _, truth in _bounds(rule, facts)]
    if False in found:
        return False
    return None if None in found else True


def lacks(rule: NextStepRule, facts: Facts) -> tuple[str, ...]:
    """The facts that nobody knows and that ``rule`` waits for, in the order of its bounds."""
    return tuple(dict.fromkeys(name for name, truth in _bounds(rule, facts) if truth is None))


def waits_for_time(rule: NextStepRule) -> bool:
    """Whether the rule says that an answer came too soon, whatever it was."""
    return rule.step == "collect-response" and rule.weeks_since_session_under is not None


def _bounds(rule: NextStepRule, facts: Facts) -> Iterator[tuple[str, Truth]]:
    tests: tuple[tuple[Mapping[str, str], Callable[[Fraction, Fraction], bool]], ...] = (
        (_AT_LEAST, lambda value, bound: value >= bound),
        (_AT_MOST, lambda value, bound: value <= bound),
        (_UNDER, lambda value, bound: value < bound),
        (_OVER, lambda value, bound: value > bound),
    )
    for names, test in tests:
        for field, fact in names.items():
            bound = getattr(rule, field)
            if bound is None or (field == "after_sessions" and not bound):
                continue
            value = facts.get(fact)
            yield fact, None if value is None else test(as_written(value), as_written(bound))
    if rule.past_last_day:
        yield "past-last-day", _stated(facts, "past-last-day")
    if rule.step == "continue":
        yield "session-left", _stated(facts, "session-left")
    if rule.step == "collect-response" and not waits_for_time(rule):
        yield "change", "relief-percent" not in facts and "change" not in facts


def _stated(facts: Facts, name: str) -> Truth:
    value = facts.get(name)
    return None if value is None else bool(value)

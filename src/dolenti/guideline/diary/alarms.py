"""What answers call for: alarms, or what is expected, or neither.

::

    outcome = judge(content, facts)
    outcome.urgency  # "emergency", "same-day", "soon", or None
    [one.id for one in outcome.alarms]

An alarm is raised where its condition holds, and where it is unknown for want of a detail alone
that counts as the worse (``if_unknown``). What is expected is told only where no alarm is raised;
a sign that is neither is ``noted``, so that none is passed over in silence. Nothing here knows a
patient, a clock or a database. ``phone_rules`` are the same rules as data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dolenti.guideline.conditions import Truth, facts_of, written
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.facts import Facts, truth
from dolenti.guideline.diary.shapes.alarms import Alarm, ByExample, Expected, Supposing, UrgencyId
from dolenti.guideline.diary.shapes.questions import UNKNOWN

URGENCIES: Final[tuple[UrgencyId, ...]] = ("emergency", "same-day", "soon")
"""The most urgent first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What answers call for.

    ``alarms`` are those raised, the most urgent first; ``supposed`` those of them that rest on an
    unanswered detail. ``expected`` is empty where there is an alarm. ``noted`` are ticked signs
    that are neither: the clinic reads them at its next look.
    """

    alarms: tuple[Alarm, ...]
    supposed: frozenset[str]
    expected: tuple[Expected, ...]
    noted: tuple[str, ...]

    @property
    def urgency(self) -> UrgencyId | None:
        """The most urgent of the alarms; ``None`` where there is none."""
        return self.alarms[0].urgency if self.alarms else None

    @property
    def at_once(self) -> tuple[Alarm, ...]:
        """The emergencies that hold by what was answered, told as soon as it is: none that rests on
        a detail which is asked next."""
        definite = [one for one in self.alarms if one.id not in self.supposed]
        return tuple(one for one in definite if one.urgency == "emergency")


def judge(content: Content, facts: Facts) -> Outcome:
    """What these answers, with what is known of the course, call for."""
    raised = [(alarm, how) for alarm in content.alarms if (how := raises(alarm, facts))]
    raised.sort(key=lambda one: URGENCIES.index(one[0].urgency))
    alarms = tuple(alarm for alarm, _ in raised)
    therapy = facts.get("therapy")
    usual = tuple(
        one
        for one in content.expected
        if (therapy is None or therapy in one.therapies) and raises(one, facts)
    )
    told: tuple[ByExample, ...] = (*alarms, *usual)
    explained = {name for one in told for name in signs_of(one)}
    ticked = facts.get("signs")
    signs = (
        tuple(name for name, there in ticked.items() if there)
        if isinstance(ticked, Mapping)
        else ()
    )
    return Outcome(
        alarms=alarms,
        supposed=frozenset(alarm.id for alarm, how in raised if how == "supposed"),
        expected=() if alarms else usual,
        noted=tuple(name for name in signs if name not in explained),
    )


def raises(rule: Supposing, facts: Facts) -> str:
    """How a rule is raised: ``holds``, ``supposed`` (by an unanswered detail), or not at all."""
    holds = truth(rule.when, facts)
    if holds:
        return "holds"
    return "supposed" if holds is None and _supposed(rule, facts) else ""


def _supposed(rule: Supposing, facts: Facts) -> Truth:
    open_ = {
        name: value for name, value in rule.if_unknown.items() if facts.get(name) in (None, UNKNOWN)
    }
    return truth(rule.when, {**facts, **open_}) if open_ else None


def signs_of(rule: ByExample) -> set[str]:
    """The signs that a rule asks for."""
    return _signs_of(written(rule.when))


def _signs_of(raw: Any) -> set[str]:
    if isinstance(raw, dict):
        found = {raw["signs"]["has"]} if "signs" in raw else set()
        return found.union(*(_signs_of(value) for value in raw.values()))
    if isinstance(raw, list):
        return set().union(*(_signs_of(value) for value in raw))
    return set()


def phone_rules(content: Content) -> dict[str, Any]:
    """The rules as plain data, for the evaluator of the phone: no sentence, no patient."""
    return {
        "urgencies": list(URGENCIES),
        "alarms": [
            {
                "id": alarm.id,
                "urgency": alarm.urgency,
                "when": written(alarm.when),
                "ifUnknown": dict(alarm.if_unknown),
            }
            for alarm in content.alarms
        ],
        "expected": [
            {
                "id": one.id,
                "therapies": list(one.therapies),
                "when": written(one.when),
                "ifUnknown": dict(one.if_unknown),
            }
            for one in content.expected
        ],
    }


def facts_read(content: Content) -> frozenset[str]:
    """The facts that some alarm, or something expected, reads."""
    rules: tuple[ByExample, ...] = (*content.alarms, *content.expected)
    return frozenset(name for one in rules for name in facts_of(one.when))

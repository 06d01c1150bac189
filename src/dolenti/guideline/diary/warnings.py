"""The signs that ask for help, by how soon, of nobody in particular: for a page that can ask
nothing, since no network is there.

A sign stands where the gravest answer that it alone can call for puts it, whatever was given and
at whatever hour of a phase: who reads it at home is told to call a little too soon, never too late.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from dolenti.guideline.diary.alarms import URGENCIES, raises, signs_of
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.facts import Value
from dolenti.guideline.diary.shapes.alarms import UrgencyId
from dolenti.guideline.diary.shapes.questions import Sign

Phase: TypeAlias = Literal["early", "late"]
EARLY_HOURS: Final = 120
"""The hours after a session in which the first days last: until its last question of safety ends
(``expires`` of the window of 48 hours)."""
_HOURS: Final[Mapping[Phase, tuple[int, ...]]] = {
    "early": (1, *range(6, EARLY_HOURS + 1, 6)),
    "late": tuple(24 * day for day in (*range(5, 15), 20, 28, 35, 42, 56, 70, 84, 100, 112)),
}
"""At which hours after a session the rules are asked."""


def by_urgency(content: Content, phase: Phase) -> dict[UrgencyId, tuple[Sign, ...]]:
    """The signs by the most urgent that each alone may be, in their order; the most urgent first. A
    sign that never asks for anything stands nowhere."""
    found: dict[UrgencyId, tuple[Sign, ...]] = {}
    for urgency in URGENCIES:
        signs = tuple(one for one in content.signs if _of(content, one, phase) == urgency)
        if signs:
            found[urgency] = signs
    return found


def _of(content: Content, sign: Sign, phase: Phase) -> UrgencyId | None:
    rules = [one for one in content.alarms if sign.id in signs_of(one)]
    told = {one.id: one.id == sign.id for one in content.signs}
    therapies = {name for one in content.expected for name in one.therapies}
    urgencies = {
        rule.urgency
        for rule in rules
        for hours in _HOURS[phase]
        for therapy in therapies
        if raises(rule, _facts(told, hours, therapy))
    }
    return min(urgencies, key=URGENCIES.index, default=None)


def _facts(told: dict[str, bool], hours: int, therapy: str) -> dict[str, Value]:
    return {
        "signs": told,
        "therapy": therapy,
        "hours-since-session": float(hours),
        "days-since-session": float(hours // 24),
    }

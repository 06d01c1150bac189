"""When events belong together: two infections on one lot, in one room, by one device or operator.

Whoever has the events of a site asks here which of them make an alarm; nothing is read from
anywhere, and no patient is known by name. What nobody graded counts as grave enough: an alarm too
many is looked at, one too few is an epidemic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from dolenti.guideline.dates import read_duration
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.shapes.events import Cluster, Shared


@dataclass(frozen=True, slots=True)
class Case:
    """One event as it is known. ``act`` names the session that it followed, so that two events of
    one session count once; ``on`` is the day it began. ``shared`` are the lots, the room, the
    device, the operator of that session, in the caller's own names."""

    id: str
    event: str
    act: str
    on: date
    grade: int | None
    shared: Mapping[Shared, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Cases that belong together. ``kind`` and ``name`` say what they share; both are ``None``
    where one case is enough. ``certain``: enough of them were graded as the rule wants."""

    rule: Cluster
    kind: Shared | None
    name: str | None
    cases: tuple[Case, ...]
    certain: bool


def clusters(content: Content, cases: Iterable[Case]) -> tuple[Alarm, ...]:
    """Every alarm that the cases raise, in the order of the rules."""
    known = sorted(cases, key=lambda case: (case.on, case.id))
    scales = {event.id: event.grades for event in content.events}
    alarms: list[Alarm] = []
    for rule in content.clusters:
        mine = [
            case
            for case in known
            if (case.event in rule.events or scales.get(case.event) == rule.scale)
            and (case.grade is None or case.grade >= rule.from_grade)
        ]
        alarms += _shared(rule, mine)
        alarms += [
            Alarm(rule, None, None, (case,), certain=True)
            for case in known
            if case.event in rule.one_is_enough
        ]
    return tuple(alarms)


def _shared(rule: Cluster, cases: list[Case]) -> Iterable[Alarm]:
    for kind in rule.sharing:
        names = dict.fromkeys(name for case in cases for name in sorted(_names(case, kind)))
        for name in names:
            mine = [case for case in cases if name in _names(case, kind)]
            near = _close_together(rule, mine)
            if near:
                graded = [case for case in near if case.grade is not None]
                certain = bool(_close_together(rule, graded))
                yield Alarm(rule, kind, name, tuple(near), certain=certain)


def _names(case: Case, kind: Shared) -> frozenset[str]:
    return case.shared.get(kind, frozenset())


def _close_together(rule: Cluster, cases: list[Case]) -> list[Case]:
    """The cases that lie within the time of enough others; cases are sorted by day."""
    length = read_duration(rule.within)
    found: dict[str, Case] = {}
    for first, case in enumerate(cases):
        last = length.after(case.on)
        window = [other for other in cases[first:] if other.on <= last]
        if len({other.act for other in window}) >= rule.cases:
            found.update((other.id, other) for other in window)
    return list(found.values())

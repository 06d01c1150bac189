"""To whom an event is reported, and by when. Reports are proposed, never sent.

What decides it is a grade and some circumstances, each true, false or not known. What hangs on one
that is not known is ``may`` be due: it is shown with the question that would settle it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dolenti.guideline.conditions import Compare, Condition, Holds, Leaf, Truth, prove
from dolenti.guideline.conditions import leaves as leaves_of
from dolenti.guideline.dates import Duration, read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.guideline.session.content import Content, found
from dolenti.guideline.session.shapes.events import Circumstance, Deadline, Event, Route

GRADE: Final = "grade"
"""The one number that a condition of a report may compare."""
GRADES = range(1, 6)
AT_ONCE: Final = "0 h"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to be done by a moment. ``own``: a limit of the house, that no text gives.
    ``part`` of the report it is; ``at_once``: the text says without delay, and no hour."""

    label: Text
    by: datetime
    own: bool
    part: str = "report"
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """A route that is due (``certain``), or that may be; ``ask`` would settle it.

    ``route.unknown`` is shown: no text read names this route for what it is about.
    """

    route: Route
    certain: bool
    because: tuple[Text, ...]
    ask: tuple[Circumstance, ...]
    due: tuple[Due, ...]


def proposed(
    content: Content,
    event: Event,
    grade: int | None,
    circumstances: Mapping[str, bool | None],
    noticed: datetime,
    *,
    serious: bool | None,
) -> tuple[Proposed, ...]:
    """The routes of an event, those that are due first.

    ``grade`` from 1 to 5, ``None`` where nobody graded it yet; ``serious`` is what the law asks,
    and not known counts as serious: its limits are the stricter. Raises ``InputError`` for a grade
    or a circumstance that there is not.
    """
    if grade is not None and grade not in GRADES:
        raise InputError(
            f"{grade} is no grade; they go from 1 to 5",
            "grade",
            fr=f"{grade} n’est pas un grade\u00a0; ils vont de 1 à 5",
        )
    for name in circumstances:
        found(content.circumstances, name, "circumstances")
    certain: dict[str, list[Text]] = {}
    maybe: dict[str, tuple[list[Text], list[str]]] = {}
    for rule in event.report:
        holds, unknown = _truth(rule.when, grade, circumstances)
        if holds:
            certain.setdefault(rule.route, []).append(rule.says)
        elif holds is None:
            says, open_ = maybe.setdefault(rule.route, ([], []))
            says.append(rule.says)
            open_ += unknown
    by_id = {one.id: one for one in content.circumstances}
    result = []
    for name, reasons in certain.items():
        route = found(content.routes, name, "routes")
        result.append(
            Proposed(route, True, tuple(reasons), (), due(route, noticed, serious=serious))
        )
    for name, (reasons, still) in maybe.items():
        if name not in certain:
            route = found(content.routes, name, "routes")
            ask = tuple(by_id[one] for one in dict.fromkeys(still) if one != GRADE)
            result.append(
                Proposed(route, False, tuple(reasons), ask, due(route, noticed, serious=serious))
            )
    return tuple(result)


def asked(event: Event) -> tuple[str, ...]:
    """The circumstances that decide where an event is reported, in the order of its routes."""
    leaves = (leaf for one in event.report if one.when for leaf in leaves_of(one.when))
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves if isinstance(leaf, Holds)))


def due(route: Route, noticed: datetime, *, serious: bool | None) -> tuple[Due, ...]:
    """By when each part of a route is to be done, counted from when the event was noticed."""
    kind = "other" if serious is False else "serious"
    return tuple(
        Due(
            deadline.label,
            after(noticed, deadline),
            deadline.own,
            deadline.part,
            deadline.within == AT_ONCE,
        )
        for deadline in route.deadlines
        if deadline.of in ("all", kind)
    )


def after(noticed: datetime, deadline: Deadline) -> datetime:
    """The last moment of a deadline. Months are of the calendar."""
    if deadline.within == AT_ONCE:
        return noticed
    length: Duration = read_duration(deadline.within)
    if length.months:
        return datetime.combine(length.after(noticed.date()), noticed.timetz())
    return noticed + timedelta(days=length.days)


def _truth(
    when: Condition | None, grade: int | None, circumstances: Mapping[str, bool | None]
) -> tuple[Truth, tuple[str, ...]]:
    if when is None:
        return True, ()

    def truth_of(leaf: Leaf) -> Truth:
        if isinstance(leaf, Holds):
            return circumstances.get(leaf.fact)
        assert isinstance(leaf, Compare)
        assert isinstance(leaf.operand, float)
        return None if grade is None else grade >= leaf.operand

    proof = prove(when, {leaf: truth_of(leaf) for leaf in leaves_of(when)})
    return proof.holds, proof.open

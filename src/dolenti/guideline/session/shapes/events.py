"""What may happen: events, how bad they are, to whom they are reported, when they are a cluster."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Said, Sourced


class Grade(Entry, frozen=True, kw_only=True):
    """One step of a scale, from 1 to 5."""

    grade: int
    says: Text


class Scale(Sourced, frozen=True, kw_only=True):
    """How bad an event is. Whether it is *serious*, which the law asks, is another answer."""

    id: str
    label: Text
    grades: tuple[Grade, ...]


class Serious(Sourced, frozen=True, kw_only=True):
    """What makes an event serious."""

    any_of: tuple[Text, ...]


class Circumstance(Entry, frozen=True, kw_only=True):
    """Something of an event that decides where it is reported: yes, no, or not known."""

    id: str
    ask: Text


class ReportRule(Entry, frozen=True, kw_only=True):
    """A route, and ``when`` it is proposed: over ``grade`` and the circumstances; always, where
    nothing is said. ``says`` is the same in words."""

    route: str
    when: Condition | None = None
    says: Text


class Event(Sourced, frozen=True, kw_only=True):
    """One event: its definition, how soon it starts (hours after the act; no end: at any time),
    what to do, where it is reported.

    ``effects`` are the ids of the therapies' adverse effects. ``expected``: ``usual`` is told to
    the patient as normal, ``known`` as a risk; ``no`` is neither. ``grades`` names a scale,
    ``card`` an emergency card. ``hold`` says what stops. ``next_session`` is what the sessions
    after it are told to do. ``mark`` covers definition and timing.
    """

    id: str
    label: Text
    about: Literal["patient", "staff"] = "patient"
    effects: tuple[str, ...] = ()
    therapies: tuple[str, ...]
    when: Literal["immediate", "late"]
    starts_after_h: float
    starts_before_h: float | None = None
    expected: Literal["usual", "known", "no"]
    grades: str
    card: str | None = None
    definition: Text
    what_to_do: Text
    next_session: Text | None = None
    report: tuple[ReportRule, ...] = ()
    hold: tuple[Literal["course", "lot", "device", "room", "serum-of-the-site"], ...] = ()


class Deadline(Entry, frozen=True, kw_only=True):
    """By when: ``0 h`` is at once. ``own``: an internal limit that no text gives. ``of``: for
    serious events, for the others, or for all. ``part``: of a report in several parts, which."""

    label: Text
    within: str
    part: str = "report"
    of: Literal["serious", "other", "all"] = "all"
    own: bool = False


class Route(Sourced, frozen=True, kw_only=True):
    """To whom an event is reported, how, by when. ``unknown``: no text read says that this is the
    route, and it is shown so."""

    id: str
    label: Text
    what: Text
    who: Text | None = None
    to: Text
    limit: Text
    deadlines: tuple[Deadline, ...]
    do_too: tuple[Text, ...] = ()
    unknown: bool = False


class ReportField(Entry, frozen=True, kw_only=True):
    """One field of a report, and where what it holds comes from.

    ``routes``: only in the reports of these; none named: in all.
    """

    id: str
    label: Text
    comes_from: Literal["account", "record", "session", "stock", "typed"]
    routes: tuple[str, ...] = ()


class ReportOrder(Sourced, frozen=True, kw_only=True):
    """The national ``form`` of a route, and the fields that it ``asks``, in its order. What else is
    in the report of the route comes after them."""

    route: str
    form: Text
    asks: tuple[str, ...]


class ReportFields(Sourced, frozen=True, kw_only=True):
    """The fields of the reports. Those of ``never_in_record`` are kept out of the patient's."""

    fields: tuple[ReportField, ...]
    orders: tuple[ReportOrder, ...] = ()
    never_in_record: tuple[str, ...]

    def of_route(self, route: str) -> tuple[ReportField, ...]:
        """The fields of the report of a route: those of its form first, in its order."""
        asks = next((one.asks for one in self.orders if one.route == route), ())
        places = {name: place for place, name in enumerate(asks)}
        mine = [one for one in self.fields if not one.routes or route in one.routes]
        return tuple(sorted(mine, key=lambda one: places.get(one.id, len(places))))


Shared = Literal["lot", "room", "device", "operator"]


class Cluster(Said, frozen=True, kw_only=True):
    """When events belong together: so many of a scale (or of ``events``), of at least a grade,
    within a time, that share one of ``sharing``. One of ``one_is_enough`` is an alarm by itself."""

    id: str
    scale: str | None = None
    events: tuple[str, ...] = ()
    one_is_enough: tuple[str, ...] = ()
    cases: int
    from_grade: int
    within: str
    sharing: tuple[Shared, ...]

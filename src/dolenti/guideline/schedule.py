"""A protocol laid on the calendar: sessions with their windows, limits with their dates.

A window is counted from the session before (its delivered date, else its usual date): the
shortest spacing gives the earliest and the usual day, the longest the latest. Limits then move a
session later (an interval, a number in 12 months) or leave it out (a duration, a number in all).

Sessions above the fewest a phase asks for are optional; those above its usual number do not push
the next phase back. Delivered sessions take their places in order, except that one falling in the
next phase's window passes over such extra sessions. Nothing here looks at how the patient is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal, TypeAlias

from dolenti.guideline.dates import Duration, read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Limit, Phase, Protocol, Text

State: TypeAlias = Literal["delivered", "overdue", "due", "planned"]
YEAR = Duration(months=12)
BEYOND = Text(fr="Séance au-delà du protocole", en="Session beyond the protocol")


@dataclass(frozen=True)
class Session:
    """One session. ``phase`` is ``None`` for one given beyond what the protocol plans."""

    number: int
    phase: str | None
    label: Text
    earliest: date
    usual: date
    latest: date
    optional: bool
    state: State
    delivered: date | None = None

    @property
    def day(self) -> date:
        """The day it was given, or is usually given."""
        return self.delivered or self.usual


@dataclass(frozen=True)
class DatedLimit:
    """A limit with the dates that follow from it, where it has any.

    ``not_before``: no further session before that day. ``last_day``: none after it. ``most`` and
    ``counted``: how many at most, how many so far (delivered, with the earlier act it counts from).
    ``kept`` is false where the delivered sessions, or the asked first day, already break it.
    """

    limit: Limit
    kept: bool
    not_before: date | None = None
    last_day: date | None = None
    most: int | None = None
    counted: int | None = None


@dataclass(frozen=True)
class LeftOut:
    """Sessions of a phase, from ``number`` on, that a limit does not allow."""

    number: int
    phase: str
    limit: str


@dataclass(frozen=True)
class Schedule:
    """The dated sessions, the dated limits, and what the limits left out."""

    sessions: tuple[Session, ...]
    limits: tuple[DatedLimit, ...]
    left_out: tuple[LeftOut, ...]

    def delivered(self) -> tuple[Session, ...]:
        return tuple(session for session in self.sessions if session.delivered)

    def pending(self) -> tuple[Session, ...]:
        return tuple(session for session in self.sessions if not session.delivered)

    def allowed(self, day: date) -> date | None:
        """The first day from ``day`` on that the limits allow a further session; or ``None``."""
        floors = [limit.not_before for limit in self.limits if limit.not_before]
        day = max([day, *floors]) if self.delivered() else day
        last_days = [limit.last_day for limit in self.limits if limit.last_day]
        return None if last_days and day > min(last_days) else day


@dataclass(frozen=True)
class _Slot:
    phase: Phase
    index: int  # from 1, within the phase

    @property
    def optional(self) -> bool:
        return self.phase.optional or self.index > self.phase.sessions[0]

    @property
    def extra(self) -> bool:
        return self.index > self.phase.usual

    def window(self, before: date | None, start: date) -> tuple[date, date]:
        """Earliest and latest day after the session of day ``before``."""
        if before is None:
            return start, start
        shortest, longest = (read_duration(text).after(before) for text in self.phase.spacing)
        return shortest, longest


@dataclass
class _Calendar:
    """The dates so far, while a schedule is being laid."""

    protocol: Protocol
    start: date
    previous: Mapping[str, date]
    days: list[date] = field(default_factory=list)

    def not_before(self, limit: Limit, days: Sequence[date] | None = None) -> date | None:
        """The first day this limit allows for one more session."""
        prior = self.counted_days(limit, self.days if days is None else days)
        if limit.kind == "interval-same-site":
            return read_duration(limit.value).after(prior[-1]) if prior else None
        if limit.kind == "sessions-per-year":
            most = _count(limit)
            return YEAR.after(prior[-most]) if len(prior) >= most else None
        return None

    def counted_days(self, limit: Limit, days: Sequence[date]) -> list[date]:
        earlier = self.previous.get(limit.counts_from) if limit.counts_from else None
        # An optional session and the next phase's may be planned for one day: they count as two.
        # An act that is a session of this course is already among the days.
        return sorted([*days, earlier] if earlier and earlier not in days else days)

    def floor(self) -> date:
        floors = [self.not_before(limit) for limit in self.protocol.limits]
        return max([day for day in floors if day], default=date.min)

    def obstacle(self, number: int, earliest: date) -> Limit | None:
        """The limit that forbids session ``number`` on ``earliest`` and on every later day."""
        for limit in self.protocol.limits:
            if limit.kind == "sessions" and number > _count(limit):
                return limit
            if limit.kind == "duration" and earliest > self.last_day(limit):
                return limit
        return None

    def last_day(self, limit: Limit) -> date:
        return read_duration(limit.value).after(self.start)

    def ceiling(self) -> date:
        durations = [limit for limit in self.protocol.limits if limit.kind == "duration"]
        return min([self.last_day(limit) for limit in durations], default=date.max)


def lay(
    protocol: Protocol,
    start: date,
    delivered: Sequence[date],
    as_of: date,
    previous: Mapping[str, date],
) -> Schedule:
    """Date the sessions and the limits of ``protocol`` from ``start`` on.

    ``delivered`` are the days of the sessions given, ``previous`` the dates of earlier acts by the
    fact that holds them. Raises ``InputError`` for a session given before ``start``, or two on
    one day.
    """
    _check_delivered(start, delivered)
    calendar = _Calendar(protocol, start, previous)
    sessions: list[Session] = []
    left_out: list[LeftOut] = []
    queue = sorted(delivered)
    last: date | None = None  # the session before
    anchor: date | None = None  # the last session that the next phase counts from
    slots = list(_slots(protocol))
    for position, slot in enumerate(slots):
        if queue and slot.extra and _next_phase_has_begun(slots, position, anchor, queue[0]):
            continue
        number = len(sessions) + 1
        earliest, latest = slot.window(last if slot.extra and slot.index > 1 else anchor, start)
        earliest = max(earliest, calendar.floor())
        given = queue.pop(0) if queue else None
        obstacle = None if given else calendar.obstacle(number, earliest)
        if obstacle is not None:
            if not left_out or left_out[-1].phase != slot.phase.id:
                left_out.append(LeftOut(number, slot.phase.id, obstacle.id))
            continue
        latest = max(earliest, min(latest, calendar.ceiling()))
        session = Session(
            number, slot.phase.id, slot.phase.label, earliest, earliest, latest,
            slot.optional, _state(given, earliest, latest, as_of), given,
        )  # fmt: skip
        sessions.append(session)
        calendar.days.append(session.day)
        last = session.day
        if given or not slot.extra:
            anchor = last
    for given in queue:
        sessions.append(
            Session(len(sessions) + 1, None, BEYOND, given, given, given, True, "delivered", given)
        )
    limits = tuple(_dated(limit, calendar, sessions) for limit in protocol.limits)
    return Schedule(tuple(sessions), limits, tuple(left_out))


def _slots(protocol: Protocol) -> Iterator[_Slot]:
    for phase in protocol.phases:
        for index in range(1, phase.sessions[1] + 1):
            yield _Slot(phase, index)


def _next_phase_has_begun(
    slots: Sequence[_Slot], position: int, anchor: date | None, day: date
) -> bool:
    here = slots[position].phase.id
    following = next((slot for slot in slots[position:] if slot.phase.id != here), None)
    return following is not None and anchor is not None and day >= following.window(anchor, day)[0]


def _state(given: date | None, earliest: date, latest: date, as_of: date) -> State:
    if given:
        return "delivered"
    if latest < as_of:
        return "overdue"
    return "due" if earliest <= as_of else "planned"


def _dated(limit: Limit, calendar: _Calendar, sessions: Sequence[Session]) -> DatedLimit:
    given = [session.delivered for session in sessions if session.delivered]
    asked = given or [calendar.start]
    counted = calendar.counted_days(limit, given)
    if limit.kind == "sessions":
        most = _count(limit)
        return DatedLimit(limit, len(given) <= most, most=most, counted=len(given))
    if limit.kind == "duration":
        last_day = calendar.last_day(limit)
        return DatedLimit(limit, max(asked) <= last_day, last_day=last_day)
    following = calendar.not_before(limit, given or [session.day for session in sessions[:1]])
    days = calendar.counted_days(limit, asked)
    if limit.kind == "interval-same-site":
        spacing = read_duration(limit.value)
        kept = all(spacing.after(one) <= other for one, other in pairwise(days))
        return DatedLimit(limit, kept, not_before=following)
    most = _count(limit)
    kept = all(YEAR.after(one) <= other for one, other in zip(days, days[most:], strict=False))
    return DatedLimit(limit, kept, not_before=following, most=most, counted=len(counted))


def _count(limit: Limit) -> int:
    if not limit.value.isdecimal() or int(limit.value) == 0:
        raise InputError(
            f"“{limit.value}” is not a number of sessions",
            limit.id,
            fr=f"«\u00a0{limit.value}\u00a0» n’est pas un nombre de séances",
        )
    return int(limit.value)


def _check_delivered(start: date, delivered: Sequence[date]) -> None:
    for day in delivered:
        if day < start:
            raise InputError(
                f"a session was given on {day.isoformat()}, before the start on "
                f"{start.isoformat()}; give the day of the first session as the start",
                fr=f"une séance a eu lieu le {day.isoformat()}, avant le début, le "
                f"{start.isoformat()}\u00a0; donnez comme début le jour de la première séance",
            )
    if len(set(delivered)) != len(delivered):
        raise InputError(
            "two sessions are given on one day; a course has one session a day",
            fr="deux séances sont indiquées le même jour\u00a0; une cure n’en a qu’une par jour",
        )

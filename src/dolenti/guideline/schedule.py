"""A protocol laid on the calendar: sessions with their windows, limits with their dates.

A window is counted from the session before (its delivered date, else its usual date): the
shortest spacing gives the earliest and the usual day, the longest the latest. Limits then move a
session later (an interval, a number in 12 months) or leave it out (a duration, a number in all).

Sessions above the fewest a phase asks for are optional; those above its usual number do not push
the next phase back. Delivered sessions take their places in order, except that one falling in the
next phase's window passes over such extra sessions. Nothing here looks at how the patient is.

A session still to come is not laid on a day that the caller calls closed: it moves to the next open
day, in its window where the window has one, and says from which day it was moved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, TypeAlias

from dolenti.guideline.dates import Duration, read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Limit, Phase, Protocol, Text

State: TypeAlias = Literal["delivered", "overdue", "due", "planned"]
Closed: TypeAlias = Callable[[date], bool]
"""Whether no session can be given on a day."""
MOST_CLOSED_DAYS = 366
YEAR = Duration(months=12)
BEYOND = Text(fr="Séance au-delà du protocole", en="Session beyond the protocol")


@dataclass(frozen=True)
class Session:
    """One session. ``phase`` is ``None`` for one given beyond what the protocol plans;
    ``moved_from`` is the closed day on which it would have been."""

    number: int
    phase: str | None
    label: Text
    earliest: date
    usual: date
    latest: date
    optional: bool
    state: State
    delivered: date | None = None
    moved_from: date | None = None

    @property
    def day(self) -> date:
        """The day it was given, or is usually given."""
        return self.delivered or self.usual


@dataclass(frozen=True)
class DatedLimit:
    """A limit with the dates that follow from it, where it has any.

    ``not_before``: no further session before that day. ``last_day``: none after it. ``most`` and
    ``counted``: how many at most, how many so far (delivered, with the earlier act it counts from).
    ``kept`` is false where the delivered sessions, or the asked first day, already break it, and
    where it is ``reached`` by acts that are known of without their dates.
    """

    limit: Limit
    kept: bool
    not_before: date | None = None
    last_day: date | None = None
    most: int | None = None
    counted: int | None = None
    reached: bool = False


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
    closed: Closed = field(default=lambda day: False, repr=False, compare=False)

    def delivered(self) -> tuple[Session, ...]:
        return tuple(session for session in self.sessions if session.delivered)

    def pending(self) -> tuple[Session, ...]:
        return tuple(session for session in self.sessions if not session.delivered)

    def allowed(self, day: date) -> date | None:
        """The first open day from ``day`` on on which the limits allow a further session; or
        ``None``."""
        floors = [limit.not_before for limit in self.limits if limit.not_before]
        day = open_from(max([day, *floors]) if self.delivered() else day, self.closed)
        last_day = self.last_day()
        return None if last_day and day > last_day else day

    def last_day(self) -> date | None:
        """The day after which the limits allow no session, where they say one."""
        return min((limit.last_day for limit in self.limits if limit.last_day), default=None)

    def reached(self) -> DatedLimit | None:
        """A limit that earlier acts have reached, as the patient's facts say."""
        return next((limit for limit in self.limits if limit.reached), None)


def open_from(day: date, closed: Closed) -> date:
    """The first day from ``day`` on that is not closed. Raises ``InputError`` for a closed year."""
    for ahead in range(MOST_CLOSED_DAYS):
        if not closed(found := day + timedelta(days=ahead)):
            return found
    raise InputError(
        f"no day is open in the year after {day.isoformat()}; check the closures",
        fr=f"aucun jour n’est ouvert dans l’année qui suit le {day.isoformat()}\u00a0; vérifiez "
        "les fermetures",
    )


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
    reached: Collection[str] = ()
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
        known = (self.previous[fact] for fact in limit.counts_from if fact in self.previous)
        earlier = max(known, default=None)
        # An optional session and the next phase's may be planned for one day: they count as two.
        # An act that is a session of this course is already among the days.
        return sorted([*days, earlier] if earlier and earlier not in days else days)

    def floor(self) -> date:
        floors = [self.not_before(limit) for limit in self.protocol.limits]
        return max([day for day in floors if day], default=date.min)

    def obstacle(self, number: int, earliest: date) -> Limit | None:
        """The limit that forbids session ``number`` on ``earliest`` and on every later day."""
        for limit in self.protocol.limits:
            if limit.id in self.reached:
                return limit
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
    *,
    closed: Closed | None = None,
    reached: Collection[str] = (),
) -> Schedule:
    """Date the sessions and the limits of ``protocol`` from ``start`` on.

    ``delivered`` are the days of the sessions given, ``previous`` the dates of earlier acts by the
    fact that holds them; ``reached`` are ids of limits that the patient's facts say are reached.
    Raises ``InputError`` for a session given before ``start``, or two on one day.
    """
    _check_delivered(start, delivered)
    closed = closed or (lambda day: False)
    calendar = _Calendar(protocol, start, previous, reached)
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
        usual = earliest if given else open_from(earliest, closed)
        obstacle = None if given else calendar.obstacle(number, usual)
        if obstacle is not None:
            if not left_out or left_out[-1].phase != slot.phase.id:
                left_out.append(LeftOut(number, slot.phase.id, obstacle.id))
            continue
        latest = max(usual, min(latest, calendar.ceiling()))
        session = Session(
            number, slot.phase.id, slot.phase.label, earliest, usual, latest,
            slot.optional, _state(given, earliest, latest, as_of), given,
            earliest if usual != earliest else None,
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
    return Schedule(tuple(sessions), limits, tuple(left_out), closed)


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
    found = _by_dates(limit, calendar, sessions)
    return replace(found, kept=False, reached=True) if limit.id in calendar.reached else found


def _by_dates(limit: Limit, calendar: _Calendar, sessions: Sequence[Session]) -> DatedLimit:
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

"""A protocol as dated sessions: for each the nearest slot that may be had, and why it was shifted.

Which days a session may have is what ``guideline.schedule`` says, and nothing here decides it
again: each session is laid out from the days found for those before it. Never before the earliest
day of its window. Where the window has no free slot, the first one after it is proposed and the
tolerance is said not to be kept; where a limit of the protocol forbids that day, none is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from dolenti.calendar.moments import clock, day_in_words, to_local
from dolenti.calendar.slots import STEP, Diary, Slot, free_slots, full_because, nearest
from dolenti.guideline.knowledge import Protocol, Text
from dolenti.guideline.schedule import LeftOut, Schedule, Session, lay

HORIZON = timedelta(days=60)
"""How long after its window a session is looked for before it is given up."""
USUAL_DURATION = timedelta(minutes=30)
"""Where neither the caller nor the protocol says how long a session takes."""


@dataclass(frozen=True)
class Wishes:
    """What is asked of a proposal.

    ``duration`` is that of one session (else the protocol's longest, else half an hour);
    ``preferred`` the hour of the day; ``optional`` whether the optional sessions are laid out too;
    ``horizon`` how long after its window a session is looked for.
    """

    duration: timedelta | None = None
    preferred: time | None = None
    optional: bool = False
    step: timedelta = STEP
    horizon: timedelta = HORIZON


@dataclass(frozen=True)
class Proposed:
    """One session with its slot. ``kept`` is false where the slot lies after the window.

    ``reasons`` say why the day or the hour is not the usual one, or why there is no slot.
    """

    session: Session
    slot: Slot | None
    kept: bool
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Proposal:
    """The sessions in order; the last one has no slot where the course could not be finished.

    ``left_out`` are required sessions that a limit of the protocol no longer allows.
    """

    sessions: tuple[Proposed, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.left_out and all(proposed.slot for proposed in self.sessions)

    @property
    def kept(self) -> bool:
        """Whether every session has a slot within its window."""
        return self.complete and all(proposed.kept for proposed in self.sessions)


def propose(
    protocol: Protocol,
    start: date,
    diary: Diary,
    wishes: Wishes | None = None,
    *,
    delivered: Sequence[date] = (),
    previous: Mapping[str, date] | None = None,
    reached: Collection[str] = (),
) -> Proposal:
    """Sessions of ``protocol`` from ``start`` on, after those already ``delivered`` or booked.

    ``previous`` holds the dates of earlier acts and ``reached`` the limits that are reached
    already, as for ``lay``. The course stops at the first
    session for which no slot can be had: those after it count from it. Raises ``InputError``.
    """
    asked, earlier = wishes or Wishes(), previous or {}
    days = sorted(delivered)
    found: list[Proposed] = []
    while True:
        # A course begins on its first session, which may come later than was asked.
        schedule = lay(protocol, days[0] if days else start, days, start, earlier, reached=reached)
        wanted = (one for one in schedule.pending() if asked.optional or not one.optional)
        session = next(wanted, None)
        if session is None:
            return Proposal(tuple(found), _required_left_out(protocol, schedule))
        waits = _waits(protocol, session, start, earlier) if not days else []
        proposed = _place(protocol, session, schedule, diary, asked, waits)
        found.append(proposed)
        if proposed.slot is None:
            return Proposal(tuple(found))
        days.append(proposed.slot.day)


def _required_left_out(protocol: Protocol, schedule: Schedule) -> tuple[LeftOut, ...]:
    required = sum(phase.sessions[0] for phase in protocol.phases if not phase.optional)
    return tuple(left for left in schedule.left_out if left.number <= required)


def _waits(
    protocol: Protocol, session: Session, start: date, previous: Mapping[str, date]
) -> list[Text]:
    """Why the first session cannot be on the day asked: an earlier act is too close."""
    if session.usual <= start:
        return []
    usual = session.usual
    return [
        Text(
            fr=f"pas avant le {day_in_words(usual, 'fr')}\u00a0: {limit.because.fr}",
            en=f"not before {day_in_words(usual, 'en')}: {limit.because.en}",
        )
        for limit in protocol.limits
        if not previous.keys().isdisjoint(limit.counts_from)
    ]


def check_days(
    protocol: Protocol, days: Sequence[date], previous: Mapping[str, date] | None = None
) -> tuple[tuple[date, Text], ...]:
    """The days, in order, of a moved course that its protocol does not allow, each with why.

    ``days`` are those of all its sessions, delivered, booked and moved. Raises ``InputError``.
    """
    ordered = sorted(days)
    broken = []
    for number, day in enumerate(ordered[1:], 1):
        schedule = lay(protocol, ordered[0], ordered[:number], day, previous or {})
        allowed = [*_pending_windows(schedule)]
        if not allowed:
            broken.append((day, BEYOND))
        elif not any(first <= day <= last for first, last in allowed):
            broken.append((day, _outside(day, allowed)))
    return tuple(broken)


def _pending_windows(schedule: Schedule) -> Iterator[tuple[date, date]]:
    """The windows the next session may fall in: of the next in each phase, up to a required one."""
    phases = set()
    for session in schedule.pending():
        if session.phase not in phases:
            yield session.earliest, session.latest
        phases.add(session.phase)
        if not session.optional:
            return


def _place(
    protocol: Protocol,
    session: Session,
    schedule: Schedule,
    diary: Diary,
    wishes: Wishes,
    reasons: list[Text],
) -> Proposed:
    duration = wishes.duration or _duration(protocol, session)
    first = not schedule.delivered()
    day, passed = session.usual, list[tuple[date, Text]]()
    while day <= session.latest + wishes.horizon:
        over = None if first else _forbids(schedule, day)
        if over:
            return Proposed(session, None, False, (*reasons, *_said(passed), over))
        slot = nearest([*free_slots(diary, day, duration, wishes.step)], wishes.preferred)
        if slot:
            kept = first or day <= session.latest
            late = [] if kept else [_late(day, session)]
            hour = _hour(slot, wishes.preferred)
            return Proposed(session, slot, kept, (*reasons, *_said(passed), *late, *hour))
        passed.append((day, full_because(diary, day)))
        day += timedelta(days=1)
    return Proposed(session, None, False, (*reasons, *_said(passed), NOTHING_FREE))


def _forbids(schedule: Schedule, day: date) -> Text | None:
    for dated in schedule.limits:
        if dated.last_day and day > dated.last_day:
            return dated.limit.because
    return None


def _duration(protocol: Protocol, session: Session) -> timedelta:
    for phase in protocol.phases:
        if phase.id == session.phase and phase.minutes:
            return timedelta(minutes=phase.minutes[1])
    return USUAL_DURATION


def _said(passed: Sequence[tuple[date, Text]]) -> list[Text]:
    """The days passed over, those that follow each other for one reason said together."""
    runs: list[tuple[date, date, Text]] = []
    for day, why in passed:
        if runs and runs[-1][2] == why:
            runs[-1] = (runs[-1][0], day, why)
        else:
            runs.append((day, day, why))
    return [_run(*run) for run in runs]


def _run(first: date, last: date, why: Text) -> Text:
    if first == last:
        return Text(
            fr=f"{day_in_words(first, 'fr')}\u00a0: {why.fr}",
            en=f"{day_in_words(first, 'en')}: {why.en}",
        )
    return Text(
        fr=f"du {day_in_words(first, 'fr')} au {day_in_words(last, 'fr')}\u00a0: {why.fr}",
        en=f"{day_in_words(first, 'en')} to {day_in_words(last, 'en')}: {why.en}",
    )


def _hour(slot: Slot, preferred: time | None) -> list[Text]:
    if preferred is None or to_local(slot.span.start).time() == preferred:
        return []
    return [
        Text(
            fr=f"{clock(preferred, 'fr')} n’est pas libre ce jour-là\u00a0: le créneau libre le "
            f"plus proche est {slot.at('fr')}",
            en=f"{clock(preferred, 'en')} is not free that day: {slot.at('en')} is the nearest "
            "free time",
        )
    ]


def _late(day: date, session: Session) -> Text:
    days = (day - session.latest).days
    latest = session.latest
    plural = "s" if days > 1 else ""
    return Text(
        fr=f"le protocole demande le {day_in_words(latest, 'fr')} au plus tard\u00a0: "
        f"{days} jour{plural} de retard",
        en=f"the protocol asks for {day_in_words(latest, 'en')} at the latest: "
        f"{days} day{plural} late",
    )


def _outside(day: date, windows: Sequence[tuple[date, date]]) -> Text:
    first, last = windows[0][0], max(window[1] for window in windows)
    if day < first:
        return Text(
            fr=f"trop tôt\u00a0: pas avant le {day_in_words(first, 'fr')} selon le protocole",
            en=f"too early: not before {day_in_words(first, 'en')} by the protocol",
        )
    return Text(
        fr=f"hors de l’intervalle du protocole, qui finit le {day_in_words(last, 'fr')}",
        en=f"outside the protocol’s interval, which ends on {day_in_words(last, 'en')}",
    )


BEYOND = Text(
    fr="le protocole ne permet plus de séance", en="the protocol allows no further session"
)
NOTHING_FREE = Text(
    fr="aucun créneau libre dans les semaines qui suivent",
    en="no free slot in the weeks that follow",
)

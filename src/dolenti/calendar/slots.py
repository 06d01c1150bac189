"""Free slots: moments at which the clinic, the practitioner and a room are all free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dolenti.calendar.moments import Span, clock, lasting, to_local
from dolenti.calendar.opening import Opening
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text

STEP = timedelta(minutes=15)
"""Slots begin a whole number of these after an opening."""
LONGEST = timedelta(hours=8)


@dataclass(frozen=True)
class Room:
    """A room, by its public id, and when it is taken."""

    id: str
    taken: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Diary:
    """Everything that decides whether a slot is free.

    ``absences`` and ``taken`` are the practitioner's; ``rooms`` are those in which the session may
    be held, the preferred one first, and empty where any place will do. ``from_now`` is the moment
    before which nothing is proposed; ``unable`` is when the practitioner may not perform what is
    planned, so that it would be refused.
    """

    opening: Opening
    absences: tuple[Span, ...] = ()
    taken: tuple[Span, ...] = ()
    rooms: tuple[Room, ...] = ()
    from_now: datetime | None = None
    unable: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A free slot and the room kept for it, where rooms are told apart."""

    span: Span
    room: str | None = None

    @property
    def day(self) -> date:
        return to_local(self.span.start).date()

    def at(self, language: str) -> str:
        """``9 h 30``: the time on the clinic's clock."""
        return clock(to_local(self.span.start).time(), language)


def free_slots(
    diary: Diary, day: date, duration: timedelta, step: timedelta = STEP
) -> Iterator[Slot]:
    """The free slots of a day, earliest first. Raises ``InputError`` for no plausible duration."""
    _check_duration(duration)
    for opening in diary.opening.spans(day):
        start = opening.start
        while start + duration <= opening.end:
            slot = _free(diary, lasting(start, duration))
            if slot:
                yield slot
            start += step


def free_slots_between(
    diary: Diary, first: date, last: date, duration: timedelta, step: timedelta = STEP
) -> Iterator[Slot]:
    """The free slots from the day ``first`` to the day ``last``, to move one session to."""
    day = first
    while day <= last:
        yield from free_slots(diary, day, duration, step)
        day += timedelta(days=1)


def is_free(diary: Diary, start: datetime, duration: timedelta) -> Slot | Text:
    """The slot that starts at the aware moment ``start``, or why it cannot be had."""
    _check_duration(duration)
    answer = diary.opening.is_open(start, duration)
    if answer.why:
        return answer.why
    wanted = lasting(start, duration)
    return _free(diary, wanted) or _taken_because(diary, wanted)


def nearest(slots: Sequence[Slot], preferred: time | None) -> Slot | None:
    """The slot closest to an hour of the day; the first where none is preferred."""
    if not slots or preferred is None:
        return slots[0] if slots else None
    wanted = preferred.hour * 60 + preferred.minute

    def distance(slot: Slot) -> int:
        local = to_local(slot.span.start)
        return abs(local.hour * 60 + local.minute - wanted)

    return min(slots, key=distance)


def full_because(diary: Diary, day: date) -> Text:
    """Why a day has no free slot: closed, the practitioner away, or full."""
    closed = diary.opening.closed_because(day)
    if closed:
        return closed
    spans = diary.opening.spans(day)
    if diary.from_now and all(span.end <= diary.from_now for span in spans):
        return PAST
    if all(any(absence.holds(span) for absence in diary.absences) for span in spans):
        return AWAY
    if all(any(one.holds(span) for one in diary.unable) for span in spans):
        return UNABLE
    return FULL


def _free(diary: Diary, wanted: Span) -> Slot | None:
    if diary.from_now and wanted.start < diary.from_now:
        return None
    if any(span.meets(wanted) for span in (*diary.absences, *diary.unable, *diary.taken)):
        return None
    if not diary.rooms:
        return Slot(wanted)
    for room in diary.rooms:
        if not any(span.meets(wanted) for span in room.taken):
            return Slot(wanted, room.id)
    return None


def _taken_because(diary: Diary, wanted: Span) -> Text:
    if diary.from_now and wanted.start < diary.from_now:
        return PAST
    if any(span.meets(wanted) for span in diary.absences):
        return AWAY
    if any(span.meets(wanted) for span in diary.unable):
        return UNABLE
    if any(span.meets(wanted) for span in diary.taken):
        return TAKEN
    return NO_ROOM


def _check_duration(duration: timedelta) -> None:
    if not timedelta(0) < duration <= LONGEST:
        raise InputError(
            "a session lasts from one minute to eight hours; check its duration",
            fr="une séance dure d’une minute à huit heures\u00a0; vérifiez sa durée",
        )


PAST = Text(fr="déjà passé", en="already past")
AWAY = Text(fr="praticien absent", en="the practitioner is away")
UNABLE = Text(
    fr="praticien sans habilitation en vigueur ce jour-là pour ce traitement",
    en="the practitioner has no valid privilege for this therapy on that day",
)
TAKEN = Text(fr="le praticien a déjà un rendez-vous", en="the practitioner has an appointment")
NO_ROOM = Text(fr="aucune salle libre", en="no room is free")
FULL = Text(fr="complet", en="fully booked")

"""The agenda as the board shows it: columns of people, rooms or days, drawn to scale.

What is shut, who is away, who comes and what is free stand in each column in the order of the day,
so that it reads as a list where nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final, Literal

from django.utils.translation import gettext as _

from dolenti.access.models import User
from dolenti.agenda import day
from dolenti.agenda.models import Appointment
from dolenti.calendar.day import standing
from dolenti.calendar.grid import (
    DAY,
    STEP,
    UNIT,
    Stretch,
    lanes,
    pieces_of,
    stretch,
    up_to_unit,
    without,
)
from dolenti.calendar.moments import Span, clock, day_bounds, day_in_words, local_day, to_local
from dolenti.clinic.agenda.cards import Card, Cards, length, visit_of

COMING_SHOWN: Final = 4
"""How many of those who come next stand at the top: more is the board's."""
SHORT: Final = 20
"""An appointment of so many minutes, or fewer, has one line."""
MOST_LANES: Final = 10
"""Beside each other stand no more; the others lie over the last."""
FINE: Final = (10, 15, 20)
"""Minutes of the shortest appointment up to which a day is drawn larger: a finger needs 24 px."""
BEFORE: Final = 30
AHEAD: Final = 5 * 60
"""Minutes of today that a phone shows first: a little before now, and what comes next."""
USUAL: Final = Stretch(8 * 60, 18 * 60)
"""What is drawn of a day of which nothing says otherwise."""


@dataclass(frozen=True)
class Block:
    """One piece of a column: an appointment, a hole to book in, or why there is none.

    ``place`` are the classes that put it where it stands: a page has no style of its own.
    """

    kind: Literal["visit", "hole", "shut", "away", "now"]
    place: str
    words: str = ""
    card: Card | None = None
    at: str = ""  # the hour as a form takes it
    short: bool = False
    company: int = 1  # how many stand beside each other there


@dataclass(frozen=True)
class Column:
    """A person, a room or a day. ``note`` says why nobody is there, or for how long; ``spare`` how
    much time is still free. ``person`` and ``day`` are whose holes they are, where they can be
    booked."""

    key: str
    name: str
    count: int
    own: bool = False
    note: str = ""
    spare: str = ""
    person: str = ""
    day: date | None = None
    blocks: list[Block] = field(default_factory=list)

    @property
    def company(self) -> int:
        """How many stand beside each other in it at most: so much wider it is."""
        return max((block.company for block in self.blocks), default=1)


@dataclass(frozen=True)
class Board:
    """The whole of it. ``now`` is the hour in words where the day is today's; ``hours`` are each
    whole hour with its place."""

    columns: list[Column]
    hours: list[tuple[str, str]]
    scale: str
    late: list[Card] = field(default_factory=list)
    waiting: list[Card] = field(default_factory=list)
    coming: list[Card] = field(default_factory=list)
    more_coming: int = 0
    cancelled: list[Card] = field(default_factory=list)
    now: str = ""
    now_place: str = ""  # the classes that put the hour of now in the ruler
    near: str = ""  # the classes of the part of today around now, where there is more of it

    @property
    def is_empty(self) -> bool:
        """Whether nobody comes."""
        return not any(column.count for column in self.columns)


def of_day(
    days: day.Days, cards: Cards, by: str, own: str, people: Sequence[User], who: str = ""
) -> Board:
    """One day by practitioner or by room; ``own`` is the reader's public id, whose column is the
    first. ``who`` is the one practitioner whose column is wanted."""
    made = cards.of_all(days.appointments)
    shown = [one for one in days.appointments if not who or one.practitioner.public_id == who]
    kept = [one for one in shown if one.state != Appointment.State.CANCELLED]
    draw = _Drawing(days, cards, made)
    on = days.first
    if by == "room":
        columns = [
            Column(key, name or _("No room"), len(rows), blocks=draw.blocks(on, rows))
            for (key, name), rows in _by_room(kept).items()
        ]
    else:
        columns = [
            draw.person(on, key, name, rows, own=key == own)
            for (key, name), rows in _by_person(kept, people, days, who).items()
        ]
    # One's own column first, then by name; what has no room is last.
    columns.sort(key=lambda one: (not one.own, not one.key, one.name))
    stands = standing(map(visit_of, kept), cards.now)
    is_today = local_day(cards.now) == on
    return Board(
        columns,
        draw.hours(),
        draw.scale,
        late=[made[v.what.pk] for v in stands.late] if is_today else [],
        waiting=[made[v.what.pk] for v in stands.waiting] if is_today else [],
        coming=[made[v.what.pk] for v in stands.coming[:COMING_SHOWN]] if is_today else [],
        more_coming=max(0, len(stands.coming) - COMING_SHOWN) if is_today else 0,
        cancelled=[made[o.pk] for o in shown if o.state == Appointment.State.CANCELLED],
        now=clock(to_local(cards.now).time(), cards.words.language) if is_today else "",
        now_place=draw.now_place if is_today else "",
        near=draw.near_scale,
    )


def of_week(days: day.Days, cards: Cards, shown: Sequence[date], person: str) -> Board:
    """The week of one person: a column for each day, with the room to spare in it."""
    made = cards.of_all(days.appointments)
    kept = [one for one in days.appointments if one.state != Appointment.State.CANCELLED]
    draw = _Drawing(days, cards, made)
    columns = []
    for one_day in shown:
        name = day_in_words(one_day, cards.words.language).rsplit(" ", 1)[0]
        rows = [one for one in kept if local_day(one.start) == one_day]
        is_today = one_day == local_day(cards.now)
        columns.append(draw.person(one_day, person, name, rows, own=is_today, shut=True))
    gone = [made[o.pk] for o in days.appointments if o.state == Appointment.State.CANCELLED]
    is_now = local_day(cards.now) in shown
    now = clock(to_local(cards.now).time(), cards.words.language) if is_now else ""
    return Board(
        columns, draw.hours(), draw.scale, cancelled=gone, now=now,
        now_place=draw.now_place if is_now else "",
    )  # fmt: skip


Named = tuple[str, str]


def _by_room(appointments: Iterable[Appointment]) -> dict[Named, list[Appointment]]:
    found: dict[Named, list[Appointment]] = {}
    for one in appointments:
        room = (one.room.public_id, one.room.name) if one.room else ("", "")
        found.setdefault(room, []).append(one)
    return found


def _by_person(
    appointments: Iterable[Appointment], people: Iterable[User], days: day.Days, who: str
) -> dict[Named, list[Appointment]]:
    """Whoever practises here has a column, where the site is open; and whoever has somebody come,
    or is away."""
    found: dict[Named, list[Appointment]] = {}
    is_open = days.opening.hours(days.first)
    there = [*(people if is_open else ()), *(absence.user for absence in days.absences)]
    for person in there:
        if not who or person.public_id == who:
            found.setdefault((person.public_id, person.name), [])
    for one in appointments:
        key = (one.practitioner.public_id, one.practitioner.name)
        found.setdefault(key, []).append(one)
    return found


class _Drawing:
    """Days drawn on one scale: from the first hour to the last at which anything is on any."""

    def __init__(self, days: day.Days, cards: Cards, made: Mapping[int, Card]) -> None:
        self.days, self.cards, self.made = days, cards, made
        self.language = cards.words.language
        kept = [o for o in days.appointments if o.state != Appointment.State.CANCELLED]
        every = [*self._visits(kept), *self._every_opening()]
        first = min((one.start for one in every), default=USUAL.start) // STEP
        last = -(-max((one.end for one in every), default=USUAL.end) // STEP)
        self.whole = Stretch(first * STEP, last * STEP)
        shortest = min((one.length for one in self._visits(kept)), default=STEP)
        fine = next((f" fine-{most}" for most in FINE if shortest <= most), "")
        self.scale = f"from-{first} upto-{last}{fine}"
        self.near = self._near()
        near = self.near
        self.near_scale = f"from-{near.start // STEP} upto-{near.end // STEP}" if near else ""

    def _near(self) -> Stretch | None:
        """The part of the day around now; nothing of another day, or where it is all of it."""
        local = to_local(self.cards.now)
        if not self.days.first == self.days.last == local.date():
            return None
        now = local.hour * 60 + local.minute
        first = max(self.whole.start, min((now - BEFORE) // STEP * STEP, self.whole.end - AHEAD))
        last = min(self.whole.end, first + AHEAD + 2 * STEP)
        return Stretch(first, last) if Stretch(first, last) != self.whole else None

    def place(self, one: Stretch) -> str:
        """The classes that put a stretch where it stands."""
        near = self.near
        far = near is not None and (one.end <= near.start or one.start >= near.end)
        return f"{_place(one)} far" if far else _place(one)

    def _every_opening(self) -> Iterator[Stretch]:
        for ordinal in range(self.days.first.toordinal(), self.days.last.toordinal() + 1):
            yield from self._opening(date.fromordinal(ordinal))

    def _opening(self, on: date) -> list[Stretch]:
        spans = self.days.opening.spans(on)
        return [piece for span in spans if (piece := stretch(span, on))]

    def _visits(self, appointments: Sequence[Appointment]) -> list[Stretch]:
        found = (stretch(Span(a.start, a.end), local_day(a.start)) for a in appointments)
        return [piece for piece in found if piece]

    def hours(self) -> list[tuple[str, str]]:
        """Each whole hour in words, with its place."""
        return [
            (clock(time(hour), self.language), self.place(Stretch(hour * 60, hour * 60 + 60)))
            for hour in range(-(-self.whole.start // 60), self.whole.end // 60)
        ]

    def person(
        self, on: date, key: str, name: str, rows: list[Appointment], *, own: bool,
        shut: bool = False,
    ) -> Column:  # fmt: skip
        """The column of a practitioner's day; ``shut`` has it say why the site is closed."""
        bounds = Span(*day_bounds(on))
        away = [
            Span(one.start, one.end)
            for one in self.days.absences
            if one.user.public_id == key and Span(one.start, one.end).meets(bounds)
        ]
        closed = self.days.opening.closed_because(on, local_day(self.cards.now)) if shut else None
        notes = [_away(one, bounds, self.language) for one in away]
        note = closed.in_language(self.language) if closed else "; ".join(notes)
        gone = [piece for one in away if (piece := stretch(one, on))]
        free = self._free(on, [*self._visits(rows), *gone])
        spare = sum(one.length for one in free)
        return Column(
            on.isoformat() if shut else key,
            name,
            len(rows),
            own,
            note,
            length(spare) if spare else "",
            key,
            on,
            self.blocks(on, rows, gone, free),
        )

    def _free(self, on: date, taken: list[Stretch]) -> list[Stretch]:
        """What can still be booked of a day."""
        today = local_day(self.cards.now)
        if on < today:
            return []
        if on == today:
            local = to_local(self.cards.now)
            taken = [Stretch(0, local.hour * 60 + local.minute + 1), *taken]
        return [
            Stretch(start, one.end)
            for opening in self._opening(on)
            for one in without(opening, taken)
            if (start := up_to_unit(one.start)) < one.end
        ]

    def blocks(
        self,
        on: date,
        rows: list[Appointment],
        away: Sequence[Stretch] = (),
        free: Sequence[Stretch] = (),
    ) -> list[Block]:
        """Everything of one day of one column, in its order."""
        found = [
            (one.start, 0, Block("shut", self.place(one), self._said(one)))
            for one in without(self.whole, self._opening(on))
        ]
        for one in away:
            seen = Stretch(max(one.start, self.whole.start), min(one.end, self.whole.end))
            if seen.length > 0:
                found.append((seen.start, 1, Block("away", self.place(seen), self._said(seen))))
        for hole in free:
            for piece in pieces_of(hole):
                at = _time(piece.start)
                said = clock(at, self.language)
                found.append(
                    (piece.start, 2, Block("hole", self.place(piece), said, at=f"{at:%H:%M}"))
                )
        visits = self._visits(rows)
        for one, row, (lane, company) in zip(visits, rows, lanes(visits), strict=True):
            width = min(company, MOST_LANES)
            place = f"{self.place(one)} lane-{min(lane, width - 1)} of-{width}"
            block = Block(
                "visit", place, card=self.made[row.pk], short=one.length <= SHORT, company=width
            )
            found.append((one.start, 3, block))
        now = to_local(self.cards.now)
        if now.date() == on and self.now_place:
            said = clock(now.time(), self.language)
            found.append((now.hour * 60 + now.minute, 2, Block("now", self.now_place, said)))
        return [block for _start, _rank, block in sorted(found, key=lambda one: one[:2])]

    @property
    def now_place(self) -> str:
        """Where the hour of now is, if it is on the scale."""
        now = to_local(self.cards.now)
        minute = now.hour * 60 + now.minute
        if not self.whole.start <= minute < self.whole.end:
            return ""
        return self.place(Stretch(minute - minute % UNIT, minute - minute % UNIT + UNIT))

    def _said(self, one: Stretch) -> str:
        ends = (_time(one.start), _time(one.end))
        first, last = (clock(at, self.language) for at in ends)
        return f"{first}–{last}"


def _time(minute: int) -> time:
    return time(0) if minute >= DAY else time(minute // 60, minute % 60)


def _place(one: Stretch) -> str:
    start, long = divmod(one.start, 60), divmod(one.length, 60)
    return f"h-{start[0]} m-{start[1]} lh-{long[0]} lm-{long[1]}"


def _away(span: Span, bounds: Span, language: str) -> str:
    if span.holds(bounds):
        return _("away all day")
    start, end = max(span.start, bounds.start), min(span.end, bounds.end)
    if start == bounds.start:
        return _("away until %(end)s") % {"end": clock(to_local(end).time(), language)}
    if end == bounds.end:
        return _("away from %(start)s") % {"start": clock(to_local(start).time(), language)}
    return _("away from %(start)s to %(end)s") % {
        "start": clock(to_local(start).time(), language),
        "end": clock(to_local(end).time(), language),
    }

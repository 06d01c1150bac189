"""The agenda as the board shows it: columns of people, rooms or days, rows of half hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from dolenti.agenda import day
from dolenti.agenda.models import Appointment
from dolenti.calendar.day import Place, row_of, rows, standing
from dolenti.calendar.moments import Span, clock, day_bounds, day_in_words, local_day, to_local
from dolenti.clinic.agenda.cards import Card, Cards, visit_of
from dolenti.treatment.day import is_ahead

COMING_SHOWN: Final = 4
"""How many of those who come next stand at the top: more is the board's."""


@dataclass(frozen=True)
class Column:
    """A person, a room or a day. ``note`` says why nobody is there, or for how long."""

    key: str
    name: str
    count: int
    own: bool = False
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A half hour; one that ``begins_after_now`` is the first below the line."""

    at: str
    cells: list[list[Card]]
    begins_after_now: bool = False
    is_over: bool = False


@dataclass(frozen=True)
class Board:
    """The whole of it. ``now`` is the hour in words where the day is today's."""

    columns: list[Column]
    rows: list[Row]
    late: list[Card] = field(default_factory=list)
    waiting: list[Card] = field(default_factory=list)
    coming: list[Card] = field(default_factory=list)
    more_coming: int = 0
    over: int = 0
    cancelled: list[Card] = field(default_factory=list)
    now: str = ""
    now_is_last: bool = False

    @property
    def days(self) -> list[tuple[Column, list[Card]]]:
        """The cards column by column: a week on a phone."""
        return [
            (column, [card for row in self.rows for card in row.cells[number]])
            for number, column in enumerate(self.columns)
        ]

    @property
    def folded(self) -> int:
        """How many appointments stand in rows where everything is over."""
        return sum(len(cell) for row in self.rows if row.is_over for cell in row.cells)

    @property
    def width(self) -> int:
        """How many columns a line across has."""
        return len(self.columns) + 1


def of_day(days: day.Days, cards: Cards, by: str, own: str) -> Board:
    """One day by practitioner or by room; ``own`` is the reader's public id, whose column is the
    first."""
    made = cards.of_all(days.appointments)
    shown = [one for one in days.appointments if one.state != Appointment.State.CANCELLED]
    column_of = _by_room if by == "room" else _by_person
    columns = _columns(shown, column_of, own)
    if by != "room":
        columns = _with_absences(columns, days, cards.words.language)
    stands = standing(map(visit_of, shown), cards.now)
    is_today = local_day(cards.now) == days.first
    lines = _rows(shown, [one.key for one in columns], column_of, made, cards)
    return Board(
        columns,
        lines,
        late=[made[v.what.pk] for v in stands.late] if is_today else [],
        waiting=[made[v.what.pk] for v in stands.waiting] if is_today else [],
        coming=[made[v.what.pk] for v in stands.coming[:COMING_SHOWN]] if is_today else [],
        more_coming=max(0, len(stands.coming) - COMING_SHOWN) if is_today else 0,
        over=stands.over,
        cancelled=[made[o.pk] for o in days.appointments if o.state == Appointment.State.CANCELLED],
        now=clock(to_local(cards.now).time(), cards.words.language) if is_today else "",
        now_is_last=is_today and not any(line.begins_after_now for line in lines),
    )


def of_week(days: day.Days, cards: Cards, shown: Sequence[date]) -> Board:
    """The week of one person: a column for each day."""
    made = cards.of_all(days.appointments)
    kept = [one for one in days.appointments if one.state != Appointment.State.CANCELLED]
    language = cards.words.language
    counts: dict[str, int] = {}
    for one in kept:
        key = local_day(one.start).isoformat()
        counts[key] = counts.get(key, 0) + 1
    columns = []
    for one_day in shown:
        closed = days.opening.closed_because(one_day)
        bounds = Span(*day_bounds(one_day))
        away = [a for a in days.absences if Span(a.start, a.end).meets(bounds)]
        note = closed.in_language(language) if closed else ""
        note = note or "; ".join(_away(Span(a.start, a.end), bounds, language) for a in away)
        name = day_in_words(one_day, language).rsplit(" ", 1)[0]
        key = one_day.isoformat()
        is_today = one_day == local_day(cards.now)
        columns.append(Column(key, name, counts.get(key, 0), own=is_today, note=note))
    lines: dict[str, dict[str, list[Card]]] = {}
    for one in sorted(kept, key=lambda s: to_local(s.start).time()):
        at = clock(to_local(row_of(one.start)).time(), language)
        cells = lines.setdefault(at, {})
        cells.setdefault(local_day(one.start).isoformat(), []).append(made[one.pk])
    return Board(
        columns,
        [Row(at, [cells.get(c.key, []) for c in columns]) for at, cells in lines.items()],
        cancelled=[made[o.pk] for o in days.appointments if o.state == Appointment.State.CANCELLED],
    )


def _by_person(appointment: Appointment) -> tuple[str, str]:
    return appointment.practitioner.public_id, appointment.practitioner.name


def _by_room(appointment: Appointment) -> tuple[str, str]:
    return (appointment.room.public_id, appointment.room.name) if appointment.room else ("", "")


ColumnOf = Callable[[Appointment], tuple[str, str]]


def _columns(appointments: Iterable[Appointment], column_of: ColumnOf, own: str) -> list[Column]:
    counts: dict[tuple[str, str], int] = {}
    for one in appointments:
        counts[column_of(one)] = counts.get(column_of(one), 0) + 1
    columns = [
        Column(key, name or _("No room"), count, own=bool(key) and key == own)
        for (key, name), count in counts.items()
    ]
    # One's own column first, then by name; what has no room is last.
    return sorted(columns, key=lambda one: (not one.own, not one.key, one.name))


def _with_absences(columns: list[Column], days: day.Days, language: str) -> list[Column]:
    """Who is away says so at the head of their column; who is away and has nobody has one too."""
    bounds = Span(*day_bounds(days.first))
    notes: dict[tuple[str, str], list[str]] = {}
    for absence in days.absences:
        who = (absence.user.public_id, absence.user.name)
        notes.setdefault(who, []).append(_away(Span(absence.start, absence.end), bounds, language))
    there = {one.key for one in columns}
    said = [
        Column(c.key, c.name, c.count, c.own, "; ".join(notes.get((c.key, c.name), [])))
        for c in columns
    ]
    gone = [Column(k, n, 0, note="; ".join(w)) for (k, n), w in notes.items() if k not in there]
    return said + sorted(gone, key=lambda one: one.name)


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


def _rows(
    appointments: list[Appointment],
    keys: list[str],
    column_of: ColumnOf,
    made: Mapping[int, Card],
    cards: Cards,
) -> list[Row]:
    place_of = {key: number for number, key in enumerate(keys)}
    found = []
    passed = True
    folds = any(is_ahead(one) for one in appointments)  # of a day that is over, nothing is folded
    for start, visits in rows([visit_of(one) for one in appointments]):
        cells: list[list[Card]] = [[] for _ in keys]
        for visit in visits:
            cells[place_of[column_of(visit.what)[0]]].append(made[visit.what.pk])
        after = passed and all(visit.span.start > cards.now for visit in visits)
        passed = passed and not after
        over = all(card.place is Place.OVER for cell in cells for card in cell)
        at = clock(to_local(start).time(), cards.words.language)
        found.append(Row(at, cells, begins_after_now=after, is_over=over and folds))
    return found

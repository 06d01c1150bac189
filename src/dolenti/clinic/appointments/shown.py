"""Free times, the history of an appointment, and absences, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.agenda.appointments import FreeDay
from dolenti.agenda.models import Absence, Appointment
from dolenti.calendar.moments import Span, clock, day_in_words, to_local
from dolenti.calendar.slots import Slot
from dolenti.ledger.models import Revision
from dolenti.ui.labels import LABELS


@dataclass(frozen=True)
class FreeLine:
    """A day with its free times (what the form sends back, the hour), or why it has none."""

    day: str
    slots: list[tuple[str, str]]
    why: str


def free_lines(days: Iterable[FreeDay], language: str) -> list[FreeLine]:
    """Days and their free times, in words; days that follow each other for one reason are one."""
    lines: list[FreeLine] = []
    for one in days:
        why = one.why.in_language(language) if one.why else ""
        said = day_in_words(one.day, language)
        said = said[:1].upper() + said[1:]
        slots = [(written(slot), slot.at(language)) for slot in one.slots]
        lines.append(FreeLine(said, slots, why))
    return lines


def written(slot: Slot) -> str:
    """A free time as the form sends it back."""
    return f"{slot.span.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}|{slot.room or ''}"


@dataclass(frozen=True)
class HistoryLine:
    """One change of an appointment."""

    what: str
    author: str
    at: datetime
    reason: str


def history_lines(
    appointment: Appointment, revisions: Iterable[Revision], language: str
) -> list[HistoryLine]:
    """What became of an appointment, the last first."""
    lines = [
        HistoryLine(_change(one.before, one.after, language), one.by, one.at, one.reason)
        for one in revisions
    ]
    lines.insert(0, HistoryLine(_("Booked"), appointment.author.name, appointment.created_at, ""))
    return lines[::-1]


def _change(before: dict[str, Any], after: dict[str, Any], language: str) -> str:
    if "state" in after:
        if after["state"] == Appointment.State.PLANNED:
            return _("Arrival undone")
        return str(LABELS["appointment-state"].get(after["state"], after["state"]))
    if "start" in after:
        return _("Moved from %(before)s to %(after)s") % {
            "before": _moment(before["start"], language),
            "after": _moment(after["start"], language),
        }
    return _("Another practitioner, room or length")


def _moment(text: str, language: str) -> str:
    local = to_local(datetime.fromisoformat(text))
    return f"{day_in_words(local.date(), language)}, {clock(local.time(), language)}"


@dataclass(frozen=True)
class AbsenceLine:
    """An absence in words; ``to_move`` is how many appointments fall into it."""

    public_id: str
    who: str
    words: str
    running: bool
    to_move: int


def absence_lines(absences: Iterable[Absence], language: str) -> list[AbsenceLine]:
    """Absences, as listed."""
    now = timezone.now()
    return [
        AbsenceLine(
            one.public_id,
            one.user.name,
            span_in_words(Span(one.start, one.end), language),
            one.start <= now,
            one.to_move,  # type: ignore[attr-defined]
        )
        for one in absences
    ]


def span_in_words(span: Span, language: str) -> str:
    """A stretch of time as people say it: whole days without hours, one day once."""
    start, end = to_local(span.start), to_local(span.end)
    whole = start.time() == end.time() == time(0)
    if whole:
        last = end.date() - timedelta(days=1)
        first_said, last_said = (day_in_words(d, language) for d in (start.date(), last))
        if start.date() == last:
            return first_said
        return _("from %(first)s to %(last)s") % {"first": first_said, "last": last_said}
    hours = {"start": clock(start.time(), language), "end": clock(end.time(), language)}
    if start.date() == end.date():
        return _("%(day)s, from %(start)s to %(end)s") % {
            "day": day_in_words(start.date(), language),
            **hours,
        }
    return _("from %(first)s, %(start)s to %(last)s, %(end)s") % {
        "first": day_in_words(start.date(), language),
        "last": day_in_words(end.date(), language),
        **hours,
    }

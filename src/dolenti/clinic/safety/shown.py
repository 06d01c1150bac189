"""Events and alarms as their pages show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access.models import User
from dolenti.calendar.moments import to_local
from dolenti.guideline import session as guided
from dolenti.guideline.session import Proposed
from dolenti.guideline.session.shapes.events import Circumstance, Event
from dolenti.guideline.words import date_in_words
from dolenti.ledger import versions
from dolenti.safety import events, gate, reports
from dolenti.safety.models import AdverseEvent, Alarm, Report
from dolenti.safety.shared import Act
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current
from dolenti.ui.templatetags.dolenti import day, moment


@dataclass(frozen=True)
class EventLine:
    """One event in a list."""

    event: AdverseEvent
    label: str
    grade: str

    @property
    def is_open(self) -> bool:
        """Whether it is to be graded, or followed to its end."""
        return not self.event.in_error and (
            self.event.grade is None or self.event.outcome not in events.OVER
        )


def event_lines(found: Iterable[AdverseEvent]) -> list[EventLine]:
    """Events in words."""
    return [EventLine(one, label_of(one.event), grade_words(one)) for one in found]


def device_in_words(act: Act, language: str) -> str:
    """The device of an event, or how it was done without one."""
    kinds = {one.id: one.label.in_language(language) for one in events.content().devices}
    return kinds.get(act.device, act.device)


def label_of(event: str) -> str:
    """What an event is called; its id where the edition in force no longer knows it."""
    known = events.definition(event)
    return known.label.in_language(current()) if known else event


def grade_words(event: AdverseEvent) -> str:
    """How bad it is, in the words of its scale."""
    if event.grade is None:
        return _("not graded")
    scale = events.scale_of(event.event)
    said = next((g.says for g in scale.grades if g.grade == event.grade), None) if scale else None
    grade = _("grade %(n)s") % {"n": event.grade}
    return f"{grade} – {said.in_language(current())}" if said else grade


@dataclass(frozen=True)
class RouteLine:
    """A report that is due, or may be."""

    id: str
    label: str
    certain: bool
    because: tuple[str, ...]
    ask: tuple[str, ...]
    to: str
    limit: str
    due: tuple[tuple[str, datetime, bool], ...]
    unknown: bool
    do_too: tuple[str, ...]
    reports: tuple[ReportLine, ...] = ()


@dataclass(frozen=True)
class ReportLine:
    """A report that is due, or was sent: its route and part in words, and how it stands."""

    report: Report
    label: str
    route: str
    part: str
    due: str
    icon: str
    who: str


def report_line(report: Report, now: datetime) -> ReportLine:
    """A report in words. One that is due without delay is never called late by an hour that no
    text gives: since when it waits is said."""
    content, language = events.content(), current()
    labels = {one.id: one.label.in_language(language) for one in content.routes}
    deadline = reports.deadline_of(report)
    late = report.due_at < now
    at = to_local(report.due_at)
    if report.at_once:
        due = _("to be sent without delay, not sent since %(at)s") % {"at": moment(at)}
    elif late:
        due = _("late: it was due by %(at)s") % {"at": day(at)}
    else:
        due = _("to be sent by %(at)s") % {"at": day(at)}
    session = report.event.session
    return ReportLine(
        report,
        label_of(report.event.event),
        labels.get(report.route, report.route),
        deadline.label.in_language(language) if deadline else report.part,
        due,
        "stop" if late else "clock",
        session.course.practitioner.name if session else report.event.author.name,
    )


def report_lines(found: Iterable[Report]) -> list[ReportLine]:
    """Reports in words."""
    now = timezone.now()
    return [report_line(one, now) for one in found]


def to_ask(definition: Event | None, known_by_record: Mapping[str, bool]) -> list[Circumstance]:
    """The circumstances to be asked of an event: nobody is asked what the record knows."""
    if definition is None:
        return []
    by_id = {one.id: one for one in events.content().circumstances}
    return [by_id[name] for name in guided.asked(definition) if name not in known_by_record]


def routes(event: AdverseEvent, known: Mapping[str, bool]) -> list[RouteLine]:
    """To whom an event is reported, by when; those that are due first."""
    lines = report_lines(gate.reports_of(event))
    return [_route(one, lines) for one in reports.proposed(event, known)]


def _route(one: Proposed, lines: Iterable[ReportLine]) -> RouteLine:
    language, route = current(), one.route
    mine = tuple(line for line in lines if line.report.route == route.id)
    told = {line.report.part for line in mine}
    return RouteLine(
        id=route.id,
        label=route.label.in_language(language),
        certain=one.certain,
        because=tuple(text.in_language(language) for text in one.because),
        ask=tuple(question.ask.in_language(language) for question in one.ask),
        to=route.to.in_language(language),
        limit=route.limit.in_language(language),
        due=tuple(
            (due.label.in_language(language), due.by, due.own)
            for due in one.due
            if due.own or due.part not in told
        ),
        unknown=route.unknown,
        do_too=tuple(text.in_language(language) for text in route.do_too),
        reports=mine,
    )


@dataclass(frozen=True)
class Change:
    """One version beside the one before."""

    at: datetime
    author: str
    reason: str
    fields: tuple[tuple[str, str, str], ...]


def changes(
    event: AdverseEvent, labels: Mapping[str, Any], rooms: Mapping[str, str]
) -> list[Change]:
    """How an event was told before, the last change first. ``rooms`` are names by their id."""

    def told(name: str, value: Any) -> str:
        return rooms.get(value, value) if name == "room" and value else _text(name, value)

    found = []
    for one in reversed(versions.history(event)):
        fields = tuple(
            (str(labels.get(name, name)), told(name, one.before.get(name)), told(name, value))
            for name, value in one.after.items()
            if name in labels
        )
        found.append(Change(one.at, one.by, one.reason, fields))
    return found


_TELLS: dict[str, Callable[[str], str]] = {
    "outcome": lambda value: str(LABELS["event-outcome"].get(value, value)),
    "began": lambda value: date_in_words(date.fromisoformat(value), current()),
    "ended": lambda value: date_in_words(date.fromisoformat(value), current()),
}
"""How the history's own words of a field are told."""


def _text(field: str, value: Any) -> str:
    """What one version said of a field, as the history keeps it, in words."""
    if value is None or value == "" or value == {}:
        return "–"
    if field in _TELLS:
        return _TELLS[field](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        by_id = {one.id: one.ask.in_language(current()) for one in events.content().circumstances}
        said = {True: _("yes"), False: _("no")}
        return ", ".join(f"{by_id.get(name, name)}: {said[one]}" for name, one in value.items())
    return str(value)


@dataclass(frozen=True)
class AlarmLine:
    """An alarm in words. ``which`` is the lot, the room, the device or the person."""

    alarm: Alarm
    says: str
    which: str
    address: str
    cases: int
    late: bool


def alarm_lines(user: User, found: Iterable[Alarm]) -> list[AlarmLine]:
    """Alarms in words. Three queries, however many there are."""
    rows = list(found)
    rules = {one.id: one for one in events.content().clusters}
    counted = gate.cases_in_all(rows)
    names = gate.names_of(user, rows)
    now, lines = timezone.now(), []
    for one in rows:
        which, address = names.get((one.shares, one.name), (one.name, ""))
        if one.shares == Alarm.Shares.ALONE:
            which, address = "", ""
        lines.append(
            AlarmLine(
                one,
                rules[one.rule].says.in_language(current()) if one.rule in rules else one.rule,
                which,
                address,
                counted[one.pk],
                gate.is_late(one, now),
            )
        )
    return lines

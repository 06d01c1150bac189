"""Alerts and answers as the clinic reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from dolenti.clinic.common.listing import called
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.strip import first_words
from dolenti.diary import history, told
from dolenti.diary.alerts import CALL_LATE, is_call_late, is_nobodys, is_taken
from dolenti.diary.copied import alarm_labels, hidden_until_end, in_words, outcome_label
from dolenti.diary.following import Between
from dolenti.diary.link_life import TRIES
from dolenti.diary.models import Alert, AlertEvent, Answer, Message
from dolenti.diary.reading import MORE
from dolenti.diary.unanswered import Unanswered
from dolenti.guideline.diary import Due
from dolenti.records.models import Patient
from dolenti.ui.births import birth_as_listed
from dolenti.ui.language import current


@dataclass(frozen=True)
class AlertLine:
    """One alert in a list: of whom, what the patient said, what it may be ``about`` in a few words,
    with all of it in ``details`` where there is more, and whether nobody took it in time. What the
    patient wrote in their own words is ``written``: whoever may read an alert reads it whole."""

    alert: Alert
    who: str
    pain: str
    said: str
    about: str
    details: tuple[str, ...]
    written: tuple[tuple[str, str], ...]
    taken: bool
    nobodys: bool
    late: bool
    call_late: bool
    call_wanted: bool
    called: bool
    phone: str
    result: str


@dataclass(frozen=True)
class ToldLine:
    """One alert as other pages tell of it: what was said, and how it ended."""

    alert: Alert
    said: str
    result: str
    is_open: bool


def told_lines(found: Iterable[Alert]) -> list[ToldLine]:
    """Alerts in words."""
    return [
        ToldLine(
            one, told.what_was_said(one, current()), outcome_label(one, current()),
            told.is_open(one),
        )
        for one in found
    ]  # fmt: skip


@dataclass(frozen=True)
class EventLine:
    """One thing that happened to an alert, with the answer that made it happen; whether others were
    told because a time had passed, and not because the site was about to close."""

    event: AlertEvent
    late: bool
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AnswerLine:
    """One answer of a patient, and which question it was to."""

    answer: Answer
    asked: str
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Waits:
    """A question that waits for an answer, and a link may be made to."""

    window: str
    anchor: str
    asked: str
    due: datetime
    expires: datetime
    overdue: bool
    blocked: bool


@dataclass(frozen=True)
class SilentLine:
    """A question of safety that nobody answered: of whom, which, since when it was due."""

    who: str
    pain: str
    asked: str
    due: datetime
    expired: bool
    course: str
    patient: str
    window: str
    anchor: str
    phone: str


def _who(patient: Patient) -> str:
    """Of whom: two patients of one name are told apart before one of them is called."""
    return ", ".join(
        one for one in (called(patient), birth_as_listed(patient.birth_date, patient.sex)) if one
    )


def silent_line(one: Unanswered, words: Lookup, phone: str = "") -> SilentLine:
    """One question without an answer, with the patient's own number."""
    pain = one.course.complaint
    return SilentLine(
        _who(one.course.patient),
        words.complaint(pain.condition, pain.zone, pain.side),
        one.due.window.label.in_language(current()),
        one.due.due,
        one.due.status == "expired",
        one.course.public_id,
        one.course.patient.public_id,
        one.due.window.id,
        one.due.anchor,
        phone,
    )


def alert_line(
    alert: Alert, words: Lookup, now: datetime, kinds: Collection[str] = (), phone: str = ""
) -> AlertLine:
    """One alert, as it stands now; ``kinds`` are those of what happened to it."""
    pain, taken = alert.pain, is_taken(alert)
    labels = tuple(alarm_labels(alert, current()))
    about = first_words(labels[0])
    return AlertLine(
        alert,
        _who(alert.patient),
        words.complaint(pain.condition, pain.zone, pain.side) if pain is not None else "",
        told.in_own_words(alert, current()),
        about,
        () if labels == (about,) else labels,
        tuple(told.written(alert)),
        taken,
        is_nobodys(alert, now),
        alert.state == Alert.State.RAISED and not taken and alert.due_at < now,
        is_call_late(alert, now),
        AlertEvent.Kind.CALL_WANTED in kinds,
        AlertEvent.Kind.CALLED in kinds,
        phone,
        outcome_label(alert, current()),
    )


@dataclass(frozen=True)
class UrgentLine:
    """An alert that is nobody's on the first page: how urgent, of whom, and by when somebody takes
    it, or who took it calls again; whether that is past."""

    alert: Alert
    who: str
    late: bool
    call_late: bool


def urgent_lines(found: Iterable[Alert], now: datetime) -> list[UrgentLine]:
    """The alerts that are nobody's, the most urgent first."""
    return [
        UrgentLine(one, _who(one.patient), one.due_at < now, is_call_late(one, now))
        for one in found
        if is_nobodys(one, now)
    ]


def event_lines(events: Iterable[AlertEvent], alert: Alert) -> list[EventLine]:
    """What happened, the first first."""
    return [EventLine(one, _is_late(one, alert), tuple(_said(one))) for one in events]


def _is_late(event: AlertEvent, alert: Alert) -> bool:
    return event.kind == AlertEvent.Kind.ESCALATED and (
        event.created_at >= alert.due_at or (event.step or 0) >= CALL_LATE
    )


def _said(event: AlertEvent) -> list[tuple[str, str]]:
    if event.history is not None:
        return [(one.asked, one.said) for one in history.in_words(event.history, current())]
    if event.answer is None:
        return []
    return in_words(event.answer, current(), hidden_until_end())


def _questions(windows: Iterable[Due]) -> dict[str, str]:
    """What each window is called, by its id."""
    return {one.window.id: one.window.label.in_language(current()) for one in windows}


def answer_lines(
    answers: Iterable[Answer], windows: Iterable[Due], *, ended: bool
) -> list[AnswerLine]:
    """The answers of a course, each under the name of its question; what a patient says of their
    satisfaction only once the course ``ended``."""
    named, hidden = _questions(windows), () if ended else hidden_until_end()
    return [
        AnswerLine(
            one, named.get(one.window.removeprefix(MORE), ""),
            tuple(in_words(one, current(), hidden)),
        )
        for one in answers
    ]  # fmt: skip


@dataclass(frozen=True)
class MessageLine:
    """One message to a patient, and which question it was about."""

    message: Message
    asked: str
    at: datetime


def message_lines(found: Iterable[Message], windows: Iterable[Due]) -> list[MessageLine]:
    """The messages to a patient, the last first."""
    named = _questions(windows)
    return [
        MessageLine(one, named.get(one.window, ""), one.over_at or one.created_at) for one in found
    ]


def ended(happened: Between) -> list[tuple[str, datetime]]:
    """Why and since when nothing is asked of the patient any more."""
    return sorted(happened.stops.items(), key=lambda one: one[1])


def waiting(windows: Iterable[Due], happened: Between) -> list[Waits]:
    """The questions that wait, as the buttons that make a link."""
    wrong = happened.wrong_dates
    return [
        Waits(
            one.window.id,
            one.anchor,
            one.window.label.in_language(current()),
            one.due,
            one.expires,
            one.status == "overdue",
            wrong.get((one.window.id, one.anchor), 0) >= TRIES,
        )
        for one in windows
    ]

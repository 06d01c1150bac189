"""Alerts and answers as the clinic reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dolenti.clinic.common.listing import called
from dolenti.clinic.common.lookup import Lookup
from dolenti.diary import history
from dolenti.diary.alerts import is_taken
from dolenti.diary.copied import alarm_labels, hidden_until_end, in_words
from dolenti.diary.following import Between
from dolenti.diary.models import Alert, AlertEvent, Answer, Message
from dolenti.diary.reading import MORE
from dolenti.diary.unanswered import Unanswered
from dolenti.guideline.diary import Due
from dolenti.ui.language import current


@dataclass(frozen=True)
class AlertLine:
    """One alert in a list: of whom, about what, and whether nobody took it in time."""

    alert: Alert
    who: str
    pain: str
    about: tuple[str, ...]
    taken: bool
    late: bool


@dataclass(frozen=True)
class EventLine:
    """One thing that happened to an alert, with the answer that made it happen."""

    event: AlertEvent
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


@dataclass(frozen=True)
class SilentLine:
    """A question of safety that nobody answered: of whom, which, since when it was due."""

    who: str
    pain: str
    asked: str
    due: datetime
    expired: bool
    course: str


def silent_line(one: Unanswered, words: Lookup) -> SilentLine:
    """One question without an answer."""
    pain = one.course.complaint
    return SilentLine(
        called(one.course.patient),
        words.complaint(pain.condition, pain.zone, pain.side),
        one.due.window.label.in_language(current()),
        one.due.due,
        one.due.status == "expired",
        one.course.public_id,
    )


def alert_line(alert: Alert, words: Lookup, now: datetime) -> AlertLine:
    """One alert, as it stands now."""
    pain, taken = alert.pain, is_taken(alert)
    return AlertLine(
        alert,
        called(alert.patient),
        words.complaint(pain.condition, pain.zone, pain.side) if pain is not None else "",
        tuple(alarm_labels(alert, current())),
        taken,
        alert.state == Alert.State.RAISED and not taken and alert.due_at < now,
    )


def event_lines(events: Iterable[AlertEvent]) -> list[EventLine]:
    """What happened, the first first."""
    return [EventLine(one, tuple(_said(one))) for one in events]


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


def waiting(windows: Iterable[Due]) -> list[Waits]:
    """The questions that wait, as the buttons that make a link."""
    return [
        Waits(
            one.window.id,
            one.anchor,
            one.window.label.in_language(current()),
            one.due,
            one.expires,
            one.status == "overdue",
        )
        for one in windows
    ]

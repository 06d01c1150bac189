"""The answers of a course, wherever the record holds them, as values.

One door for whoever judges, draws or prints them. What is said within minutes of an injection is
left out: it is the anaesthetic that answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dolenti.access.actors import Actor
from dolenti.calendar.moments import local_day
from dolenti.diary import following
from dolenti.diary import gate as diary_gate
from dolenti.diary.following import Between
from dolenti.diary.models import Answer
from dolenti.diary.reading import MORE, SCORED
from dolenti.guideline import diary
from dolenti.guideline.diary import By, Due, Given, Reading
from dolenti.guideline.diary.facts import Facts, Value
from dolenti.guideline.diary.shapes.questions import UNKNOWN
from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring.pain import nrs
from dolenti.records.facts.knowing import standing
from dolenti.records.models import Statement
from dolenti.treatment import content
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.content import Happened
from dolenti.treatment.models import Course, SessionRecord

PAIN: Final = "pain-nrs"
NUMBERED: Final = ("nrs", "number")
OTHER_CARE: Final = "other-care"
MEDICINE: Final = "medicine-today"
_NOON: Final = time(12)
_SAID_BY: Final[dict[str, By]] = {"patient": "patient", "relative": "relative"}


@dataclass(frozen=True)
class SoFar:
    """The sessions of a course that were given, every answer that belongs to it, by time, and what
    was asked of the patient between the visits (what nobody sent was not). ``facts`` is what else
    the patient and the alerts say to the rules, where it is known."""

    sessions: tuple[Given, ...]
    readings: tuple[Reading, ...]
    asked: tuple[Due, ...] = ()
    facts: Facts = field(default_factory=dict)
    more: tuple[Answer, ...] = ()
    """What was answered of what is offered after a form, the first first."""
    questionnaires: tuple[Answer, ...] = ()
    """What was answered to the questionnaires of the site, the first first."""
    next_day: date | None = None
    """When the pain that judges is asked next, on the site's calendar."""
    silent: tuple[Due, ...] = ()
    """The windows that ended without an answer, of a patient who is asked by the phone: since the
    first that was sent, whether a message of each went or not."""


def so_far(user: Actor, course: Course, stated: Sequence[Statement], now: datetime) -> SoFar:
    """What is on record of a course, of what the user may see. ``stated`` is what was stated of
    its patient."""
    records = treatment_gate.records_in(user, course)
    return of_rows(course, records, diary_gate.between(user, course), stated, now)


def of_rows(
    course: Course,
    given: Sequence[SessionRecord],
    happened: Between,
    stated: Sequence[Statement],
    now: datetime,
) -> SoFar:
    """The same of rows that were read: what was given, with its appointments, amendments after what
    they amend; what happened between the visits."""
    records = _last_of_each(given)
    mine = [one for one in stated if one.complaint_id in (None, course.complaint_id)]
    zone = ZoneInfo(course.site.time_zone)
    answers = _not_amended(happened.answers)
    timeline = following.timeline(course, records, happened)
    found = [
        *_stated(standing(mine), zone),
        *_said_at_sessions(records),
        *_from_the_phone(answers),
    ]
    windows = diary.due(following.content(), timeline, following.answered_of(happened.answers), now)
    return SoFar(
        tuple(_given(one) for one in records),
        tuple(sorted(found, key=lambda one: (one.at, one.scale))),
        tuple(one for one in windows if (one.window.id, one.anchor) in happened.linked),
        {**_beside(answers, timeline), "alarm-open": happened.is_alarm_open(now)},
        tuple(one for one in answers if one.window.startswith(MORE)),
        tuple(one for one in answers if one.window.startswith(SCORED)),
        diary.next_judged(
            following.content(), timeline, windows,
            [one for one in happened.visits if one.ends > now],
        ),
        _silent(windows, happened),
    )  # fmt: skip


def _silent(windows: Sequence[Due], happened: Between) -> tuple[Due, ...]:
    sent = [one.due for one in windows if (one.window.id, one.anchor) in happened.linked]
    if not sent:
        return ()
    first = min(sent)
    return tuple(one for one in windows if one.status == "expired" and one.due >= first)


def _not_amended(answers: Sequence[Answer]) -> list[Answer]:
    """The answers as they were corrected, the first first."""
    amended = {one.amends_id for one in answers}
    return sorted(
        (one for one in answers if one.pk not in amended),
        key=lambda one: (one.received_at, one.pk),
    )


def _from_the_phone(answers: Sequence[Answer]) -> Iterator[Reading]:
    asked = {one.id: one for one in following.content().questions}
    for one in answers:
        by: By = "relative" if one.answered_by else "clinician" if one.author_id else "patient"
        window = one.window.removeprefix(MORE)  # of the same days, in a form of its own
        for name, value in one.answers.items():
            question = asked.get(name)  # None: of another edition
            if question is None or not (question.numbered or question.type in NUMBERED):
                continue
            number = None if value == UNKNOWN else float(value)
            yield Reading(question.answers, number, one.received_at, window, one.late, by)


def _beside(answers: Sequence[Answer], timeline: diary.Course) -> dict[str, Value]:
    """Other care since the first session, whenever it was told; and the medicine of the day of the
    last answer."""
    found: dict[str, Value] = {}
    since = [one.ended for one in timeline.sessions if one.ended is not None]
    after = [one for one in answers if since and one.received_at > since[0]]
    care: set[str] = set()
    for one in after:
        if OTHER_CARE in one.answers:
            care |= set(one.answers[OTHER_CARE])
            found[OTHER_CARE] = {name: name in care for name in _cares()}
    judging = [one for one in after if following.PAIN in one.answers]
    medicine = judging[-1].answers.get(MEDICINE, UNKNOWN) if judging else UNKNOWN
    return found if medicine == UNKNOWN else {**found, MEDICINE: medicine}


def _cares() -> tuple[str, ...]:
    asked = next(one for one in following.content().questions if one.id == OTHER_CARE)
    return tuple(one.id for one in asked.options)


def _stated(statements: list[Statement], zone: ZoneInfo) -> Iterator[Reading]:
    for one in statements:
        if one.fact != PAIN or one.value is None or one.origin == Statement.Origin.ASSUMED:
            continue
        try:
            value = nrs(one.value)
        except InputError:
            continue  # an answer of another edition
        yield Reading(PAIN, float(value), _moment(one, zone), by=_by(one))


def _moment(one: Statement, zone: ZoneInfo) -> datetime:
    """When it was said: to the minute where it is of the day it was written, else at noon."""
    if local_day(one.created_at) == one.at:
        return one.created_at
    return datetime.combine(one.at, _NOON, zone).astimezone(UTC)


def _by(one: Statement) -> By:
    return _SAID_BY.get(one.said_by, "clinician")


def _said_at_sessions(records: list[SessionRecord]) -> Iterator[Reading]:
    for one in records:
        happened = content.read(Happened, one.happened)
        if one.delivered_at is None:
            continue
        # Before the act, however late it was written: a minute before the end of it at least.
        at = min(one.session.appointment.start, one.delivered_at - timedelta(minutes=1))
        if happened.pain_24h is not None:
            yield Reading(following.PAIN, happened.pain_24h, at, by="clinician")
        if happened.pain_before is not None:
            yield Reading(PAIN, happened.pain_before, at, by="clinician")


def _last_of_each(records: Sequence[SessionRecord]) -> list[SessionRecord]:
    """The record of each session as it was amended last."""
    return list({one.session_id: one for one in records}.values())


def _given(one: SessionRecord) -> Given:
    assert one.delivered_at is not None
    return Given(one.session.number, local_day(one.delivered_at), one.delivered_at)

"""The answers of a course, wherever the record holds them, as values.

One door for whoever judges, draws or prints them. What is said within minutes of an injection is
left out: it is the anaesthetic that answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dolenti.access.actors import Actor
from dolenti.calendar.moments import local_day
from dolenti.guideline.diary import By, Due, Given, Reading
from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring.pain import nrs
from dolenti.records.facts.knowing import standing
from dolenti.records.gate import of_patient
from dolenti.records.models import Statement
from dolenti.treatment import content
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.content import Happened
from dolenti.treatment.models import Course, SessionRecord

PAIN: Final = "pain-nrs"
_NOON: Final = time(12)
_SAID_BY: Final[dict[str, By]] = {"patient": "patient", "relative": "relative"}


@dataclass(frozen=True)
class SoFar:
    """The sessions of a course that were given, every answer that belongs to it, by time, and what
    was asked of the patient between the visits: nothing, as long as no diary asks."""

    sessions: tuple[Given, ...]
    readings: tuple[Reading, ...]
    asked: tuple[Due, ...] = ()


def so_far(user: Actor, course: Course, stated: Sequence[Statement]) -> SoFar:
    """What is on record of a course, of what the user may see. ``stated`` is what was stated of
    its patient."""
    records = _last_of_each(treatment_gate.records_in(user, course))
    mine = [one for one in stated if one.complaint_id in (None, course.complaint_id)]
    zone = ZoneInfo(course.site.time_zone)
    found = [*_stated(standing(mine), zone), *_said_at_sessions(records)]
    return SoFar(
        tuple(_given(one) for one in records), tuple(sorted(found, key=lambda one: one.at))
    )


def readings_of(user: Actor, course: Course) -> tuple[Reading, ...]:
    """Every answer that belongs to a course, by time: what was said of its complaint, and before
    the act at its sessions."""
    return so_far(user, course, list(of_patient.statements(user, course.patient))).readings


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
        said = content.read(Happened, one.happened).pain_before
        if said is not None and one.delivered_at is not None:
            # Before the act, however late it was written: a minute before the end of it at least.
            at = min(one.session.appointment.start, one.delivered_at - timedelta(minutes=1))
            yield Reading(PAIN, said, at, by="clinician")


def _last_of_each(records: list[SessionRecord]) -> list[SessionRecord]:
    """The record of each session as it was amended last."""
    return list({one.session_id: one for one in records}.values())


def _given(one: SessionRecord) -> Given:
    assert one.delivered_at is not None
    return Given(one.session.number, local_day(one.delivered_at), one.delivered_at)

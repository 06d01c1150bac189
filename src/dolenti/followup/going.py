"""How a course goes: its response today, worked out from the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from dolenti.access.actors import Actor
from dolenti.calendar.moments import local_day
from dolenti.followup import readings
from dolenti.followup.readings import SoFar
from dolenti.guideline import diary
from dolenti.guideline.diary import Content, Judged, Response
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.next_step import NextStep
from dolenti.guideline.plan import FORBIDDEN
from dolenti.records import engine
from dolenti.records.gate import of_patient
from dolenti.records.judging import assessing, choosing
from dolenti.records.models import Statement
from dolenti.treatment import laying
from dolenti.treatment.life import OPEN
from dolenti.treatment.models import Course

FORBIDS: Final = ("redirect", "contraindicated")


@dataclass(frozen=True)
class Going:
    """A course as its answers have it. ``judgement`` is the day's, of a course that is open;
    ``stated`` what was stated of the patient, read once."""

    so_far: SoFar
    response: Response
    content: Content
    edition: Edition
    judgement: Judgement | None
    stated: Sequence[Statement]


def going(user: Actor, course: Course, now: datetime) -> Going:
    """How a course goes by all that is on record. Where the day's assessment forbids the therapy,
    that is the step, whatever the answers say."""
    stated = list(of_patient.statements(user, course.patient))
    return judged(user, course, readings.so_far(user, course, stated, now), stated, now)


def judged(
    user: Actor, course: Course, found: SoFar, stated: Sequence[Statement], now: datetime
) -> Going:
    """The same of what was read: its answers and sessions so far, what was stated of its
    patient."""
    edition = engine.edition_in_force()
    content = diary.content(edition)
    therapy = choosing.therapy_of(edition, course.therapy)
    today = local_day(now)
    is_open = course.state in OPEN
    judgement = assessing.judged(user, course.complaint, today, stated) if is_open else None
    ground = laying.ground(therapy, judgement, course.products) if judgement else None
    asked = Judged(
        course.therapy,
        ground.protocol if ground else therapy.protocol,
        ZoneInfo(course.site.time_zone),
        found.sessions,
        edition.classes_of(course.products),
        ground.previous if ground else {},
        ground.reached_ids if ground else (),
        facts=found.facts,
    )
    response = diary.response(content, asked, found.readings, now, verified=edition.verified)
    if judgement is not None and _status(judgement, course.therapy) in FORBIDS:
        # What holds a response back is said all the same; to stop is not held back by it.
        stop = NextStep(None, "stop-and-reassess", FORBIDDEN, response.numbers, None)
        response = replace(response, suggestion=stop)
    return Going(found, response, content, edition, judgement, stated)


def _status(judgement: Judgement, therapy: str) -> str:
    return next((one.status for one in judgement.verdicts if one.therapy.id == therapy), "")

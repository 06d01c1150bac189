"""What else waits for a patient who opened one link: several due answers share a message, and the
form of one leads on to the next, in the same visit.

The birth date was given: it is of the patient, and not of a link. So whoever opened a link opens
the others of the same patient that wait now, and no message goes for them besides.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.diary import following, link_life, links, questionnaires, standing, ways
from dolenti.diary.answers import ClosedError
from dolenti.diary.links import Made
from dolenti.diary.models import Link, Message
from dolenti.guideline import diary as guided
from dolenti.guideline.diary.windows import Due
from dolenti.ledger import locking
from dolenti.records import gate
from dolenti.records.models import Patient
from dolenti.treatment.models import Course


@dataclass(frozen=True)
class Waiting:
    """A window of one of the patient's courses that waits for an answer."""

    course: Course
    due: Due

    @property
    def key(self) -> str:
        """What it is called in a form."""
        return f"{self.course.public_id}/{self.due.window.id}/{self.due.anchor}"


def of(link: Link, now: datetime) -> list[Waiting]:
    """What else waits for the patient of a link to the questions of a window, in the order of
    ``waiting``; of the same course, what is due. Four queries."""
    if link.purpose != links.Purpose.ANSWER:
        return []
    return [
        one
        for one in waiting(link.patient, now)
        if (one.course.pk, one.due.window.id, one.due.anchor)
        != (link.course_id, link.window, link.anchor)
        # The pain that was just told is not asked again before its time.
        and (one.course.pk != link.course_id or one.due.due <= now)
    ]


def waiting(patient: Patient, now: datetime) -> list[Waiting]:
    """Every window that waits for a patient, what concerns safety first, then what expires first.
    Four queries."""
    courses = list(
        Course.objects.filter(patient__in=gate.family(patient)).select_related(
            "complaint", "patient__site", "site"
        )
    )
    given, happened = following.sessions_of_all(courses), following.between_all(courses)
    content, found = questionnaires.content(), []
    for course in courses:
        between = happened[course.pk]
        timeline = following.timeline_of(course, given[course.pk], between)
        windows = guided.askable(content, timeline, following.answered_of(between.answers), (), now)
        found += [Waiting(course, one) for one in windows if one.status in following.WAITING]
    return sorted(
        found, key=lambda one: (not one.due.window.safety, one.due.expires, one.course.pk)
    )


def open_(actor: Actor, link: Link, key: str) -> Made:
    """Open what else waits, by the link that its patient opened already: the link that a message
    led to, where one stands, else another. Raises ``ClosedError`` where nothing such waits,
    ``NotAllowedError``."""
    patient, now = link.patient, timezone.now()
    with writing(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id):
        links.insist_own(actor, link)
        locking.hold(patient)
        if link.opened_at is None or link.revoked_at is not None:
            raise ClosedError
        found = next((one for one in of(link, now) if one.key == key), None)
        if found is None:
            raise ClosedError
        made = _standing(found, now) or links.lay(actor, found.course, found.due, uuid.uuid4())
        made.link.form_key, made.link.opened_at = uuid.uuid4(), now
        made.link.save(update_fields=["form_key", "opened_at"])
        ways.lead_on(made.link, link)
        standing.end_earlier(made.link, now)
        audit.record(
            "open-link",
            actor=actor,
            kind="link",
            object_id=made.link.public_id,
            patient_id=patient.public_id,
        )
        return made


def _standing(found: Waiting, now: datetime) -> Made | None:
    """The link that a message led to, as long as it opens."""
    rows = Message.objects.filter(
        course=found.course, window=found.due.window.id, anchor=found.due.anchor,
        link__revoked_at=None,
    ).select_related("link__patient__site")  # fmt: skip
    for one in rows.order_by("-pk"):
        if link_life.is_live(one.link, now):
            return Made(one.link, links.token_into(one.link, one.key))
    return None

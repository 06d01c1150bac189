"""An answer from a patient's phone: read by the content, kept once, judged at once.

The answer, the alert that it raises and their lines of the trail are one transaction: none of them
stands without the others.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import writing
from dolenti.diary import alerts, following, link_life, links, questionnaires, reading
from dolenti.diary.models import Answer, Link, Stop
from dolenti.diary.reading import AnswerRefusedError
from dolenti.guideline import diary as guided
from dolenti.guideline.diary import dangers
from dolenti.guideline.diary.facts import WORDS, Value
from dolenti.guideline.diary.questionnaires import SiteQuestionnaire
from dolenti.ledger import locking
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.places import zone_of


class ClosedError(AnswerRefusedError):
    """No answer is taken any more; the phone is not told why."""

    def __init__(self) -> None:
        super().__init__(
            "this question no longer waits for an answer: call us if something worries you",
            fr="cette question n’attend plus de réponse\u00a0: appelez-nous si quelque chose vous "
            "inquiète",
        )


@dataclass(frozen=True)
class Sent:
    """What a phone sent: the key of its form, the answers by question, who answered for the
    patient if not themselves. ``window`` is the link's, or ``reading.PROBLEM``."""

    form_key: uuid.UUID
    answers: reading.Answers
    window: str
    answered_by: str = ""


def receive(actor: Actor, link: Link, sent: Sent) -> Answer:
    """Take an answer. The same form sent again is the same answer; with other answers it is
    another one, and nothing that it says is lost.

    Raises ``AnswerRefusedError`` (nothing is kept), ``ClosedError``, ``NotAllowedError``.
    """
    now, patient = timezone.now(), link.patient
    with writing(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id):
        links.insist_own(actor, link)
        if link.purpose not in (links.Purpose.ANSWER, links.Purpose.AFTERCARE):
            raise ClosedError
        locking.hold(patient)
        before, key = _of_form(sent.form_key)
        if before is not None and before.link_id != link.pk:
            raise ClosedError
        content, told = questionnaires.content(), following.told_of(link.of_course)
        if before is not None and _says(before, link, sent, content, told):
            return before
        facts = {**_chosen(link, sent.window), **told.at(now)}
        place = _place(link, sent.window, now)
        made = Answer.objects.create(
            patient=patient,
            course=link.of_course,
            link=link,
            window=sent.window,
            anchor="" if sent.window == reading.PROBLEM else link.anchor,
            form_key=key,
            answers=_kept(content, sent, facts, place.get("amends")),
            answered_by=sent.answered_by[:150],
            edition=snapshot_in_force(),
            opened_at=link.opened_at or now,
            received_at=now,
            **place,
        )
        audit.record(
            "receive-answer",
            actor=actor,
            kind="answer",
            object_id=made.public_id,
            patient_id=patient.public_id,
            detail={"window": made.window, "late": made.late, "for": bool(made.answered_by)},
        )
        if not sent.window.startswith(reading.SCORED):  # a score alarms nobody
            alerts.watch(actor, made, judged(content, sent.window, facts, made.answers))
        return made


def _kept(
    content: guided.Content, sent: Sent, facts: dict[str, Value], amends: Answer | None
) -> dict[str, Any]:
    """What was sent, as it is kept. What a correction passes over stands as it was: nobody takes an
    answer back by not giving it again."""
    kept = reading.read(content, sent.window, facts, sent.answers)
    if amends is None:
        return kept
    return reading.with_standing(content, sent.window, facts, kept, amends.answers)


def _of_form(key: uuid.UUID) -> tuple[Answer | None, uuid.UUID]:
    """The last answer that came of a form, and the key of the next one."""
    last = None
    while (found := sole(Answer.objects.filter(form_key=key))) is not None:
        last, key = found, uuid.uuid5(key, "next")
    return last, key


def _says(
    before: Answer, link: Link, sent: Sent, content: guided.Content, told: following.Told
) -> bool:
    """Whether an answer that came says all that is sent now, read as it was then."""
    if before.window != sent.window:
        return False
    facts = {**_chosen(link, sent.window), **told.at(before.received_at)}
    try:
        said = _kept(content, sent, facts, before.amends)
    except AnswerRefusedError:
        return False
    return bool(said == before.answers)


def more_of(link: Link) -> str:
    """In the place of a window: what is offered once the form of a link is sent."""
    return reading.MORE + link.window


def _asked(link: Link) -> QuerySet[Answer]:
    return Answer.objects.filter(link=link, window=link.window)


def is_more_offered(link: Link) -> bool:
    """Whether the form of a link was sent, and more is asked after it that nobody answered yet."""
    if link.purpose != links.Purpose.ANSWER or not _asked(link).exists():
        return False
    if Answer.objects.filter(link=link, window=more_of(link)).exists():
        return False
    facts = known(link, more_of(link), timezone.now())
    return bool(reading.questions(following.content(), more_of(link), facts))


def known(link: Link, window: str, now: datetime) -> dict[str, Value]:
    """What is known before a form of a link is asked: of its course, and, of what is offered after
    its questions, what was chosen there."""
    return {**_chosen(link, window), **following.facts_of(link.of_course, now)}


def _chosen(link: Link, window: str) -> dict[str, Value]:
    if window != more_of(link):
        return {}
    last = _asked(link).order_by("received_at", "pk").last()
    if last is None:
        return {}
    return reading.said_before(following.content(), link.window, last.answers)


def offered(link: Link, language: str) -> list[SiteQuestionnaire]:
    """The questionnaires of the site that are offered, in a language, once the form of a link was
    sent: those of its pain and window that nobody answered by it. First what a change is judged by:
    those that the knowledge names, then those of which somebody said which difference matters; of
    others the shortest."""
    if link.purpose != links.Purpose.ANSWER or not _asked(link).exists():
        return []
    zone, said = zone_of(link.of_course.complaint), _scored_by(link)
    named = [one.measure for one in following.content().questionnaires]
    found = [one for one in questionnaires.of_zone(zone)
             if one.is_asked(zone, link.window, language) and one.id not in said]  # fmt: skip
    return sorted(
        found, key=lambda one: (one.id not in named, one.smallest is None, one.minutes, one.id)
    )


def _scored_by(link: Link) -> set[str]:
    rows = Answer.objects.filter(link=link, window__startswith=reading.SCORED)
    return {one.removeprefix(reading.SCORED) for one in rows.values_list("window", flat=True)}


def outcome_of(answer: Answer) -> guided.Outcome:
    """What an answer calls for, by the rules in force and what was known when it came."""
    content = questionnaires.content()
    facts = following.facts_of(answer.course, answer.received_at)
    return judged(content, answer.window, facts, answer.answers)


def judged(
    content: guided.Content, window: str, facts: dict[str, Value], answers: reading.Answers
) -> guided.Outcome:
    """What answers call for that were read, whether they were sent or not."""
    said = reading.as_facts(content, window, facts, answers)
    return guided.judge(content, following.with_pain(said))


def to_amend(link: Link, now: datetime) -> Answer | None:
    """The answer to the questions of a link that one sent now would correct; nothing where it would
    be another answer, or the first."""
    if link.purpose != links.Purpose.ANSWER:
        return None
    due = following.window_of(link.of_course, link.window, link.anchor, now)
    return None if due is None or due.status != "answered" else _to_amend(link, now)


def _to_amend(link: Link, now: datetime) -> Answer | None:
    last = Answer.objects.filter(
        course=link.of_course, window=link.window, anchor=link.anchor, unscheduled=False
    ).latest("received_at", "pk")  # fmt: skip
    again = timedelta(minutes=following.content().rules.again_within_minutes)
    return last if now - last.received_at <= again else None


def judged_text(text: str) -> guided.Outcome:
    """What a text calls for that a patient wrote freely: the dangers whose words stand in it. It
    says nothing of the others."""
    content = questionnaires.content()
    return guided.judge(content, {WORDS: dangers.found(content, text)})


def _place(link: Link, window: str, now: datetime) -> dict[str, Any]:
    """How the answer stands to its window. Raises ``ClosedError``."""
    # Asked last by whoever holds the patient: nothing is taken after a death or a withdrawal.
    if following.stops_of(link.patient) or link.revoked_at is not None or link.patient.in_error:
        raise ClosedError
    if (
        now >= link_life.closes_at(link)
        or link.opened_at is None
        or link.opened_at > link_life.ends_at(link)
    ):
        raise ClosedError
    if window == reading.PROBLEM:
        return {"unscheduled": True}
    beside = window == more_of(link) or window.startswith(reading.SCORED)
    if beside and _asked(link).exists():
        return {"unscheduled": True}  # it fills no window: nothing waits for it
    due = following.window_of(link.of_course, link.window, link.anchor, now)
    if window != link.window or due is None or due.why in (Stop.Why.DIED, Stop.Why.WITHDRAWN):
        raise ClosedError
    if due.status != "answered":
        return {"late": now >= due.late_after}
    last = _to_amend(link, now)
    return {"unscheduled": True} if last is None else {"late": last.late, "amends": last}

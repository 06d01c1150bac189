"""What a patient says by telephone, or at the desk, to the questions of a window: entered by
whoever heard it, and judged like an answer of the phone."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone

from dolenti.access import audit
from dolenti.access.roles import Permission
from dolenti.diary import alerts, following, questionnaires, reading
from dolenti.diary.answers import judged
from dolenti.diary.models import Answer
from dolenti.diary.reading import AnswerRefusedError
from dolenti.guideline.diary.windows import Due
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.treatment.models import Course

HEARD: Final = (*following.WAITING, "expired")
"""How a window stands of which something may still be heard: one that nobody answered in time is
called about too."""


def asked(course: Course, window: str, anchor: str, now: datetime) -> Due | None:
    """The window, where an answer to it may still be entered."""
    due = following.window_of(course, window, anchor, now)
    return due if due is not None and due.status in HEARD else None


def enter(
    submission: Submission,
    course: Course,
    window: str,
    anchor: str,
    sent: reading.Answers,
    answered_by: str = "",
) -> Answer:
    """What was heard, with the alert that it raises; ``answered_by`` names who spoke for the
    patient. Sent twice it is once. Raises ``AnswerRefusedError``, ``NotAllowedError``."""
    actor, patient = submission.actor, course.patient

    def make() -> Answer:
        locking.hold(patient)
        now = timezone.now()
        due = asked(course, window, anchor, now)
        if due is None:
            raise AnswerRefusedError(
                "this question waits for no answer: look at the course again",
                fr="cette question n’attend pas de réponse\u00a0: revoyez la cure",
            )
        content, facts = questionnaires.content(), following.facts_of(course, now)
        kept = reading.read(content, window, facts, sent)
        if not kept:
            raise AnswerRefusedError(
                "nothing is answered: give one answer at least",
                fr="rien n’est répondu\u00a0: donnez au moins une réponse",
            )
        waits = due.status in following.WAITING
        made = Answer.objects.create(
            patient=patient, course=course, window=window, anchor=anchor,
            form_key=submission.token, answers=kept, author=submission.user,
            answered_by=answered_by[:150], unscheduled=not waits,
            late=waits and now >= due.late_after,
            edition=snapshot_in_force(), opened_at=now, received_at=now,
        )  # fmt: skip
        audit.record(
            "enter-answer", actor=actor, kind="answer", object_id=made.public_id,
            patient_id=patient.public_id, detail={"window": made.window, "late": made.late},
        )  # fmt: skip
        alerts.watch(actor, made, judged(content, window, facts, kept))
        return made

    with writing_record(actor, Permission.FOLLOW_UP, patient):
        return once(submission, Answer, make)

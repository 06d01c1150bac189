"""A suggested step is accepted, or refused for a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dolenti.access import audit
from dolenti.access.roles import Permission
from dolenti.followup.going import Going, going
from dolenti.followup.models import StepDecision
from dolenti.guideline.diary import Content
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.guideline.scoring.exact import one_decimal
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.treatment.models import Course


class DecisionRefusedError(InputError):
    """The step cannot be decided so."""


def decide(
    submission: Submission,
    course: Course,
    suggested: str,
    now: datetime,
    *,
    accepted: bool,
    reason: str = "",
) -> StepDecision:
    """Accept the step that was suggested, or refuse it for a reason; a form sent twice is one.

    ``suggested`` is what the page showed (``key_of``): where another answer came meanwhile, nobody
    accepts what they did not read. Raises ``DecisionRefusedError``, ``NotAllowedError``.
    """
    if not accepted and not reason.strip():
        raise DecisionRefusedError(
            "say why: the reason stays with the suggestion that you refuse",
            "reason",
            fr="indiquez le motif\u00a0: il est conservé avec la proposition que vous refusez",
        )

    def make() -> StepDecision:
        locking.hold(course.patient)
        stands = going(submission.actor, course, now)
        if key_of(stands) != suggested or stands.response.suggestion is None:
            raise DecisionRefusedError(
                "the answers changed since this page was shown: read the suggestion below, and "
                "decide again",
                fr="les réponses ont changé depuis l’affichage de cette page\u00a0: lisez la "
                "proposition ci-dessous, puis décidez de nouveau",
            )
        step = stands.response.suggestion
        made = StepDecision.objects.create(
            course=course,
            step=step.step,
            rule=step.rule or "",
            numbers=numbers_of(stands),
            edition=snapshot_in_force(),
            accepted=accepted,
            reason="" if accepted else reason.strip(),
            author=submission.user,
        )
        audit.record(
            "accept-step" if accepted else "refuse-step",
            actor=submission.actor,
            kind="stepdecision",
            object_id=made.public_id,
            patient_id=course.patient.public_id,
        )
        return made

    with writing_record(submission.actor, Permission.PLAN, course.patient):
        return once(submission, StepDecision, make)


def key_of(stands: Going) -> str:
    """What a suggestion is known by on a page: its step, its rule, the moment of the answer it
    rests on, and what is read before it: what is said beside it, the rules that might come first.
    Empty where nothing is suggested."""
    response, step = stands.response, stands.response.suggestion
    if step is None:
        return ""
    last = response.last
    read = ",".join(
        (*(one.id for one in response.beside), *(rule.id for rule in response.undecided))
    )
    known = hashlib.blake2s(read.encode(), digest_size=8).hexdigest()
    at = "" if last is None else last.at.isoformat()
    return "|".join((step.step, step.rule or "", at, known))


def numbers_of(stands: Going) -> dict[str, Any]:
    """What a suggestion rests on, as JSON: pain 0-10, relief in % cut after one decimal."""
    numbers = stands.response.numbers
    return {
        "sessions": numbers.sessions,
        "baseline": one_decimal(numbers.baseline_nrs),
        "last": one_decimal(numbers.last_nrs),
        "relief": one_decimal(numbers.relief_percent),
        "change": numbers.pgic,
        "answered": numbers.answered.isoformat() if numbers.answered else None,
    }


def in_force(decisions: Sequence[StepDecision], stands: Going) -> StepDecision | None:
    """The accepted step that still stands: the one decided last, as long as it is what the record
    suggests today. Nothing while something keeps the response from being judged, once it was
    refused, or once another step is suggested that nobody accepted yet.

    ``decisions`` are those of the course, the last first.
    """
    suggested = stands.response.suggestion
    if stands.response.held or suggested is None or not decisions or not decisions[0].accepted:
        return None
    return decisions[0] if decisions[0].step == suggested.step else None


def told_to_patient(
    content: Content, decisions: Sequence[StepDecision], stands: Going
) -> Text | None:
    """The one sentence that the patient may read of what comes next: that of the step in force."""
    found = in_force(decisions, stands)
    if found is None:
        return None
    return next((one.patient for one in content.steps if one.id == found.step), None)

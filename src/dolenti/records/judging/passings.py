"""A clinician goes past a ``caution`` or a ``not-indicated``, for a reason, by name.

Contract 2: never past a ``redirect``, a ``contraindicated`` or a ``needs-information``. The
database refuses that too (``nobody_goes_past_a_stop``).
"""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError

from dolenti.access import audit
from dolenti.access.roles import Permission
from dolenti.guideline import reasons
from dolenti.guideline.errors import InputError
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Assessment, Passing

PASSABLE: Final = frozenset({"caution", "not-indicated"})


class NotPassableError(InputError):
    """The verdict is not one to go past."""


def go_past(submission: Submission, assessment: Assessment, therapy: str, reason: str) -> Passing:
    """Record the decision; where someone decided so before, theirs stands and is given.

    Raises ``NotPassableError`` for a verdict that nobody passes, or that needs no passing, and
    ``InputError`` for a reason that says nothing.
    """
    status = assessment.statuses.get(therapy, "")
    patient = assessment.complaint.patient

    def make() -> Passing:
        standing = Passing.objects.filter(assessment=assessment, therapy=therapy).first()
        if standing is not None:
            return standing
        made = Passing.objects.create(
            assessment=assessment,
            therapy=therapy,
            status=status,
            reason=reason,
            author=submission.user,
        )
        audit.record(
            "go-past",
            actor=submission.actor,
            kind="assessment",
            object_id=assessment.public_id,
            patient_id=patient.public_id,
            detail={"therapy": therapy, "status": status},
        )
        return made

    try:
        with writing_record(submission.actor, Permission.PLAN, patient):
            if status not in PASSABLE:
                raise refusal(status)
            reasons.insist(reason)
            return once(submission, Passing, make)
    except IntegrityError:  # someone else decided it at the same moment: one decision stands
        return Passing.objects.get(assessment=assessment, therapy=therapy)


def of(assessment: Assessment) -> dict[str, Passing]:
    """Who went past which verdict of an assessment, by therapy."""
    found = Passing.objects.filter(assessment=assessment).select_related("author")
    return {one.therapy: one for one in found}


def refusal(status: str) -> NotPassableError:
    """Why nobody goes past a verdict, and what to do instead."""
    if status == "redirect":
        return NotPassableError(
            "a red flag is not overridden: refer the patient, and record the outcome",
            fr="on ne passe pas outre à un drapeau rouge\u00a0: adressez le patient, puis notez "
            "la suite donnée",
        )
    if status == "contraindicated":
        return NotPassableError(
            "an absolute contraindication is not overridden: choose another therapy",
            fr="on ne passe pas outre à une contre-indication absolue\u00a0: choisissez un autre "
            "traitement",
        )
    if status == "needs-information":
        return NotPassableError(
            "answers are missing, and nothing is decided without them: answer the open questions, "
            "then save a new assessment",
            fr="des réponses manquent et rien ne se décide sans elles\u00a0: répondez aux "
            "questions, puis enregistrez une nouvelle évaluation",
        )
    return NotPassableError(
        "nothing stands in the way of this therapy: there is nothing to override",
        fr="rien ne s’oppose à ce traitement\u00a0: il n’y a pas lieu de passer outre",
    )

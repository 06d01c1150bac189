"""What a practitioner decided on the step that was suggested."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified
from dolenti.records.models import EditionSnapshot
from dolenti.treatment.models import Course


class StepDecision(AppendOnly, Identified):
    """A suggested step was accepted, or refused for a reason, by a name. The last one counts.

    ``rule`` is empty for a step that needed no clinical rule. ``numbers`` is what it was suggested
    on, as JSON: it says later what was known then.
    """

    belongs = BelongsToPatient(
        through="course__patient",
        label=_("Decisions on the next step"),
        kept_as="record",
        copied_by="dolenti.followup.copied.decisions",
        names=("author",),
    )

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="step_decisions")
    step = models.CharField(max_length=30)
    rule = models.CharField(max_length=80, blank=True)
    numbers = models.JSONField(default=dict)
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)  # why it was refused
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(accepted=True) | ~models.Q(reason=""),
                name="a_refused_step_has_its_reason",
            )
        ]

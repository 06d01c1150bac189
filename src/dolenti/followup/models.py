"""What a practitioner decided on the step that was suggested, and the plan of exercises that goes
with a complaint."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned
from dolenti.records.models import Complaint, EditionSnapshot, Patient
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


class RehabilitationPlan(Versioned):
    """Exercises for a complaint: ``proposed``, ``accepted``, then ``replaced`` by the next or
    ``ended`` with a reason. The patient sees the accepted one.

    A change of an accepted plan is another row that names the one it ``replaces``, so that both
    stand side by side until it is accepted in its turn. ``source`` is the plan of the knowledge
    that it was begun from, empty where there was none; ``stages`` its weeks and ``restrictions``
    ``[{what, until}]`` as ``followup.planned`` reads them; ``settled`` what the author said of
    each block on ``settled_on``; ``work`` the days agreed with the patient, by stage of the return.
    """

    belongs = BelongsToPatient(
        through="complaint__patient",
        label=_("Rehabilitation plans"),
        kept_as="record",
        copied_by="dolenti.followup.copied.plans",
        names=("author", "accepted_by"),
    )

    class State(models.TextChoices):
        """How far it came."""

        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        REPLACED = "replaced"
        ENDED = "ended"

    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="rehabilitation_plans"
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="replaced_by", null=True, blank=True
    )
    source = models.CharField(max_length=60, blank=True)
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    begins = models.DateField()
    stages = models.JSONField(default=list)
    goals = models.CharField(max_length=1000, blank=True)  # in the patient’s words
    restrictions = models.JSONField(default=list, blank=True)
    settled = models.JSONField(default=dict, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    sport_stage = models.CharField(max_length=20, blank=True)
    sport_since = models.DateField(null=True, blank=True)
    flare_on = models.DateField(null=True, blank=True)  # the last one
    work = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    end_reason = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["complaint"],
                condition=models.Q(state="proposed"),
                name="one_proposed_plan_of_a_complaint",
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=models.Q(state="accepted"),
                name="one_accepted_plan_of_a_complaint",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ended") | ~models.Q(end_reason=""),
                name="a_plan_ends_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_by=None, accepted_at=None)
                | models.Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="an_acceptance_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["accepted", "replaced"])
                | models.Q(accepted_at__isnull=False),
                name="an_accepted_plan_was_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(sport_stage="", sport_since=None)
                | (~models.Q(sport_stage="") & models.Q(sport_since__isnull=False)),
                name="a_stage_of_sport_has_its_day",
            ),
        ]


class OpioidTaper(Versioned):
    """How the opioids of a patient are lowered, as a practitioner agreed with them and with the
    prescriber: ``active``, then ``ended`` with a reason.

    Every step is the practitioner’s own words for a day, ``[{on, what}]``. Nothing is computed from
    it, and no page of the patient shows it. ``informed_on`` is when the other doctors were told.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Opioid tapering plans"),
        kept_as="record",
        copied_by="dolenti.followup.copied.tapers",
        names=("author",),
    )

    class State(models.TextChoices):
        """How far it came."""

        ACTIVE = "active"
        ENDED = "ended"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="opioid_tapers")
    aim = models.CharField(max_length=500)
    prescriber = models.CharField(max_length=150)
    informed_on = models.DateField(null=True, blank=True)
    steps = models.JSONField(default=list)
    state = models.CharField(max_length=6, choices=State, default=State.ACTIVE)
    end_reason = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(state="active"),
                name="one_active_taper_of_a_patient",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ended") | ~models.Q(end_reason=""),
                name="a_taper_ends_for_a_reason",
            ),
        ]

"""What a patient takes: a dated list, medicine by medicine, and when it was gone through."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned
from dolenti.records.models.patients import Patient


class Medicine(Versioned):
    """One medicine of a patient. One that was stopped stays, with its day.

    ``name`` is the speciality of the public base where one was chosen (``cis``), else what was
    typed. ``means`` is what it says of the facts, as understood when it was written: rows of fact,
    member of a set (or nothing) and value; ``asks`` the facts that it puts in doubt.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Medicines"),
        kept_as="record",
        copied_by="dolenti.records.copied.medicines",
        names=("author",),
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="medicines")
    name = models.CharField(max_length=300)
    cis = models.CharField(max_length=8, blank=True)
    dose = models.CharField(max_length=200, blank=True)
    started_on = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True)
    prescriber = models.CharField(max_length=150, blank=True)  # as it was said; empty: not known
    means = models.JSONField(default=list)
    asks = models.JSONField(default=list)
    answered = models.BooleanField(default=False)  # a person said what it is
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]


class Reconciliation(AppendOnly, Identified):
    """The list of medicines was gone through with the patient on a day, by a name."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Medicine reviews"),
        kept_as="record",
        copied_by="dolenti.records.copied.reconciliations",
        names=("author",),
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reconciliations")
    on = models.DateField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]


class ReconciledMedicine(AppendOnly, Identified):
    """What was found of one medicine of the list. One that was not looked at has no such row: it
    stays as it was, and nothing is said of it."""

    belongs = BelongsToPatient(
        through="reconciliation__patient",
        label=_("Reviewed medicines"),
        kept_as="record",
        copied_with="reconciliation",
    )

    class Found(models.TextChoices):
        """What was found."""

        TAKEN = "taken"
        CHANGED = "changed"
        STOPPED = "stopped"
        UNKNOWN = "unknown"

    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.PROTECT, related_name="lines"
    )
    medicine = models.ForeignKey(Medicine, on_delete=models.PROTECT, related_name="reconciled")
    found = models.CharField(max_length=8, choices=Found)
    dose = models.CharField(max_length=200, blank=True)  # as it is taken since
    stopped_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["reconciliation", "medicine"], name="a_medicine_is_gone_through_once"
            ),
            models.CheckConstraint(
                condition=models.Q(found="stopped", stopped_on__isnull=False)
                | (~models.Q(found="stopped") & models.Q(stopped_on=None)),
                name="a_medicine_found_stopped_has_its_day",
            ),
        ]

"""What a patient takes: a dated list, medicine by medicine."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Versioned
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
    means = models.JSONField(default=list)
    asks = models.JSONField(default=list)
    answered = models.BooleanField(default=False)  # a person said what it is
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

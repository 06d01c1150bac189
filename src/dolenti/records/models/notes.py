"""What was written of a visit."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Versioned
from dolenti.records.models.patients import Patient


class VisitNote(Versioned):
    """A short note of the visit of a day: no fact, the rules read none of it. One that was
    withdrawn stays, with the reason."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Notes of visits"),
        kept_as="record",
        copied_by="dolenti.records.copied.notes",
        names=("author",),
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="notes")
    day = models.DateField()
    note = models.CharField(max_length=2000)
    withdrawn = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-day", "-id"]

"""A record opened from outside its care team: why, until when, and who looked at it afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified
from dolenti.records.models.patients import Patient


class Opening(AppendOnly, Identified):
    """A record opened from outside its care team, for a written reason, until it ends by itself."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Openings for a reason"),
        kept_as="record",
        not_copied="who opened the record is told by the trail",
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="openings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "patient"])]


class OpeningEnd(AppendOnly):
    """Whoever opened a record closed it again before its time."""

    belongs = BelongsToPatient(
        through="opening__patient",
        label=_("Exceptional openings ended early"),
        kept_as="record",
        not_copied="who opened the record is told by the trail",
    )

    opening = models.OneToOneField(Opening, on_delete=models.PROTECT, related_name="ended")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.opening_id}"


class OpeningReview(AppendOnly):
    """An auditor looked at an opening, and says what they make of it."""

    belongs = BelongsToPatient(
        through="opening__patient",
        label=_("Openings reviewed"),
        kept_as="record",
        not_copied="who opened the record is told by the trail",
    )

    opening = models.OneToOneField(Opening, on_delete=models.PROTECT, related_name="review")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.opening_id}"

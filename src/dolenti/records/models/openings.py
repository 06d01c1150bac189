"""A record opened from outside its care team: why, until when, and who looked at it afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.models import AppendOnly
from dolenti.records.models.patients import Patient
from dolenti.records.models.shapes import Identified


class Opening(AppendOnly, Identified):
    """A record opened from outside its care team, for a written reason, until it ends by itself."""

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

    opening = models.OneToOneField(Opening, on_delete=models.PROTECT, related_name="ended")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.opening_id}"


class OpeningReview(AppendOnly):
    """An auditor looked at an opening, and says what they make of it."""

    opening = models.OneToOneField(Opening, on_delete=models.PROTECT, related_name="review")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.opening_id}"

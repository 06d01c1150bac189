"""Where it hurts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.calendar.since_text import Since
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Versioned
from dolenti.records.models.patients import Patient


class Complaint(Versioned):
    """One pain of one patient: what it is, where on the body, since when.

    ``points`` are as placed on the figure, ``[{figure, x, y}]`` on its grid of 1000 x 2000;
    ``region`` is what the server made of them with the map of ``map_edition``. ``since`` is as
    precise as it was said: 2019, 2019-03 or 2019-03-15.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Complaints"),
        kept_as="record",
        copied_by="dolenti.records.copied.complaints",
        names=("author",),
    )

    class State(models.TextChoices):
        """Whether it still hurts."""

        ACTIVE = "active"
        RESOLVED = "resolved"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="complaints")
    condition = models.CharField(max_length=100, blank=True)
    zone = models.CharField(max_length=100, blank=True)
    side = models.CharField(max_length=20, blank=True)
    since = models.CharField(max_length=10, blank=True)
    region = models.CharField(max_length=60, blank=True)
    points = models.JSONField(default=list, blank=True)
    map_edition = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    in_error = models.CharField(max_length=500, blank=True)
    document = models.ForeignKey(
        "Document", on_delete=models.PROTECT, related_name="complaints", null=True, blank=True
    )
    called = models.CharField(max_length=200, blank=True)  # its id in the document it came from
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "-created_at"]),
            models.Index(fields=["-created_at", "-id"], name="complaints_latest"),
        ]

    @property
    def onset(self) -> Since | None:
        """Since when it hurts, if that was said."""
        return Since.of(self.since) if self.since else None

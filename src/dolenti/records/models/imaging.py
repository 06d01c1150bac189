"""What imaging showed of a complaint."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.calendar.since_text import Since
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Versioned
from dolenti.records.models.complaints import Complaint


class Imaging(Versioned):
    """One examination by imaging, as somebody read it: no picture, the finding in words.

    ``done`` is as precise as it was said: 2019, 2019-03 or 2019-03-15. ``grade`` is on the scale
    that its place has (``records.judging.imaging``); ``no_fracture`` says that it rules a fracture
    out, never that it does not. One that was withdrawn stays, with the reason.
    """

    belongs = BelongsToPatient(
        through="complaint__patient",
        label=_("Imaging"),
        kept_as="record",
        copied_by="dolenti.records.copied.imaging",
        names=("author",),
    )

    class Kind(models.TextChoices):
        """How the picture was made."""

        RADIOGRAPH = "radiograph"
        ULTRASOUND = "ultrasound"
        MRI = "mri"
        CT = "ct"
        NUCLEAR = "nuclear"
        OTHER = "other"

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="imaging")
    kind = models.CharField(max_length=10, choices=Kind)
    done = models.CharField(max_length=10)
    side = models.CharField(max_length=20, blank=True)
    finding = models.CharField(max_length=2000)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    no_fracture = models.BooleanField(default=False)
    read_by = models.CharField(max_length=150, blank=True)
    source = models.CharField(max_length=200, blank=True)
    withdrawn = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    @property
    def when(self) -> Since:
        """When it was done."""
        return Since.of(self.done)

"""Who may perform which therapy."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.models import Site
from dolenti.records.models.shapes import Identified


class Privilege(Identified):
    """A person may perform a therapy at a site, on a proof, until a day (facts M80, C6)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="privileges"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="privileges")
    therapy = models.CharField(max_length=60)
    proof = models.CharField(max_length=300)
    first = models.DateField()
    last = models.DateField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("therapy", "-first")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "site", "therapy"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(last=None) | models.Q(first__lte=models.F("last")),
                name="privilege_makes_sense",
            )
        ]

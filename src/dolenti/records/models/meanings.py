"""What a site once answered about words or codes that its records use: of nobody in particular."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.models import Site
from dolenti.ledger.models import Identified


class Meaning(Identified):
    """What an item means here, from when somebody said so until somebody takes it back.

    ``item`` names the same words or code in any record (``guideline.facts.Unread``); ``answers``
    are facts as ``fact`` or ``fact=option``, and none where it is of no concern.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="meanings")
    item = models.CharField(max_length=240)
    says = models.CharField(max_length=80)
    answers = models.JSONField(default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("says", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site", "item"],
                condition=models.Q(ended_at=None),
                name="one_meaning_of_an_item_here",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="a_meaning_is_ended_by_somebody",
            ),
        ]

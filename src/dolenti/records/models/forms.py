"""What forms leave behind: receipts against sending twice, drafts, and what stood before."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.models import AppendOnly
from dolenti.records.models.shapes import Identified


class Receipt(AppendOnly):
    """A form that was written, and what it made: sent again, it finds this and makes nothing."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField()
    made = models.CharField(max_length=40)  # the model's name
    made_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["author", "token"], name="one_receipt_per_form")
        ]

    def __str__(self) -> str:
        return f"{self.made} {self.token}"


class Draft(Identified):
    """What a person typed and has not sent, of one form about one record. Nobody else's."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    form = models.CharField(max_length=60)
    about = models.CharField(max_length=40, blank=True)  # the public id of the record, if any
    content = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "form", "about"], name="one_draft_per_person_and_form"
            )
        ]


class Revision(AppendOnly):
    """One change of a versioned row: what stood before, what stands now, who and when."""

    kind = models.CharField(max_length=40)  # the model's name
    row = models.BigIntegerField()
    version = models.PositiveIntegerField()  # the one that the change made
    before = models.JSONField()
    after = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "row", "version"], name="one_change_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row} v{self.version}"

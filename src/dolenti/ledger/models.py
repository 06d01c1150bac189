"""What rows have in common (a random public id, a version, packed contents), and what is kept of
every form: begun, sent once, and how each row stood before.
"""

from __future__ import annotations

import json
import zlib
from typing import Any, ClassVar

import msgspec
from django.conf import settings
from django.db import models
from django.utils.translation import gettext

from dolenti.access.identifiers import LENGTH, new_public_id
from dolenti.access.models import AppendOnly


class Identified(models.Model):
    """A row that can be named in an address."""

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.public_id


class Versioned(Identified):
    """A row that changes, one version after the other (see ``ledger.versions``)."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


def pack(value: Any) -> bytes:
    """Values as compressed JSON."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 6)


def unpack(packed: bytes | memoryview) -> Any:
    """What ``pack`` was given. PostgreSQL hands out memoryviews."""
    return msgspec.json.decode(zlib.decompress(bytes(packed)))


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


class Receipt(AppendOnly):
    """A form that was written, and what it made: sent again, it finds this and makes nothing."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField()
    made = models.CharField(max_length=60)  # the kind of row: app.model
    made_id = models.BigIntegerField()
    about = models.CharField(max_length=64, blank=True)  # a digest of what the form was about
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["author", "token"], name="one_receipt_per_form")
        ]

    def __str__(self) -> str:
        return f"{self.made} {self.token}"


class Revision(AppendOnly):
    """One change of a versioned row: what stood before, what stands now, who and when."""

    kind = models.CharField(max_length=60)  # the kind of row: app.model
    row = models.BigIntegerField()
    version = models.PositiveIntegerField()  # the one that the change made
    before = models.JSONField()
    after = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    # Nobody of the clinic where the patient changed it, by their phone.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "row", "version"], name="one_change_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row} v{self.version}"

    @property
    def by(self) -> str:
        """Who made it, as people read it."""
        return self.author.name if self.author is not None else gettext("the patient")


class Proposal(Identified):
    """What one person proposes and another one does: it waits until it is done, or dropped. See
    ``ledger.proposals``."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("id",)


class ErasurePermit(AppendOnly):
    """While such a row stands, the database lets the rows of one patient go (``ledger.keeping``).

    One model of the site is one. ``row`` is the key that the patient had.
    """

    row = models.BigIntegerField(unique=True)

    class Meta:
        abstract = True

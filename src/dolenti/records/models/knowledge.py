"""The knowledge that judged, whole, and where a clinic stands on what the law leaves open."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.models import AppendOnly, Site
from dolenti.ledger.models import Identified, unpack


class EditionSnapshot(AppendOnly):
    """One edition of the knowledge, whole: every file's text, under the hash of them all."""

    sha256 = models.CharField(max_length=64, unique=True)
    version = models.CharField(max_length=40)
    packed = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.version} ({self.sha256[:12]})"

    @property
    def texts(self) -> dict[str, str]:
        """The text of each file by its path."""
        found: dict[str, str] = unpack(self.packed)
        return found


class Attestation(AppendOnly, Identified):
    """A clinic's word on what the law leaves open, in the very text that was attested.

    The last row of a notice counts; one that is ``withdrawn`` takes the attestation back.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="attestations")
    notice = models.CharField(max_length=100)
    text_fr = models.TextField()
    text_en = models.TextField()
    edition_sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["site", "notice"])]

    def __str__(self) -> str:
        return self.notice

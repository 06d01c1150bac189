"""What happened: cases, answers, assessments, attestations and the knowledge that judged them.

All but cases are written once: to change is to add. Who may see which row is the gate's business
(``records.gate``); who may write, the services' (``records.services``, ``records.attestations``).
"""

from __future__ import annotations

import json
import zlib
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models

from dolenti.access.identifiers import LENGTH, new_public_id
from dolenti.access.models import Site


class AppendOnlyError(Exception):
    """Someone tried to change or remove what is written once."""


class AppendOnly(models.Model):
    """A row that is written once and stays."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"a {self._meta.verbose_name} is never changed; add a new one")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"a {self._meta.verbose_name} is never removed")


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


class CaseFile(models.Model):
    """One complaint of one patient, as it came in. What was learnt since are its answers."""

    class Kind(models.TextChoices):
        """How it came in."""

        FORM = "form"
        PLAIN = "plain"
        FHIR = "fhir"

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="cases")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cases"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    submission = models.UUIDField()
    reference = models.CharField(max_length=60, blank=True)
    about = models.CharField(max_length=300, blank=True)
    invented = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=Kind)
    original = models.BinaryField()
    # Which complaint of the document, and what it was called when it was chosen: for lists.
    complaint = models.CharField(max_length=200, blank=True)
    condition = models.CharField(max_length=100, blank=True)
    zone = models.CharField(max_length=100, blank=True)
    side = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["site", "-created_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["author", "submission"], name="one_case_per_submission")
        ]

    def __str__(self) -> str:
        return self.public_id


class Answer(AppendOnly):
    """One fact learnt at the screen. The last one of a fact counts; no value takes it back."""

    class Origin(models.TextChoices):
        """Said, or taken as reassuring after “nothing else to report”."""

        STATED = "stated"
        ASSUMED = "assumed"

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="answers")
    fact = models.CharField(max_length=100)
    value = models.JSONField(null=True)
    at = models.DateField()
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.STATED)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    submission = models.UUIDField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "submission", "fact"], name="one_answer_per_submission"
            )
        ]

    def __str__(self) -> str:
        return self.fact


class Assessment(AppendOnly):
    """A case judged on a day: its inputs, the edition, and what was shown, in both languages."""

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="assessments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    submission = models.UUIDField()
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    engine = models.CharField(max_length=20)
    as_of = models.DateField()
    inputs = models.JSONField()
    packed = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    statuses = models.JSONField()
    # Where the clinic stood on each notice, as it was shown (see ``records.attestations``).
    attestations = models.JSONField(default=dict)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["author", "submission"], name="one_assessment_per_submission"
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """The JSON of contract 2 by language."""
        found: dict[str, dict[str, Any]] = unpack(self.packed)
        return found


class Attestation(AppendOnly):
    """A clinic's word on what the law leaves open, in the very text that was attested.

    The last row of a notice counts; one that is ``withdrawn`` takes the attestation back.
    """

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )
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


def pack(value: Any) -> bytes:
    """Values as compressed JSON."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 6)


def unpack(packed: bytes | memoryview) -> Any:
    """What ``pack`` was given. PostgreSQL hands out memoryviews."""
    return json.loads(zlib.decompress(bytes(packed)))

"""Complaints judged: what was shown, who went past a warning, what became of a referral."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly, Site
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned, unpack
from dolenti.records.models.complaints import Complaint
from dolenti.records.models.knowledge import EditionSnapshot


@lru_cache(maxsize=8)
def _unpacked(packed: bytes) -> dict[str, dict[str, Any]]:
    """One request reads an assessment through several rows, and the next one reads it again."""
    found: dict[str, dict[str, Any]] = unpack(packed)
    return found


class Assessment(AppendOnly, Identified):
    """A complaint judged on a day: its inputs, the edition, and what was shown, in both languages.

    ``statuses`` is the verdict of each therapy by its id.
    """

    belongs = BelongsToPatient(
        through="complaint__patient",
        label=_("Assessments"),
        kept_as="record",
        copied_by="dolenti.records.copied.assessments",
        names=("author",),
    )

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="assessments")
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
    # Where the clinic stood on each notice, as it was shown (see ``records.judging.attestations``).
    attestations = models.JSONField(default=dict)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["complaint", "-created_at"]),
            models.Index(fields=["-created_at", "-id"]),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["author", "submission"], name="one_assessment_per_submission"
            )
        ]

    # Whether a later one of the complaint was saved; the gate asks that along with the rest.
    followed: bool | None = None

    @cached_property
    def results(self) -> dict[str, dict[str, Any]]:
        """The JSON of contract 2 by language. Nobody changes what it holds: kept for the row's
        next reader."""
        return _unpacked(bytes(self.packed))


class Passing(AppendOnly, Identified):
    """A clinician goes past a ``caution`` or a ``not-indicated``, for a reason, by name."""

    belongs = BelongsToPatient(
        through="assessment__complaint__patient",
        label=_("Overridden verdicts"),
        kept_as="record",
        copied_with="assessment",
        names=("author",),
    )

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="passings")
    therapy = models.CharField(max_length=60)
    status = models.CharField(max_length=20)
    reason = models.CharField(max_length=1000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(status__in=["caution", "not-indicated"]),
                name="nobody_goes_past_a_stop",
            ),
            models.UniqueConstraint(
                fields=["assessment", "therapy"], name="one_passing_per_verdict"
            ),
        ]


class Referral(Versioned):
    """A red flag that stops sent the patient elsewhere: open until someone writes what became.

    ``flags`` are the ids of the red flags, ``to`` whom to, in both languages.
    """

    belongs = BelongsToPatient(
        through="complaint__patient",
        label=_("Referrals"),
        kept_as="record",
        copied_by="dolenti.records.copied.referrals",
    )

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="referrals")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="referrals")
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="referral")
    flags = models.JSONField()
    urgency = models.CharField(max_length=20)
    to = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("created_at", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["site", "created_at"],
                condition=models.Q(closed_at=None),
                name="referrals_open",
            )
        ]


class VerdictChange(AppendOnly, Identified):
    """A verdict that another edition of the knowledge would give differently."""

    belongs = BelongsToPatient(
        through="assessment__complaint__patient",
        label=_("Changed verdicts"),
        kept_as="record",
        not_copied="what another edition of the knowledge would say judges nobody",
    )

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="changes")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    therapy = models.CharField(max_length=60)
    was = models.CharField(max_length=20)
    now = models.CharField(max_length=20)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["assessment", "edition", "therapy"], name="one_change_per_verdict"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["site", "edition"])]

"""Letters as they were signed, and the replies that are waited for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly, Site
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned
from dolenti.records.models import Complaint, EditionSnapshot
from dolenti.records.models.patients import Patient
from dolenti.treatment.models import Course


class Letter(AppendOnly, Identified):
    """A signed letter, as it was sent: its text, its document and what it rests on.

    ``model`` is its id in the edition. ``body`` are the blocks of ``guideline.letters`` as JSON,
    ``said`` the values by field with who said each. ``of_health`` is false of a letter that says
    nothing of the patient's health. ``seal`` is the SHA-256 of all that the signature stands for.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Letters"),
        kept_as="record",
        filed_by="dolenti.letters.copied.letter_files",
        names=("author",),
    )

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="letters")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="letters")
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="letters", null=True, blank=True
    )
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="letters", null=True, blank=True
    )
    model = models.CharField(max_length=60)
    of_health = models.BooleanField(default=True)
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    to_name = models.CharField(max_length=150)
    to_address = models.CharField(max_length=300, blank=True)
    said = models.JSONField(default=dict)
    body = models.JSONField(default=list)
    reply_by = models.DateField(null=True, blank=True)
    amends = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="amended_by", null=True, blank=True
    )
    reason = models.CharField(max_length=500, blank=True)  # why it amends
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-signed_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "-signed_at"], name="letters_of_a_patient")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(amends=None, reason="")
                | (models.Q(amends__isnull=False) & ~models.Q(reason="")),
                name="a_corrected_letter_has_its_reason",
            )
        ]


class AwaitedReply(Versioned):
    """The reply that a letter wishes, until somebody says how that ended.

    ``told_at`` is when somebody of the site was told by mail that its day has passed.
    """

    belongs = BelongsToPatient(
        through="letter__patient",
        label=_("Replies to letters"),
        kept_as="record",
        copied_by="dolenti.letters.copied.replies",
    )

    class State(models.TextChoices):
        """How far it came."""

        WAITING = "waiting"
        RECEIVED = "received"
        NOT_AWAITED = "not-awaited"
        DECLINED = "declined"  # by the patient

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="reply")
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    note = models.CharField(max_length=1000, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("due_on", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_on"], condition=models.Q(state="waiting"), name="replies_awaited"
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", note="", ended_by=None, ended_at=None)
                | ~models.Q(state="waiting")
                & models.Q(ended_by__isnull=False, ended_at__isnull=False)
                & ~models.Q(note=""),
                name="no_reply_ends_without_a_word",
            )
        ]

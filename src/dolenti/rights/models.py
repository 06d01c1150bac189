"""What patients are owed of their data: copies given, requests answered, records erased."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.identifiers import LENGTH
from dolenti.access.models import AppendOnly, Site
from dolenti.ledger.belonging import BelongsToPatient, WorkedOut
from dolenti.ledger.models import ErasurePermit, Identified, Proposal
from dolenti.ledger.proposals import SETTLED_ONCE, WAITING
from dolenti.records.models.patients import Patient


class CopyRequest(AppendOnly, Identified):
    """Somebody asked for a copy of a whole record: who, and for whom.

    ``job`` is the one that makes it. What became of it is not written here: see
    ``rights.copy_requests``.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Requests for a copy"),
        kept_as="record",
        not_copied="a copy tells of the care, not of the copies before it",
    )

    class Reason(models.TextChoices):
        """For whom, and by which right."""

        PATIENT = "patient"
        DOCTOR = "doctor"
        LAWYER = "lawyer"
        PORTABILITY = "portability"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="copy_requests")
    reason = models.CharField(max_length=12, choices=Reason)
    recipient = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    job = models.UUIDField()

    class Meta:
        ordering = ("-id",)


class RecordCopy(AppendOnly, Identified):
    """A copy of a whole record that was made for somebody, and its fingerprint."""

    belongs = BelongsToPatient(
        through="request__patient",
        label=_("Copies of the record"),
        kept_as="record",
        not_copied="a copy tells of the care, not of the copies before it",
    )

    request = models.OneToOneField(CopyRequest, on_delete=models.PROTECT, related_name="copy")
    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # bytes
    files = models.PositiveIntegerField()

    class Meta:
        ordering = ("-id",)


class CopyPart(models.Model):
    """A piece of the file of a copy, for as long as it may be fetched."""

    belongs = WorkedOut(through="request__patient", source="the patient’s whole record")

    request = models.ForeignKey(CopyRequest, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("request", "number")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["request", "number"], name="one_part_of_each_number")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.number}"


class ErasureRequest(AppendOnly, Identified):
    """A patient asks that their data be erased, and the answer they got, word for word.

    ``grounds`` are the ids of the rules of ``retention.yaml`` that the answer rests on.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Requests to erase"),
        kept_as="record",
        not_copied="the patient has the letter that answered",
    )

    class Answer(models.TextChoices):
        """What became of it."""

        REFUSED = "refused"
        PARTIAL = "partial"
        GRANTED = "granted"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="erasure_requests")
    asked_by = models.CharField(max_length=150)
    asked_on = models.DateField()
    asked = models.CharField(max_length=1000, blank=True)
    answer = models.CharField(max_length=10, choices=Answer)
    grounds = models.JSONField()
    kept_until = models.DateField()
    letter = models.TextField()
    erased = models.JSONField(default=dict)  # what was erased at once: counts by kind
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)


class ErasureProposal(Proposal):
    """Someone proposes to erase a record past its term; someone else confirms, or it is dropped.

    The patient is named by the public id: of what is erased no key may be left.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="erasures")
    patient = models.CharField(max_length=LENGTH)
    records = models.JSONField(default=list)  # public ids: those merged into it when proposed
    rule = models.CharField(max_length=60)
    kept_until = models.DateField()

    class Meta(Proposal.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=WAITING,
                name="one_open_erasure_per_record",
            ),
            models.CheckConstraint(
                condition=SETTLED_ONCE,
                name="an_erasure_is_dropped_or_done",
            ),
        ]


class Tombstone(ErasurePermit, Identified):
    """A record that was erased: what, how much, under which rule, by which two people.

    It is written first, in the same transaction; without it the database lets no row of a patient
    go (``ledger.keeping``). ``kinds`` counts the rows of each kind, ``fingerprints`` are
    SHA-256 over them: whoever has a copy can show that it is what was erased.
    """

    proposal = models.ForeignKey(
        ErasureProposal, on_delete=models.PROTECT, related_name="tombstones"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    patient = models.CharField(max_length=LENGTH, unique=True)
    rule = models.CharField(max_length=60)
    kept_until = models.DateField()
    kinds = models.JSONField()
    fingerprints = models.JSONField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    erased_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(proposed_by=models.F("confirmed_by")),
                name="two_people_erase",
            )
        ]

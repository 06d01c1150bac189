"""What patients are owed of their data: copies given, requests answered, records erased."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.identifiers import LENGTH
from dolenti.access.models import AppendOnly, Site
from dolenti.records.models.patients import Patient
from dolenti.records.models.shapes import Identified


class RecordCopy(AppendOnly, Identified):
    """A copy of a whole record that left the clinic: for whom, by whom, and its fingerprint."""

    class Reason(models.TextChoices):
        """For whom, and by which right."""

        PATIENT = "patient"
        DOCTOR = "doctor"
        LAWYER = "lawyer"
        PORTABILITY = "portability"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="copies")
    reason = models.CharField(max_length=12, choices=Reason)
    recipient = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # bytes
    files = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)


class ErasureRequest(AppendOnly, Identified):
    """A patient asks that their data be erased, and the answer they got, word for word.

    ``grounds`` are the ids of the rules of ``retention.yaml`` that the answer rests on.
    """

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


class ErasureProposal(Identified):
    """Someone proposes to erase a record past its term; someone else confirms, or it is dropped.

    The patient is named by the public id: of what is erased no key may be left.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="erasures")
    patient = models.CharField(max_length=LENGTH)
    rule = models.CharField(max_length=60)
    kept_until = models.DateField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(dropped_at=None, done_at=None),
                name="one_open_erasure_per_record",
            ),
            models.CheckConstraint(
                condition=models.Q(dropped_at=None) | models.Q(done_at=None),
                name="an_erasure_is_dropped_or_done",
            ),
        ]


class Tombstone(AppendOnly, Identified):
    """A record that was erased: what, how much, under which rule, by which two people.

    It is written first, in the same transaction; without it the database lets no row of a patient
    go (``records.rights.keeping``). ``kinds`` counts the rows of each kind, ``fingerprints`` are
    SHA-256 over them: whoever has a copy can show that it is what was erased. ``row`` is the key
    that the erased patient had.
    """

    proposal = models.ForeignKey(
        ErasureProposal, on_delete=models.PROTECT, related_name="tombstones"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    patient = models.CharField(max_length=LENGTH, unique=True)
    row = models.BigIntegerField(unique=True)
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

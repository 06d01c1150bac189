"""What is known of a patient, over time, and the documents it came from."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified
from dolenti.records.models.complaints import Complaint
from dolenti.records.models.patients import Patient


class Document(AppendOnly, Identified):
    """A file about a patient, as it came in, and what was made of it when it was read."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Files received"),
        kept_as="record",
        filed_by="dolenti.records.copied.received",
        names=("author",),
    )

    class Kind(models.TextChoices):
        """How it came in."""

        FORM = "form"
        PLAIN = "plain"
        FHIR = "fhir"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind)
    about = models.CharField(max_length=300, blank=True)
    original = models.BinaryField()
    # What the reading left aside, for the screen: entries as ``records.facts.inputs`` writes them.
    reading = models.JSONField(default=dict)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)


class Statement(AppendOnly):
    """One value of one fact, as someone gave it. Later ones stand beside it, never in its place.

    Of a fact, the value that was true last counts (``at``, then the order they were written in);
    no value takes the earlier ones back. Of a set, each member for itself. A statement that
    ``undoes`` a press makes it as if what that press said of its fact had not been said.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Statements of facts"),
        kept_as="record",
        copied_by="dolenti.records.copied.statements",
        names=("author",),
    )

    class Origin(models.TextChoices):
        """Said by someone, read in a document, or taken as reassuring."""

        STATED = "stated"
        DOCUMENT = "document"
        ASSUMED = "assumed"

    class How(models.TextChoices):
        """How the page that asked came by it; nothing where it was not asked there."""

        ASKED = "asked"
        EXAMINED = "examined"
        JUDGED = "judged"
        PLANNED = "planned"
        DERIVED = "derived"

    class SaidBy(models.TextChoices):
        """In whose words."""

        CLINICIAN = "clinician"
        PATIENT = "patient"
        RELATIVE = "relative"
        RECORD = "record"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="statements")
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="statements", null=True, blank=True
    )
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="statements", null=True, blank=True
    )
    fact = models.CharField(max_length=100)
    value = models.JSONField(null=True)
    at = models.DateField()
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.STATED)
    place = models.CharField(max_length=200, blank=True)  # where in the document
    said_by = models.CharField(max_length=10, choices=SaidBy, default=SaidBy.CLINICIAN)
    how = models.CharField(max_length=10, choices=How, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    submission = models.UUIDField()
    undoes = models.UUIDField(null=True, default=None)  # the submission that was pressed

    class Meta:
        ordering = ("id",)
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["patient", "fact"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["complaint", "submission", "fact"],
                condition=models.Q(complaint__isnull=False),
                name="one_statement_per_submission",
            ),
            models.UniqueConstraint(
                fields=["patient", "submission", "fact"],
                condition=models.Q(complaint=None),
                name="one_patient_statement_per_submission",
            ),
        ]

    def __str__(self) -> str:
        return self.fact

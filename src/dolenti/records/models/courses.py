"""A therapy chosen for a complaint: the course, its price, and the patient's consent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.models import AppendOnly, Site
from dolenti.records.models.assessments import Assessment, Passing
from dolenti.records.models.complaints import Complaint
from dolenti.records.models.patients import Patient
from dolenti.records.models.shapes import Identified, Versioned, unpack


class Course(Versioned):
    """Contract 4: ``proposed``, ``consented``, ``active``, then ``completed`` or ``stopped``.

    It rests on an assessment and, where that said caution or not indicated, on someone's word to
    go past it. ``protocol`` is what was planned, as it stood when it was chosen.
    """

    class State(models.TextChoices):
        """How far it came."""

        PROPOSED = "proposed"
        CONSENTED = "consented"
        ACTIVE = "active"
        COMPLETED = "completed"
        STOPPED = "stopped"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="courses")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="courses")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="courses")
    therapy = models.CharField(max_length=60)
    products = models.JSONField(default=list, blank=True)  # ids planned
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="courses")
    passing = models.ForeignKey(
        Passing, on_delete=models.PROTECT, related_name="courses", null=True, blank=True
    )
    practitioner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="courses"
    )
    protocol = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    stop_reason = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "-created_at"]),
            models.Index(fields=["site", "state"]),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(state="stopped") | ~models.Q(stop_reason=""),
                name="a_stop_has_its_reason",
            )
        ]


class Consent(AppendOnly, Identified):
    """The very text a patient signed, with its signature, as the document it became."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="consents")
    language = models.CharField(max_length=5)
    packed = models.BinaryField()  # the text, as values
    text_sha256 = models.CharField(max_length=64)
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64)
    signature = models.JSONField()  # strokes, lists of points as drawn
    signed_by = models.CharField(max_length=150)
    signed_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    @property
    def content(self) -> dict[str, Any]:
        """The text that was signed, as values."""
        found: dict[str, Any] = unpack(self.packed)
        return found


class ConsentWithdrawal(AppendOnly, Identified):
    """A patient takes a consent back: the course stops."""

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    said_by = models.CharField(max_length=150)
    note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)


class Quotation(AppendOnly, Identified):
    """A written price (devis), as the document that was handed over."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="quotations")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="quotations")
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="quotations", null=True, blank=True
    )
    number = models.CharField(max_length=30)
    lines = models.JSONField()
    cents = models.PositiveIntegerField()
    valid_until = models.DateField()
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["site", "number"], name="one_quotation_of_a_number")
        ]

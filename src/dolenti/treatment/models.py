"""A therapy chosen for a complaint: the course, its sessions and what was given at them, its
price, and the patient's consent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access import at_rest
from dolenti.access.models import AppendOnly, Site
from dolenti.agenda.models import Appointment
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned, unpack
from dolenti.records.models.assessments import Assessment, Passing
from dolenti.records.models.complaints import Complaint
from dolenti.records.models.knowledge import EditionSnapshot
from dolenti.records.models.patients import Patient


class Course(Versioned):
    """Contract 4: ``proposed``, ``consented``, ``active``, then ``completed`` or ``stopped``.

    It rests on an assessment and, where that said caution or not indicated, on someone's word to
    go past it. ``protocol`` is what was planned, as it stood when it was chosen.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Courses"),
        kept_as="record",
        copied_by="dolenti.treatment.copied.courses",
        names=(
            "author",
            "practitioner",
        ),
    )

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


class Session(Identified):
    """The n-th session of a course, and the appointment at which it is to be given.

    One whose appointment was cancelled or missed stands until it is planned again: another session
    of the same number then takes its place.
    """

    belongs = BelongsToPatient(
        through="course__patient",
        label=_("Sessions"),
        kept_as="record",
        copied_with="course",
    )

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()  # of the course's protocol, from 1
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="session"
    )
    standing = models.BooleanField(default=True)  # or replaced

    class Meta:
        ordering = ("number", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["course", "number"],
                condition=models.Q(standing=True),
                name="one_standing_session_of_a_number",
            )
        ]


class SessionRecord(Versioned):
    """What was given at a session: ``prepared``, ``delivered``, ``signed`` (contract 4).

    A row of its own beside the appointment, so that nobody who moves the one touches the other. A
    signed one never changes, by the database itself: an amendment is another row that names the one
    it ``amends`` and why, delivered as that was, and signed in its turn.
    """

    belongs = BelongsToPatient(
        through="session__course__patient",
        label=_("Records of sessions"),
        kept_as="record",
        copied_by="dolenti.treatment.copied.given",
        names=("author", "delivered_by", "signed_by"),
    )

    class State(models.TextChoices):
        """How far it came."""

        PREPARED = "prepared"
        DELIVERED = "delivered"
        SIGNED = "signed"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="records")
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    amends = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="amended_by", null=True, blank=True
    )
    reason = models.CharField(max_length=500, blank=True)  # why it amends
    treated = models.JSONField(default=dict, blank=True)  # the pain, as it stood at delivery
    # The parts of what was done, each as ``treatment.content`` reads it.
    pause = models.JSONField(default=dict, blank=True)
    preparation = models.JSONField(default=dict, blank=True)
    injected = models.JSONField(default=dict, blank=True)
    points = models.JSONField(default=list, blank=True)  # where it went, on the figure
    happened = models.JSONField(default=dict, blank=True)
    seal = models.CharField(max_length=64, blank=True)  # SHA-256 of what was signed
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    delivered_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session"],
                condition=models.Q(amends=None),
                name="one_first_record_of_a_session",
            ),
            models.CheckConstraint(
                condition=models.Q(amends=None, reason="")
                | (models.Q(amends__isnull=False) & ~models.Q(reason="")),
                name="an_amendment_has_its_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="prepared", delivered_by=None, delivered_at=None, signed_by=None,
                    signed_at=None, seal="",
                )
                | models.Q(
                    state="delivered", delivered_by__isnull=False, delivered_at__isnull=False,
                    signed_by=None, signed_at=None, seal="",
                )
                | models.Q(
                    state="signed", delivered_by__isnull=False, delivered_at__isnull=False,
                    signed_by__isnull=False, signed_at__isnull=False,
                )
                & ~models.Q(seal=""),
                name="a_record_says_who_and_when",
            ),
        ]  # fmt: skip


class _WithoutContent(models.Manager["SessionPhoto"]):
    """Photos are listed and counted far more often than they are looked at."""

    def get_queryset(self) -> models.QuerySet[SessionPhoto]:
        return super().get_queryset().defer("content")


class SessionPhoto(Identified):
    """A photo of a session, which the patient agreed to; its content is encrypted.

    Until the record is signed it may be taken away: then the content is gone, and the row says by
    whom and why. ``sha256`` is of the picture in clear: the seal of the record names it.
    """

    belongs = BelongsToPatient(
        through="record__session__course__patient",
        label=_("Photos of sessions"),
        kept_as="record",
        filed_by="dolenti.treatment.copied.photo_files",
        names=("author",),
    )

    record = models.ForeignKey(SessionRecord, on_delete=models.PROTECT, related_name="photos")
    content = models.BinaryField()  # sealed (see ``access.at_rest``); empty once taken away
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True)
    agreed = models.BooleanField()  # the patient said yes, to whoever took it, then
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    dropped = models.CharField(max_length=500, blank=True)  # why it was taken away
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = _WithoutContent()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(agreed=True), name="no_photo_without_the_patients_yes"
            ),
            models.CheckConstraint(
                condition=models.Q(dropped="", dropped_by=None, dropped_at=None)
                | models.Q(dropped_by__isnull=False, dropped_at__isnull=False)
                & ~models.Q(dropped=""),
                name="a_photo_taken_away_says_who_and_why",
            ),
        ]

    @property
    def about(self) -> str:
        """What the content was sealed for: beside any other row it does not open."""
        return f"session photo {self.record.session.public_id} {self.public_id}"

    def unsealed(self, keys: Sequence[str] = ()) -> bytes:
        """The picture. Raises ``UnsealedError``."""
        return at_rest.unseal(bytes(self.content), about=self.about, keys=keys)


class SensoryMap(AppendOnly, Identified):
    """What was felt again in the days after a freeze, area by area, and whether strength was kept.
    The last of a ``moment`` (of the knowledge: 7 days, 90 days) counts."""

    belongs = BelongsToPatient(
        through="record__session__course__patient",
        label=_("Sensory maps after a freeze"),
        kept_as="record",
        copied_with="record",
        names=("author",),
    )

    record = models.ForeignKey(SessionRecord, on_delete=models.PROTECT, related_name="maps_later")
    moment = models.CharField(max_length=20)
    day = models.DateField()  # on which it was tested
    felt = models.JSONField(default=list, blank=True)  # as ``treatment.content.Felt``
    moves = models.BooleanField(null=True)
    note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)


class UsualChoice(AppendOnly, Identified):
    """A site offers a usual mixture from now on, or no longer, and why. The last one counts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="usual_choices")
    mixture = models.CharField(max_length=60)  # its id in the knowledge
    on = models.BooleanField()
    reason = models.CharField(max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)


class UsualOwn(AppendOnly, Identified):
    """A mixture of the site’s own, as it was drawn up once: offered for a zone and a therapy once
    it is switched on (``UsualChoice``, by its public id). It names no patient and no lot."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="usual_own")
    name = models.CharField(max_length=80)
    therapy = models.CharField(max_length=40)
    zone = models.CharField(max_length=40)
    technique = models.CharField(max_length=40, blank=True)
    fluid = models.CharField(max_length=12)
    fluid_ml = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    parts = models.JSONField()  # of each vial: mL, and what is in it (``treatment.usual``)
    reason = models.CharField(max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["site", "name"], name="one_usual_mixture_of_a_name")
        ]


class Consent(AppendOnly, Identified):
    """The very text a patient signed, with its signature, as the document it became."""

    belongs = BelongsToPatient(
        through="course__patient",
        label=_("Consents"),
        kept_as="consent",
        copied_by="dolenti.treatment.copied.consents",
        filed_by="dolenti.treatment.copied.consent_files",
        names=("author",),
    )

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

    belongs = BelongsToPatient(
        through="consent__course__patient",
        label=_("Withdrawn consents"),
        kept_as="consent",
        copied_with="consent",
    )

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    said_by = models.CharField(max_length=150)
    note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)


class Quotation(AppendOnly, Identified):
    """A written price (devis), as the document that was handed over."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Quotations"),
        kept_as="quotation",
        filed_by="dolenti.treatment.copied.quotation_files",
        names=("author",),
    )

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


class Fee(Identified):
    """What a site asks for an act, in cents. A changed fee is a new one; ``entered_on`` is the day
    on which somebody looked at it last, unknown of those from before it was written."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="fees")
    therapy = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=120)
    cents = models.PositiveIntegerField()
    entered_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("therapy", "label")


class Letterhead(models.Model):
    """What a site prints at the head of its papers beside its name and address: its numbers, and
    its logo as a PNG of ours. A row of its own, because every page reads the site."""

    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="letterhead")
    finess = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    logo = models.BinaryField(blank=True, default=b"")
    logo_width = models.PositiveSmallIntegerField(default=0)
    logo_height = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.siret or self.finess

"""An address that opens one thing on a patient's phone, and the code that opens what a birth date
alone does not."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.agenda.models import Appointment
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified
from dolenti.records.models import Complaint
from dolenti.records.models.patients import Patient
from dolenti.treatment.models import Consent, Course, Session


class Link(Identified):
    """An address that opens one thing of one patient, until it ends; for what is its ``purpose``.

    To ``answer`` a window of a course it ends at ``expires_at``. For the ``history`` of a complaint
    it ends with the day of the appointment it is asked for, for an ``appointment`` with that: they
    may move, so their end is worked out. For a ``consent`` it opens one text of a course: that of
    ``text_day`` whose digest is ``text_sha256``; it ends with its signature (``consent``), at
    ``expires_at``, or once the text would be another. For the ``aftercare`` of a ``session`` that
    was given it ends at ``expires_at``. Of the token only its hash is kept.
    ``led_by`` names the ways of the links that led on to it, beside those of its own messages.
    ``form_key`` is of the form that stands open, ``opened_at`` when it was opened by the birth
    date; what comes with it is taken once.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Links to the phone"),
        kept_as="record",
        not_copied="of an address that opened one form only a fingerprint is kept",
        names=("author",),
    )

    class Purpose(models.TextChoices):
        """What it opens."""

        ANSWER = "answer"  # the questions of a window between the visits
        HISTORY = "history"  # what the rules of a complaint still need, before the visit
        APPOINTMENT = "appointment"  # when and where; to move it, or give it up
        CONSENT = "consent"  # the text of a course, to be read, asked about and signed
        AFTERCARE = "aftercare"  # the leaflet of a session that was given

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=11, choices=Purpose, default=Purpose.ANSWER)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="links", null=True, blank=True
    )
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="links", null=True, blank=True
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="links", null=True, blank=True
    )
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="links", null=True, blank=True
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    window = models.CharField(max_length=60, blank=True)  # by its id in the knowledge
    # Which of them, as ``guideline.diary.due`` names it.
    anchor = models.CharField(max_length=60, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    text_day = models.DateField(null=True, blank=True)
    consent = models.OneToOneField(
        Consent, on_delete=models.PROTECT, related_name="link", null=True, blank=True
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # wrong birth dates
    led_by = models.CharField(max_length=16, blank=True)  # as ``diary.ways`` writes it
    form_key = models.UUIDField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = [
            # Those that wrong birth dates blocked: a handful among all that ever went.
            models.Index(
                fields=["tries"],
                condition=models.Q(tries__gte=5, revoked_at=None),
                name="diary_links_blocked",
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(
                    purpose="answer", course__isnull=False, complaint=None, appointment=None,
                    session=None, expires_at__isnull=False,
                ) & ~models.Q(window="")
                | models.Q(
                    purpose="history", course=None, complaint__isnull=False,
                    appointment__isnull=False, session=None, expires_at=None, window="", anchor="",
                )
                | models.Q(
                    purpose="appointment", course=None, complaint=None,
                    appointment__isnull=False, session=None, expires_at=None, window="", anchor="",
                )
                | models.Q(
                    purpose="consent", course__isnull=False, complaint=None, appointment=None,
                    session=None, expires_at__isnull=False, text_day__isnull=False, window="",
                    anchor="",
                ) & ~models.Q(text_sha256="")
                | models.Q(
                    purpose="aftercare", course__isnull=False, complaint=None, appointment=None,
                    session__isnull=False, expires_at__isnull=False, window="", anchor="",
                ),
                name="a_link_is_for_one_purpose",
            )
        ]  # fmt: skip

    @property
    def of_course(self) -> Course:
        """The course whose questions, consent or session it opens."""
        assert self.course is not None
        return self.course


class Code(Identified):
    """A second proof, beside the birth date, that whoever holds the phone is who was written to:
    six digits that end after minutes and are taken once. The digits are kept nowhere: they are
    worked out again from ``key`` and the site's own when they are sent and when they are typed."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Codes to the phone"),
        kept_as="record",
        not_copied="of a code that ended after ten minutes its digits are kept nowhere",
    )

    class Use(models.TextChoices):
        """What it opens."""

        SIGN = "sign"  # the signature of a consent
        CURVE = "curve"  # one's own pain over time

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="codes")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="codes")
    use = models.CharField(max_length=5, choices=Use)
    channel = models.CharField(max_length=4, choices=(("mail", "Mail"), ("sms", "SMS")))
    key = models.UUIDField(unique=True)
    tries = models.PositiveSmallIntegerField(default=0)  # wrong digits
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # what it opened was closed

    class Meta:
        ordering = ("id",)

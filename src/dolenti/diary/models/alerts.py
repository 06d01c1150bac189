"""What somebody of the clinic has to look into, and what happened to it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly
from dolenti.diary.models.links import Link
from dolenti.diary.models.said import Answer, History, Wish
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned
from dolenti.records.models import Complaint, EditionSnapshot
from dolenti.records.models.patients import Patient
from dolenti.treatment.models import Course


class Alert(Versioned):
    """What somebody of the clinic has to look into: the alarms of an answer, the red flags of a
    history told at home, or a wish to be called (then ``alarms`` is empty). It is of a course, or
    of a complaint before there is one; of a ``wish`` that the reception passed on; or of a
    ``link``, whose holder says that they are not the patient, or whose mail came back. While such a
    one stands nothing is sent by the ways that it holds.

    What happens to it is a row of ``AlertEvent``; it ends by a person, with an outcome and a
    reason. A later answer is added, and never lowers the urgency; ``since`` is when it became as
    urgent as it is, and its limits run from there.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Alerts"),
        kept_as="record",
        copied_by="dolenti.diary.copied.alerts",
        names=("owner", "ended_by"),
    )

    class State(models.TextChoices):
        """How far it came."""

        RAISED = "raised"
        ENDED = "ended"

    class Urgency(models.TextChoices):
        """How soon; the most urgent sorts first."""

        EMERGENCY = "emergency"
        SAME_DAY = "same-day"
        SOON = "soon"

    class After(models.TextChoices):
        """What becomes of the visit that an alert held back, once it ended."""

        AS_PLANNED = "as-planned"
        TO_MOVE = "to-move"
        TO_CANCEL = "to-cancel"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="alerts")
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True
    )
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True
    )
    link = models.ForeignKey(
        Link, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True
    )
    wish = models.ForeignKey(
        Wish, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True
    )
    holds_mail = models.BooleanField(default=False)
    holds_sms = models.BooleanField(default=False)
    alarms = models.JSONField(default=list, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency)
    state = models.CharField(max_length=6, choices=State, default=State.RAISED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    since = models.DateTimeField()
    due_at = models.DateTimeField()  # by when somebody has taken it
    call_again_at = models.DateTimeField(null=True, blank=True)  # or first spoken to
    outcome = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=10, choices=After, blank=True)
    after_visit = models.ForeignKey(
        "agenda.Appointment", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    after_start = models.DateTimeField(null=True, blank=True)  # of that visit, as it stood then
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("due_at", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_at"], name="alerts_by_deadline")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["course"],
                condition=models.Q(state="raised"),
                name="one_open_alert_of_a_course",
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=models.Q(state="raised"),
                name="one_open_alert_of_a_complaint",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(state="raised", link__isnull=False),
                name="one_open_alert_of_an_address",
            ),
            models.UniqueConstraint(fields=["wish"], name="a_wish_is_passed_on_once"),
            models.CheckConstraint(
                condition=models.Q(course=None, complaint__isnull=False, link=None, wish=None)
                | models.Q(course__isnull=False, complaint=None, link=None, wish=None)
                | models.Q(course=None, complaint=None, link__isnull=False, wish=None)
                | models.Q(course=None, complaint=None, link=None, wish__isnull=False),
                name="an_alert_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(link__isnull=False)
                | models.Q(holds_mail=False, holds_sms=False),
                name="an_alert_of_an_address_holds_it",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="raised", outcome="", reason="", ended_by=None, ended_at=None
                )
                | models.Q(state="ended", ended_by__isnull=False, ended_at__isnull=False)
                & ~models.Q(reason="")
                & ~models.Q(outcome=""),
                name="no_alert_ends_without_a_reason",
            ),
        ]

    @property
    def pain(self) -> Complaint | None:
        """The complaint that it is about; none where it is about an address, or a wish of no
        appointment for one."""
        if self.wish is not None:
            return self.wish.appointment.complaint if self.wish.appointment else None
        return self.complaint if self.course is None else self.course.complaint


class AlertEvent(AppendOnly, Identified):
    """One thing that happened to an alert. ``person`` is nobody where the patient did it, or the
    clock; ``step`` counts the escalations of an ``urgency``, whose ``note`` names who was told.
    ``to`` is to whom it was handed over. Of another answer that made the alert graver, ``urgency``
    is how urgent it is since, and ``to`` who had taken it and has it no longer."""

    belongs = BelongsToPatient(
        through="alert__patient",
        label=_("What happened to an alert"),
        kept_as="record",
        copied_with="alert",
        names=("person", "to"),
    )

    class Kind(models.TextChoices):
        """What it was."""

        RAISED = "raised"
        ADDED = "added"  # another answer of the patient
        CALL_WANTED = "call-wanted"
        CALLED = "called"  # the patient says that they called
        NOT_ME = "not-me"  # whoever holds the phone says that they are not the patient
        RETURNED = "returned"  # a mail came back: its address takes none
        DECLINED = "declined"  # whoever holds the phone wants no more messages
        TAKEN = "taken"
        HANDED = "handed"
        NOTED = "noted"
        REACHED = "reached"  # somebody spoke to the patient
        NOT_REACHED = "not-reached"  # an attempt to call the patient
        ASKED_BACK = "asked-back"  # a message asks the patient to call
        PASSED_ON = "passed-on"  # by the reception, which read it in a wish
        ESCALATED = "escalated"
        ENDED = "ended"

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answer = models.ForeignKey(
        Answer, on_delete=models.PROTECT, related_name="alert_events", null=True, blank=True
    )
    history = models.ForeignKey(
        History, on_delete=models.PROTECT, related_name="alert_events", null=True, blank=True
    )
    link = models.ForeignKey(  # that was pressed on
        Link, on_delete=models.PROTECT, related_name="alert_events", null=True, blank=True
    )
    alarms = models.JSONField(default=list, blank=True)  # what that answer called for
    step = models.PositiveSmallIntegerField(null=True, blank=True)
    urgency = models.CharField(max_length=10, choices=Alert.Urgency, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["alert", "urgency", "step"],
                condition=models.Q(kind="escalated"),
                name="an_alert_escalates_once_a_step",
            )
        ]

"""Adverse events of patients, and the alarms that several of them raise at a site."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import Site
from dolenti.agenda.models import Room
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned
from dolenti.records.models import EditionSnapshot
from dolenti.records.models.patients import Patient
from dolenti.treatment.models import Session


class AdverseEvent(Versioned):
    """One event of a patient, by its id in the knowledge. What is told of it later is another
    version; what nobody said stays empty and is never a no.

    ``from_record`` says that it was noted on the page of its session, and followed from its
    signature. The lots are those of the session's record, and are not written twice.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Adverse events"),
        kept_as="record",
        copied_by="dolenti.safety.copied.events",
        names=("author",),
    )

    class Outcome(models.TextChoices):
        """What became of it."""

        UNKNOWN = "unknown"
        ONGOING = "ongoing"
        RECOVERING = "recovering"
        RECOVERED = "recovered"
        SEQUELAE = "sequelae"
        DEATH = "death"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="adverse_events")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="adverse_events", null=True, blank=True
    )
    from_record = models.BooleanField(default=False)
    event = models.CharField(max_length=60)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5; nobody graded it yet
    serious = models.BooleanField(null=True, blank=True)  # what the law calls so
    began = models.DateField()
    ended = models.DateField(null=True, blank=True)
    noticed_at = models.DateTimeField()
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    device = models.CharField(max_length=120, blank=True)
    circumstances = models.JSONField(default=dict, blank=True)  # yes or no, by their id
    treated = models.CharField(max_length=1000, blank=True)  # what was done about it
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.UNKNOWN)
    note = models.CharField(max_length=2000, blank=True)
    in_error = models.BooleanField(default=False)
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-began", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["event", "began"], name="events_of_a_kind")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "event"],
                condition=models.Q(from_record=True, in_error=False),
                name="an_event_of_a_session_stands_once",
            ),
            models.CheckConstraint(
                condition=models.Q(grade=None) | models.Q(grade__gte=1, grade__lte=5),
                name="a_grade_goes_from_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(ended=None) | models.Q(ended__gte=models.F("began")),
                name="an_event_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=models.Q(from_record=False) | models.Q(session__isnull=False),
                name="an_event_of_a_record_has_its_session",
            ),
        ]


class Report(Versioned):
    """A report of an event that is due by a text, and once somebody sent it, the day, by whom and
    its reference. ``route`` and ``part`` are of the knowledge; ``at_once``: without delay, counted
    from ``due_at``. What is no longer due by what is known does not ``stands``."""

    belongs = BelongsToPatient(
        through="event__patient",
        label=_("Reports of adverse events"),
        kept_as="record",
        copied_with="event",
        names=("author",),
    )

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="reports")
    route = models.CharField(max_length=60)
    part = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    at_once = models.BooleanField(default=False)
    stands = models.BooleanField(default=True)
    sent_on = models.DateField(null=True, blank=True)
    sent_by = models.CharField(max_length=150, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )  # who said that it was sent
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("due_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["event", "route", "part"], name="a_report_of_an_event_once"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_on=None, sent_by="", reference="", author=None)
                | models.Q(sent_on__isnull=False, author__isnull=False) & ~models.Q(sent_by=""),
                name="a_report_that_was_sent_says_by_whom",
            ),
        ]


class Alarm(Versioned):
    """Events of a site that belong together, by a rule of the knowledge: who looks into it, by
    when, and why it was ended. No patient is named in it.

    ``shares`` says what they have in common and ``name`` which: a lot or a room by its public id,
    an operator likewise, a device as it was written. Where one event is enough it is that event.
    """

    class State(models.TextChoices):
        """How far it came."""

        RAISED = "raised"
        ENDED = "ended"

    class Shares(models.TextChoices):
        """What its events have in common."""

        LOT = "lot"
        ROOM = "room"
        DEVICE = "device"
        OPERATOR = "operator"
        ALONE = "alone"  # one is enough

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="alarms")
    rule = models.CharField(max_length=60)
    shares = models.CharField(max_length=8, choices=Shares)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=6, choices=State, default=State.RAISED)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)  # why it was ended
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("due_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "rule", "shares", "name"],
                condition=models.Q(state="raised"),
                name="one_alarm_at_a_time_of_a_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(state="raised", reason="", ended_by=None, ended_at=None)
                | models.Q(state="ended", ended_by__isnull=False, ended_at__isnull=False)
                & ~models.Q(reason=""),
                name="no_alarm_ends_without_a_reason",
            ),
        ]


class AlarmCase(Identified):
    """One event of an alarm."""

    belongs = BelongsToPatient(
        through="event__patient",
        label=_("Events of an alarm"),
        kept_as="record",
        copied_with="event",
    )

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="cases")
    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="alarms")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["alarm", "event"], name="an_event_once_in_an_alarm")
        ]

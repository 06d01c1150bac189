"""What passes between a patient's phone and the clinic: a link, an answer, an alert."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly
from dolenti.agenda.models import Appointment
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned
from dolenti.records.models import Complaint, EditionSnapshot
from dolenti.records.models.patients import Patient
from dolenti.treatment.models import Course


class Link(Identified):
    """An address that opens one thing of one patient, until it ends; for what is its ``purpose``.

    To ``answer`` a window of a course it ends at ``expires_at``. For the ``history`` of a complaint
    it ends with the day of the appointment it is asked for, for an ``appointment`` with that: they
    may move, so their end is worked out. Of the token only its hash is kept. ``form_key`` is of the
    form that stands open, ``opened_at`` when it was opened by the birth date; what comes with it is
    taken once.
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
    token_sha256 = models.CharField(max_length=64, unique=True)
    window = models.CharField(max_length=60, blank=True)  # by its id in the knowledge
    # Which of them, as ``guideline.diary.due`` names it.
    anchor = models.CharField(max_length=60, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # wrong birth dates
    form_key = models.UUIDField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(
                    purpose="answer", course__isnull=False, complaint=None, appointment=None,
                    expires_at__isnull=False,
                ) & ~models.Q(window="")
                | models.Q(
                    purpose="history", course=None, complaint__isnull=False,
                    appointment__isnull=False, expires_at=None, window="", anchor="",
                )
                | models.Q(
                    purpose="appointment", course=None, complaint=None,
                    appointment__isnull=False, expires_at=None, window="", anchor="",
                ),
                name="a_link_is_for_one_purpose",
            )
        ]  # fmt: skip

    @property
    def of_course(self) -> Course:
        """The course whose questions it opens: of a link to answer."""
        assert self.course is not None
        return self.course


class Answer(AppendOnly, Identified):
    """What a patient answered to a window, once for each form, however often it arrives.

    ``answers`` are the values by the questions' ids, as ``diary.reading`` writes them. One that
    fills no window is ``unscheduled``. ``amends`` is the answer that this one corrects.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Answers from the phone"),
        kept_as="record",
        copied_by="dolenti.diary.copied.answers",
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="answers")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="answers")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="answers")
    window = models.CharField(max_length=60)
    anchor = models.CharField(max_length=60)
    form_key = models.UUIDField(unique=True)
    answers = models.JSONField()
    unscheduled = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    amends = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="amended_by", null=True, blank=True
    )
    answered_by = models.CharField(max_length=150, blank=True)  # who answered for the patient
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("received_at", "id")


class History(AppendOnly, Identified):
    """What a patient said at home before a visit, in their own words: offered to the clinician, and
    no fact of the record until a clinician confirms it.

    ``answers`` are by the fact that was asked, as ``diary.history`` writes them: all that was said
    so far in its form, so that of the rows of a form the last says most. ``flags`` are the red
    flags, by their ids, that it raised. ``is_whole``: the patient looked it over and sent it;
    else a red flag stopped the form here, or an answer was corrected after one.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Histories told at home"),
        kept_as="record",
        copied_by="dolenti.diary.copied.histories",
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="histories")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="histories")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="histories")
    form_key = models.UUIDField(unique=True)
    answers = models.JSONField()
    flags = models.JSONField(default=list, blank=True)
    is_whole = models.BooleanField()
    answered_by = models.CharField(max_length=150, blank=True)  # who answered for the patient
    edition = models.ForeignKey(EditionSnapshot, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("received_at", "id")


class Wish(Identified):
    """What a patient said of their appointments by a link: that they come, or what they wish of the
    reception (another time, another appointment, a call), which somebody then settles."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Wishes about appointments"),
        kept_as="record",
        copied_by="dolenti.diary.copied.wishes",
        names=("settled_by",),
    )

    class Kind(models.TextChoices):
        """What it is."""

        COMES = "comes"
        MOVE = "move"
        ANOTHER = "another"
        CALL = "call"

    class Part(models.TextChoices):
        """When on a day."""

        ANY = "any"
        MORNING = "morning"
        AFTERNOON = "afternoon"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="wishes")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="wishes")
    start = models.DateTimeField()  # of the appointment as it stood: it may move
    kind = models.CharField(max_length=7, choices=Kind)
    part = models.CharField(max_length=9, choices=Part, default=Part.ANY)
    days = models.JSONField(default=list, blank=True)  # of the week, 0 is Monday; none is any
    note = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="a_wish_is_settled_by_somebody",
            )
        ]


class Stop(AppendOnly, Identified):
    """From then on a patient is asked nothing and sent nothing."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Ends of the follow-up"),
        kept_as="record",
        copied_by="dolenti.diary.copied.stops",
        names=("author",),
    )

    class Why(models.TextChoices):
        """What ended it."""

        WITHDRAWN = "withdrawn"  # the patient wants no follow-up
        DIED = "died"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="follow_up_stops")
    why = models.CharField(max_length=10, choices=Why)
    note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["patient", "why"], name="a_follow_up_ends_once")
        ]


class Alert(Versioned):
    """What somebody of the clinic has to look into: the alarms of an answer, the red flags of a
    history told at home, or a wish to be called (then ``alarms`` is empty). It is of a course, or
    of a complaint before there is one.

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

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="alerts")
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True
    )
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True
    )
    alarms = models.JSONField(default=list, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency)
    state = models.CharField(max_length=6, choices=State, default=State.RAISED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    since = models.DateTimeField()
    due_at = models.DateTimeField()  # by when somebody has taken it
    outcome = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=500, blank=True)
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
            models.CheckConstraint(
                condition=models.Q(course=None, complaint__isnull=False)
                | models.Q(course__isnull=False, complaint=None),
                name="an_alert_is_of_one_thing",
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
    def pain(self) -> Complaint:
        """The complaint that it is about."""
        if self.complaint is not None:
            return self.complaint
        assert self.course is not None
        return self.course.complaint


class AlertEvent(AppendOnly, Identified):
    """One thing that happened to an alert. ``person`` is nobody where the patient did it, or the
    clock; ``step`` counts the escalations of an ``urgency``."""

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
        TAKEN = "taken"
        HANDED = "handed"
        NOTED = "noted"
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


class Reach(AppendOnly, Identified):
    """By which way a patient's questions come to them: by mail, by SMS, or by none. The last row
    counts; ``author`` is nobody where the patient said so from the phone."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Ways to the phone"),
        kept_as="record",
        copied_by="dolenti.diary.copied.reaches",
        names=("author",),
    )

    class Channel(models.TextChoices):
        """The way."""

        NONE = "none"
        MAIL = "mail"
        SMS = "sms"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reaches")
    channel = models.CharField(max_length=4, choices=Channel)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)


class Message(Identified):
    """One message to a patient, written down before it goes: there is one for each moment of a
    window of a ``course``, whatever is killed meanwhile; or somebody of the clinic sends a link for
    another purpose, which has no moment. Of what it says only its kind is kept; the address of its
    link is worked out again when it goes, from ``key`` and the site's own."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Messages to the phone"),
        kept_as="record",
        copied_by="dolenti.diary.copied.messages",
    )

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        SENT = "sent"
        NOT_NEEDED = "not-needed"  # answered, stopped or over before it went
        FAILED = "failed"  # the address takes nothing

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="messages")
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="messages", null=True, blank=True
    )
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="messages")
    window = models.CharField(max_length=60, blank=True)
    anchor = models.CharField(max_length=60, blank=True)
    stage = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=20)  # by its id in the knowledge
    channel = models.CharField(max_length=4, choices=Reach.Channel)
    key = models.UUIDField()  # of the link: a reminder leads to the same one
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    day = models.DateField()  # of the site's calendar: one a day
    created_at = models.DateTimeField(auto_now_add=True)
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["course", "window", "anchor", "stage"],
                condition=~models.Q(state="not-needed"),
                name="a_message_goes_once",
            ),
            models.UniqueConstraint(
                fields=["patient", "day"],
                condition=~models.Q(state="not-needed"),
                name="one_message_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(course__isnull=False, stage__isnull=False) & ~models.Q(window="")
                | models.Q(course=None, stage=None, window="", anchor=""),
                name="a_message_has_its_moment_or_none",
            ),
        ]

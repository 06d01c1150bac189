"""What a patient said from home: answers, a history, replies to a consent, wishes; and the end of
the follow-up."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly
from dolenti.agenda.models import Appointment
from dolenti.diary.models.links import Link
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified
from dolenti.records.models import Complaint, EditionSnapshot
from dolenti.records.models.patients import Patient
from dolenti.treatment.models import Course


class Answer(AppendOnly, Identified):
    """What a patient answered to a window, once for each form, however often it arrives.

    ``answers`` are the values by the questions' ids, as ``diary.reading`` writes them. One that
    fills no window is ``unscheduled``. ``amends`` is the answer that this one corrects. It came by
    a ``link``, or somebody of the clinic, its ``author``, entered it with the patient there.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Answers from the phone"),
        kept_as="record",
        copied_by="dolenti.diary.copied.answers",
        names=("author",),
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="answers")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="answers")
    link = models.ForeignKey(
        Link, on_delete=models.PROTECT, related_name="answers", null=True, blank=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
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
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(link=None, author__isnull=False)
                | models.Q(link__isnull=False, author=None),
                name="an_answer_came_by_a_link_or_was_entered",
            )
        ]


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
        label=_("Answers before the visit"),
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


class ConsentReply(Identified):
    """What a patient said from home of a text that they were given to read, short of signing it: a
    question, that they will sign at the visit, that they do not wish it. Somebody of the clinic
    then answers (``settled_how``), and no question without an answer is signed over."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Replies to a consent"),
        kept_as="consent",
        copied_by="dolenti.diary.copied.replies",
        names=("settled_by",),
    )

    class Kind(models.TextChoices):
        """What it is."""

        QUESTION = "question"
        AT_VISIT = "at-visit"
        DECLINED = "declined"

    class How(models.TextChoices):
        """How it was answered."""

        VISIT = "visit"
        PHONE = "phone"
        HERE = "here"  # in writing, read on the phone

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consent_replies")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="consent_replies")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="consent_replies")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=500, blank=True)
    answered_by = models.CharField(max_length=150, blank=True)  # who spoke for the patient
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    settled_how = models.CharField(max_length=5, choices=How, blank=True)
    note = models.CharField(max_length=500, blank=True)  # what was answered

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None, settled_how="")
                | models.Q(settled_at__isnull=False, settled_by__isnull=False)
                & ~models.Q(settled_how=""),
                name="a_reply_is_settled_by_somebody",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(settled_at=None),
                name="a_reply_that_waits",
            )
        ]


class Wish(Identified):
    """What a patient said of their appointments by a link: that they come, or what they wish of the
    reception (another time, another appointment, a call), which somebody then settles, or which
    they take back themselves. By a link of their treatment they ask for an ``appointment`` where
    there is none; ``course`` is then the treatment. Of what is asked for, one waits at a time; what
    is changed is taken back and said anew."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Requests about appointments"),
        kept_as="record",
        copied_by="dolenti.diary.copied.wishes",
        names=("settled_by",),
    )

    WAITS: ClassVar[models.Q] = models.Q(settled_at=None, withdrawn_at=None)
    """Nobody settled it, and its patient did not take it back."""

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
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="wishes", null=True, blank=True
    )
    # Of the appointment as it stood: it may move.
    start = models.DateTimeField(null=True, blank=True)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="wishes", null=True, blank=True
    )
    kind = models.CharField(max_length=7, choices=Kind)
    part = models.CharField(max_length=9, choices=Part, default=Part.ANY)
    days = models.JSONField(default=list, blank=True)  # of the week, 0 is Monday; none is any
    not_before = models.DateField(null=True, blank=True)
    not_after = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # by the patient
    # The appointment that it led to.
    booked = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="asked_for", null=True, blank=True
    )
    answer = models.CharField(max_length=200, blank=True)  # where it was not done: what was said
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
            ),
            models.CheckConstraint(
                condition=models.Q(appointment__isnull=False, start__isnull=False)
                | models.Q(appointment=None, start=None, kind="another"),
                name="a_wish_is_of_an_appointment_or_for_one",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(settled_at=None),
                name="a_wish_is_settled_or_taken_back",
            ),
            models.UniqueConstraint(
                fields=["patient", "course"],
                condition=models.Q(
                    kind="another", course__isnull=False, settled_at=None, withdrawn_at=None
                ),
                name="one_appointment_is_asked_for_of_a_course",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(kind="another", course=None, settled_at=None, withdrawn_at=None),
                name="one_appointment_is_asked_for_of_no_course",
            ),
            models.UniqueConstraint(
                fields=["appointment", "kind"],
                condition=models.Q(kind__in=("move", "call"), settled_at=None, withdrawn_at=None),
                name="one_wish_of_a_kind_waits_of_an_appointment",
            ),
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

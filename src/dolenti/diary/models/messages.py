"""By which way a patient is reached, and each message to them."""

from __future__ import annotations

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly
from dolenti.diary.models.links import Link
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified
from dolenti.records.models.patients import Patient
from dolenti.treatment.models import Course

UNCOUNTED: Final = ("appointment", "code", "to-keep", "call-us", "new-link")
"""Kinds of message that go whatever went that day, by their ids in the knowledge: of an
appointment, as the rules of sending have it; a code when it is asked for; a leaflet when its
session was given; that nobody was reached by telephone; another
link when it is asked for."""
_GOES: Final = ~models.Q(state__in=["not-needed", "astray", "returned"])
ASKED: Final = _GOES & models.Q(course__isnull=False)
"""The messages of the follow-up itself that went, or are on their way."""
BY_HAND: Final = _GOES & models.Q(course=None) & ~models.Q(kind__in=UNCOUNTED)
"""Those that somebody sent, and that count."""
COUNTED: Final = ASKED | BY_HAND
"""All that count: one a patient and day, but for a question of safety, which nothing holds back."""


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
    link is worked out again when it goes, from ``key`` and the site's own. ``sent_to`` marks the
    address that it was handed over to, which is kept nowhere else once it changed."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Messages to the phone"),
        kept_as="record",
        copied_by="dolenti.diary.copied.messages",
    )

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        SENDING = "sending"  # handed over, and nothing noted of it yet
        SENT = "sent"
        NOT_NEEDED = "not-needed"  # answered, stopped or over before it went
        FAILED = "failed"  # the address takes nothing
        IN_DOUBT = "in-doubt"  # a worker was killed while it was handed over: it may have gone
        RETURNED = "returned"  # its address gave it back later, and takes none: it is as not sent
        ASTRAY = "astray"  # whoever got it says that they are not the patient: it is as not sent

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
    sent_to = models.CharField(max_length=64, blank=True)  # as ``reaching.mark_of`` writes it

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["course", "window", "anchor", "stage"],
                condition=_GOES,
                name="a_message_goes_once",
            ),
            # What the follow-up asks, and what somebody sends by hand, each once a day: what a
            # desk sends in the morning must not hold a question of safety back until the next day.
            models.UniqueConstraint(
                fields=["patient", "day"],
                condition=ASKED,
                name="one_question_a_day",
            ),
            models.UniqueConstraint(
                fields=["patient", "day"],
                condition=BY_HAND,
                name="one_message_by_hand_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(course__isnull=False, stage__isnull=False) & ~models.Q(window="")
                | models.Q(course=None, stage=None, window="", anchor=""),
                name="a_message_has_its_moment_or_none",
            ),
        ]

"""When and where: opening hours, rooms, absences, and the sessions in the agenda."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.models import Site
from dolenti.records.models.complaints import Complaint
from dolenti.records.models.courses import Course
from dolenti.records.models.patients import Patient
from dolenti.records.models.shapes import Identified, Versioned


class Room(Identified):
    """A room of a site."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=60)
    closed = models.BooleanField(default=False)

    class Meta:
        ordering = ("name",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["site", "name"], name="one_room_of_a_name")
        ]


class OpeningHours(models.Model):
    """One stretch of a weekday (0 is Monday) in which a site is open, in local time."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ("weekday", "opens")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6, opens__lt=models.F("closes")),
                name="hours_make_sense",
            )
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class Closure(Identified):
    """Days on which a site is closed, first and last included. Public holidays need none."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="closures")
    first = models.DateField()
    last = models.DateField()
    why = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("first",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(first__lte=models.F("last")), name="closure_makes_sense"
            )
        ]


class Absence(Identified):
    """A stretch of time in which a person takes no patients."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences"
    )
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        ordering = ("start",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(start__lt=models.F("end")), name="absence_makes_sense"
            )
        ]


class Fee(Identified):
    """What a site asks for an act, in cents. A changed fee is a new one."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="fees")
    therapy = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=120)
    cents = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("therapy", "label")


class Session(Versioned):
    """A patient comes, on a day, to someone: a consultation, a course's session, a control.

    Contract 4: ``planned``, ``arrived``, ``prepared``, ``delivered``, ``signed``; or
    ``cancelled``, or ``missed``.
    """

    class Kind(models.TextChoices):
        """What for."""

        CONSULTATION = "consultation"
        SESSION = "session"
        CONTROL = "control"

    class State(models.TextChoices):
        """How far it came."""

        PLANNED = "planned"
        ARRIVED = "arrived"
        PREPARED = "prepared"
        DELIVERED = "delivered"
        SIGNED = "signed"
        CANCELLED = "cancelled"
        MISSED = "missed"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="sessions")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="sessions")
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="sessions", null=True, blank=True
    )
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="sessions", null=True, blank=True
    )
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.PositiveSmallIntegerField(null=True, blank=True)  # of the course's protocol
    practitioner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sessions"
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="sessions", null=True, blank=True
    )
    start = models.DateTimeField()
    end = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    arrived_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why cancelled, missed or moved
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("start", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["site", "start"]),
            models.Index(fields=["practitioner", "start"]),
            models.Index(fields=["room", "start"]),
            models.Index(fields=["patient", "start"]),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(start__lt=models.F("end")), name="session_makes_sense"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="session", course__isnull=False, number__isnull=False)
                | (~models.Q(kind="session") & models.Q(number__isnull=True)),
                name="a_session_is_of_a_course",
            ),
            models.UniqueConstraint(
                fields=["course", "number"],
                condition=~models.Q(state__in=["cancelled", "missed"]),
                name="one_session_of_a_number",
            ),
        ]

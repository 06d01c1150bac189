"""When and where: opening hours, rooms, absences, and appointments."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import Site
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned
from dolenti.records.models.complaints import Complaint
from dolenti.records.models.patients import Patient


class Room(Versioned):
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


class Appointment(Versioned):
    """A patient comes, on a day, to someone: a consultation, a session of a course, a control.

    Contract 4: ``planned``, ``arrived``, ``done``; or ``cancelled``, or ``missed``. It says that
    somebody comes, and nothing of what they are given: that is a record of its own, which names
    its appointment.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Appointments"),
        kept_as="record",
        copied_by="dolenti.agenda.copied.appointments",
        names=("practitioner",),
    )

    class Kind(models.TextChoices):
        """What for."""

        CONSULTATION = "consultation"
        SESSION = "session"
        CONTROL = "control"
        DRAW = "draw"  # blood for the units of a course of serum

    class State(models.TextChoices):
        """How far it came."""

        PLANNED = "planned"
        ARRIVED = "arrived"
        DONE = "done"
        CANCELLED = "cancelled"
        MISSED = "missed"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="appointments")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="appointments")
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="appointments", null=True, blank=True
    )
    kind = models.CharField(max_length=12, choices=Kind)
    motive = models.CharField(max_length=120, blank=True)  # why they come, in the desk’s words
    practitioner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments"
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="appointments", null=True, blank=True
    )
    start = models.DateTimeField()
    end = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    arrived_at = models.DateTimeField(null=True, blank=True)
    # Why it was cancelled, missed or moved, or is an emergency.
    reason = models.CharField(max_length=300, blank=True)
    emergency = models.BooleanField(default=False)  # seen while the site was closed, for a reason
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
                condition=models.Q(start__lt=models.F("end")), name="appointment_makes_sense"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "arrived", "done", "cancelled", "missed"]),
                name="appointment_stands_somewhere",
            ),
        ]


class Privilege(Identified):
    """A person may perform a therapy at a site, on a proof, until a day (facts M80, C6)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="privileges"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="privileges")
    therapy = models.CharField(max_length=60)
    proof = models.CharField(max_length=300)
    first = models.DateField()
    last = models.DateField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("therapy", "-first")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "site", "therapy"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(last=None) | models.Q(first__lte=models.F("last")),
                name="privilege_makes_sense",
            )
        ]

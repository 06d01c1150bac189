"""The places of a site’s serum, what their recorders measured, and what was not as it must be.

What is written stays. A log that is not of its place is withdrawn by two people, and what it alone
said is struck: both stay to be read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.models import AppendOnly, Site
from dolenti.guideline.serum.curves import Reading
from dolenti.ledger.models import Identified, Versioned, pack, unpack

AUTHOR: Any = settings.AUTH_USER_MODEL


class Place(Versioned):
    """An incubator, a freezer, or a box that carries units from one to another.
    ``silence_told_at``: when it was told last that nobody reads its recorder."""

    class Kind(models.TextChoices):
        """What it is."""

        INCUBATOR = "incubator"
        FREEZER = "freezer"
        BOX = "box"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="serum_places")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=60)
    closed = models.BooleanField(default=False)
    silence_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("kind", "name")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["site", "name"], name="one_cold_place_of_a_name")
        ]


class Logs(models.QuerySet["TemperatureLog"]):
    """Temperature logs; those that were withdrawn stay among them."""

    def standing(self) -> Logs:
        """Those that count: nobody withdrew them."""
        withdrawn = LogWithdrawal.objects.filter(
            log=models.OuterRef("pk"), confirmed_by__isnull=False
        )
        return self.exclude(models.Exists(withdrawn))


class TemperatureLog(AppendOnly, Identified):
    """What the recorder of a place measured, from its first reading to its last."""

    objects = Logs.as_manager()

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="logs")
    first = models.DateTimeField()
    last = models.DateTimeField()
    readings = models.PositiveIntegerField()
    low = models.FloatField()  # °C
    high = models.FloatField()
    packed = models.BinaryField()  # seconds after the first, and °C, of each reading
    sha256 = models.CharField(max_length=64)  # of the file
    name = models.CharField(max_length=200)  # of the file
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-last", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["place", "sha256"], name="one_log_of_a_file")
        ]

    @property
    def site(self) -> Site:
        """Where it was taken in."""
        return self.place.site

    def curve(self) -> list[Reading]:
        """Its readings."""
        return [
            Reading(self.first + timedelta(seconds=seconds), celsius)
            for seconds, celsius in unpack(self.packed)
        ]

    @staticmethod
    def folded(readings: list[Reading]) -> bytes:
        """Readings as ``curve`` reads them."""
        first = readings[0].at
        return pack([[(one.at - first).total_seconds(), one.celsius] for one in readings])


class LogWithdrawal(Identified):
    """A log that is not of its place is taken out of account by two people: one says why, another
    confirms. The log stays, to be read as what it was taken for."""

    log = models.ForeignKey(TemperatureLog, on_delete=models.PROTECT, related_name="withdrawals")
    reason = models.CharField(max_length=500)
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(
        AUTHOR, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    dropped_by = models.ForeignKey(
        AUTHOR, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("author")),
                name="two_people_withdraw_a_log",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, confirmed_by=None, dropped_by=None)
                | models.Q(ended_at__isnull=False, confirmed_by__isnull=False, dropped_by=None)
                | models.Q(ended_at__isnull=False, confirmed_by=None, dropped_by__isnull=False),
                name="a_withdrawal_is_confirmed_or_dropped",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_withdrawal_says_why"),
            models.UniqueConstraint(
                fields=["log"], condition=models.Q(dropped_by=None), name="one_withdrawal_of_a_log"
            ),
        ]

    @property
    def site(self) -> Site:
        """Where the log was taken in."""
        return self.log.site


class Excursion(AppendOnly, Identified):
    """A stretch of a log in which a freezer was not as it must be, by a rule of the knowledge.

    ``log`` is the one by whose coming, or going, it was found. One that was struck may be found
    ``again``: that is another row.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="excursions")
    log = models.ForeignKey(TemperatureLog, on_delete=models.PROTECT, related_name="excursions")
    rule = models.CharField(max_length=60)
    effect = models.CharField(max_length=20)
    began = models.DateTimeField()
    ended = models.DateTimeField()
    extreme = models.FloatField(null=True, blank=True)  # °C; none where nothing was measured
    again = models.PositiveSmallIntegerField(default=0)  # how often the stretch was struck before
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-began", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place", "rule", "began", "ended", "again"],
                name="one_excursion_of_a_stretch",
            )
        ]

    @property
    def site(self) -> Site:
        """Where it was."""
        return self.place.site


class Strike(AppendOnly, Identified):
    """An excursion that no standing log says any more: it holds nothing, and stays to be read."""

    excursion = models.OneToOneField(Excursion, on_delete=models.PROTECT, related_name="strike")
    withdrawal = models.ForeignKey(LogWithdrawal, on_delete=models.PROTECT, related_name="strikes")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

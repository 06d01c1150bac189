"""One table that is a patient's, one a step further away, one that is worked out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dolenti.ledger.belonging import BelongsToPatient, WorkedOut
from dolenti.ledger.models import Versioned
from dolenti.records.models import Patient


class SerumUnit(Versioned):
    """One aliquot of a patient's own serum."""

    belongs: ClassVar = BelongsToPatient(
        through="patient",
        label="Serum units",
        kept_as="serum",
        copied_by="tests.apps.serum_probe.copied.units",
        names=("drawn_by",),
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drawn_at = models.DateTimeField()
    lot = models.CharField(max_length=20)


class Thaw(models.Model):
    """A unit was thawed."""

    belongs: ClassVar = BelongsToPatient(
        through="unit__patient", label="Thaws", kept_as="serum", copied_with="unit"
    )

    unit = models.ForeignKey(SerumUnit, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.unit_id}"


class UnitCount(models.Model):
    """How many units a patient has, so that a board need not count them."""

    belongs: ClassVar = WorkedOut(through="patient", source="SerumUnit")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    units = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.units}"

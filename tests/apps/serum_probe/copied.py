"""Serum units as they stand in the copy of a whole record."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from dolenti.fhir import record_values as values
from dolenti.records.copying import Copier, Copying
from tests.apps.serum_probe.models import SerumUnit


def _units(copying: Copying) -> Iterator[values.Piece]:
    for one in SerumUnit.objects.filter(patient__in=copying.family).order_by("pk"):
        resource = {
            "resourceType": "BiologicallyDerivedProduct",
            "id": one.public_id,
            "identifier": [{"value": one.lot}],
        }
        yield values.Piece(resource, "Serum unit", timezone.localtime(one.drawn_at), one.lot)


units = Copier(values.Piece, _units)

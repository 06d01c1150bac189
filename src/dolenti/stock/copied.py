"""Lots that a patient received, as they stand in the copy of a whole record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet

from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.records.copying import Copier, Copying, Filing, pdf_contents, pdf_form
from dolenti.records.models import Patient
from dolenti.stock.models import RecallLetter, Use

_KIND: Final = {"fr": "Lot reçu", "en": "Lot received"}
_STATUS: Final = {True: "completed", False: "entered-in-error"}


def _uses(copying: Copying) -> Iterator[values.Piece]:
    found = Use.objects.filter(patient__in=copying.family).order_by("pk")
    for one in found.select_related("lot__item", "author", "patient"):
        lot, item = one.lot, one.lot.item
        stands = one.undone_id is None
        resource = {
            "resourceType": "SupplyDelivery",
            "id": one.public_id,
            "status": _STATUS[stands],
            "patient": {"reference": f"Patient/{copying.patient.public_id}"},
            "suppliedItem": {
                "quantity": {"value": one.quantity},
                "itemCodeableConcept": {"text": item.name},
            },
            "occurrenceDateTime": to_local(one.at).isoformat(),
            "identifier": [{"value": f"{lot.gtin} {lot.number}".strip()}],
        }
        taken_back = "" if stands else {"fr": " (annulé)", "en": " (undone)"}[copying.language]
        says = f"{item.name}, lot {lot.number}, {one.quantity}{taken_back}"
        yield values.Piece(resource, _KIND[copying.language], to_local(one.at), says)


def _letters(family: QuerySet[Patient]) -> QuerySet[RecallLetter]:
    found = RecallLetter.objects.filter(patient__in=family, pdf__isnull=False)
    return found.select_related("author").order_by("pk")


uses: Final = Copier(values.Piece, _uses)
letters: Final = Filing(
    "recall",
    {"fr": "rappels/lettre", "en": "recalls/letter"},
    _letters,
    pdf_form,
    pdf_contents,
)

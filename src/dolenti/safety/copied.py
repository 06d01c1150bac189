"""Adverse events, as they stand in the copy of a whole record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.records.copying import Copier, Copying
from dolenti.safety import events as telling
from dolenti.safety.models import AdverseEvent

_KIND: Final = {"fr": "Événement indésirable", "en": "Adverse event"}
_GRADE: Final = {"fr": "grade", "en": "grade"}
_WRONG: Final = {"fr": " (saisi par erreur)", "en": " (entered in error)"}
_OUTCOMES: Final = {
    "ongoing": "ongoing",
    "recovering": "recovering",
    "recovered": "resolved",
    "sequelae": "resolvedWithSequelae",
    "death": "fatal",
    "unknown": "unknown",
}
_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/adverse-event-"


def _events(copying: Copying) -> Iterator[values.Piece]:
    labels = {one.id: one.label.in_language(copying.language) for one in telling.content().events}
    found = AdverseEvent.objects.filter(patient__in=copying.family).order_by("pk")
    for one in found.select_related("author"):
        label = labels.get(one.event, one.event)
        resource: dict[str, Any] = {
            "resourceType": "AdverseEvent",
            "id": one.public_id,
            "actuality": "actual",
            "event": {"text": label + (_WRONG[copying.language] if one.in_error else "")},
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "date": one.began.isoformat(),
            "recordedDate": to_local(one.created_at).isoformat(),
            "outcome": {
                "coding": [{"system": f"{_SYSTEM}outcome", "code": _OUTCOMES[one.outcome]}]
            },
        }
        if one.serious is not None:
            code = "serious" if one.serious else "non-serious"
            resource["seriousness"] = {
                "coding": [{"system": f"{_SYSTEM}seriousness", "code": code}]
            }
        yield values.Piece(resource, _KIND[copying.language], to_local(one.noticed_at), _said(
            one, label, copying.language
        ))  # fmt: skip


def _said(one: AdverseEvent, label: str, language: str) -> str:
    parts = [
        label,
        f"{_GRADE[language]} {one.grade}" if one.grade is not None else "",
        one.treated,
        one.note,
    ]
    said = ", ".join(part for part in parts if part)
    return said + (_WRONG[language] if one.in_error else "")


events: Final = Copier(values.Piece, _events)

"""Letters and their replies, as they stand in the copy of a whole record (see
``records.copying``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet

from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.letters.models import AwaitedReply, Letter
from dolenti.records.copying import Copier, Copying, Filing, pdf_contents, pdf_form
from dolenti.records.models import Patient

_KIND: Final = {"fr": "Réponse à une lettre", "en": "Reply to a letter"}
_TO: Final = {"fr": "Lettre à {}, réponse attendue le {}", "en": "Letter to {}, reply due on {}"}
_STATES: Final = {
    "waiting": ("active", {"fr": "attendue", "en": "awaited"}),
    "received": ("completed", {"fr": "notée", "en": "noted"}),
    "not-awaited": ("revoked", {"fr": "plus attendue", "en": "no longer awaited"}),
    "declined": ("revoked", {"fr": "refusée par le patient", "en": "declined by the patient"}),
}


def _letters(family: QuerySet[Patient]) -> QuerySet[Letter]:
    found = Letter.objects.filter(patient__in=family).select_related("author")
    return found.defer("said", "body").order_by("pk")


def _replies(copying: Copying) -> Iterator[values.Piece]:
    language = copying.language
    found = AwaitedReply.objects.filter(letter__patient__in=copying.family).order_by("pk")
    for one in found.select_related("letter").defer("letter__pdf", "letter__body", "letter__said"):
        status, word = _STATES[one.state]
        at = to_local(one.created_at)
        about = _TO[language].format(one.letter.to_name, one.due_on.isoformat())
        summary = f"{about} ({word[language]})"
        resource: dict[str, Any] = {
            "resourceType": "ServiceRequest",
            "id": one.public_id,
            "status": status,
            "intent": "order",
            "code": {"text": about},
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "authoredOn": at.isoformat(),
            **({"note": [{"text": one.note}]} if one.note else {}),
        }
        said = ", ".join(part for part in (summary, one.note) if part)
        yield values.Piece(resource, _KIND[language], at, said)


replies: Final = Copier(values.Piece, _replies)
letter_files: Final = Filing(
    "letter",
    {"fr": "lettres/lettre", "en": "letters/letter"},
    _letters,
    pdf_form,
    pdf_contents,
)

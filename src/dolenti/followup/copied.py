"""What was decided of a course, as it stands in the copy of a whole record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.followup.models import StepDecision
from dolenti.guideline import diary
from dolenti.records import engine
from dolenti.records.copying import Copier, Copying

_KIND: Final = {"fr": "Décision sur la suite de la cure", "en": "Decision on the next step"}
_ANSWER: Final = {
    "fr": {True: "acceptée", False: "refusée"},
    "en": {True: "accepted", False: "refused"},
}


def _decisions(copying: Copying) -> Iterator[values.Piece]:
    language = copying.language
    steps = {
        one.id: one.clinician.in_language(language)
        for one in diary.content(engine.edition_in_force()).steps
    }
    found = StepDecision.objects.filter(course__patient__in=copying.family).order_by("pk")
    for one in found.select_related("course"):
        step = steps.get(one.step, one.step)
        at = to_local(one.created_at)
        note = [{"text": one.reason}] if one.reason else []
        summary = f"{step} ({_ANSWER[language][one.accepted]})"
        resource: dict[str, Any] = {
            "resourceType": "ClinicalImpression",
            "id": one.public_id,
            "status": "completed",
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "date": at.isoformat(),
            "summary": summary,
            **({"note": note} if note else {}),
        }
        said = ", ".join(part for part in (summary, one.reason) if part)
        yield values.Piece(resource, _KIND[language], at, said)


decisions: Final = Copier(values.Piece, _decisions)

"""What was decided of a course, and the plans of exercises, as they stand in the copy of a whole
record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.followup import planned, tapering
from dolenti.followup.models import OpioidTaper, RehabilitationPlan, StepDecision
from dolenti.guideline import diary
from dolenti.guideline.words import date_in_words
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


_PLAN: Final = {"fr": "Plan d’exercices", "en": "Exercise plan"}
_STATE: Final = {
    "fr": {
        "proposed": "proposé", "accepted": "validé", "replaced": "remplacé", "ended": "terminé",
    },
    "en": {
        "proposed": "proposed", "accepted": "accepted", "replaced": "replaced", "ended": "ended",
    },
}  # fmt: skip
_STATUS: Final = {
    "proposed": "draft", "accepted": "active", "replaced": "completed", "ended": "revoked",
}  # fmt: skip
_SAID: Final = {
    "fr": ("du {day}", "semaines {first} à {last}", "marche\u00a0: {walk}", "jusqu’au {day}"),
    "en": ("from {day}", "weeks {first} to {last}", "walk: {walk}", "until {day}"),
}


def _plans(copying: Copying) -> Iterator[values.Piece]:
    language = copying.language
    content = diary.content(engine.edition_in_force())
    names = {one.id: one.name.in_language(language) for one in content.exercises}
    begins, weeks, walks, until = _SAID[language]
    found = RehabilitationPlan.objects.filter(complaint__patient__in=copying.family)
    for one in found.select_related("complaint").order_by("pk"):
        at = to_local(one.created_at)
        lines = [
            f"{weeks.format(first=stage.first, last=stage.last)}\u00a0: "
            + ", ".join(
                [f"{names.get(d.exercise, d.exercise)} ({d.said(language)})" for d in stage.does]
                + [walks.format(walk=stage.walks(language))] * bool(stage.walks(language))
            )
            for stage in planned.stages_of(one.stages)
        ]
        for row in planned.restrictions_of(one.restrictions):
            end = until.format(day=date_in_words(row.until, language)) if row.until else ""
            lines.append(f"{row.what} {end}".strip())
        summary = (
            f"{_STATE[language][one.state]}, "
            f"{begins.format(day=date_in_words(one.begins, language))}"
        )
        said = [*lines, *([one.goals] if one.goals else []), *filter(None, [one.end_reason])]
        resource: dict[str, Any] = {
            "resourceType": "CarePlan",
            "id": one.public_id,
            "status": _STATUS[one.state],
            "intent": "plan",
            "title": _PLAN[language],
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "period": {"start": one.begins.isoformat()},
            "created": at.isoformat(),
            "addresses": [{"reference": f"Condition/{one.complaint.public_id}"}],
            "note": [{"text": line} for line in said],
        }
        yield values.Piece(resource, _PLAN[language], at, "; ".join([summary, *said]))


plans: Final = Copier(values.Piece, _plans)


_TAPER: Final = {"fr": "Plan de diminution des opioïdes", "en": "Opioid tapering plan"}


def _tapers(copying: Copying) -> Iterator[values.Piece]:
    kind = _TAPER[copying.language]
    found = OpioidTaper.objects.filter(patient__in=copying.family).select_related("author")
    for one in found.order_by("pk"):
        at = to_local(one.created_at)
        steps = [
            f"{date_in_words(step.on, copying.language)}\u00a0: {step.what}"
            for step in tapering.steps_of(one.steps)
        ]
        said = [one.aim, one.prescriber, *steps, *([one.end_reason] if one.end_reason else [])]
        resource: dict[str, Any] = {
            "resourceType": "CarePlan",
            "id": one.public_id,
            "status": "active" if one.state == "active" else "completed",
            "intent": "plan",
            "title": kind,
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "created": at.isoformat(),
            "note": [{"text": line} for line in said],
        }
        yield values.Piece(resource, kind, at, "; ".join(said))


tapers: Final = Copier(values.Piece, _tapers)

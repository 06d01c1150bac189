"""Draws and units of a patient's own serum, as they stand in the copy of a whole record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Prefetch

from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.records.copying import Copier, Copying
from dolenti.serum import chain
from dolenti.serum.models import Draw, Injection, Step, Unit

_DRAW: Final = {"fr": "Prélèvement pour sérum autologue", "en": "Draw for autologous serum"}
_UNIT: Final = {"fr": "Unité de sérum autologue", "en": "Unit of autologous serum"}
_CORRECTED: Final = {"fr": "corrigé le", "en": "corrected on"}
_ONLY: Final = {"fr": "Usage autologue exclusif", "en": "For autologous use only"}


def _draws(copying: Copying) -> Iterator[values.Piece]:
    found = Draw.objects.filter(patient__in=copying.family).order_by("pk")
    whole = Prefetch("steps", Step.objects.select_related("tube", "unit").order_by("pk"))
    for one in found.prefetch_related("tube_rows", whole):
        tubes = [tube.number for tube in one.tube_rows.all()]
        resource: dict[str, Any] = {
            "resourceType": "Specimen",
            "id": one.public_id,
            "status": "available",
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "identifier": [{"value": number} for number in tubes],
            "collection": {"collectedDateTime": one.day.isoformat()},
            "note": [{"text": _told(step, copying.language)} for step in one.steps.all()],
        }
        at = to_local(one.created_at)
        yield values.Piece(resource, _DRAW[copying.language], at, ", ".join(tubes))


def _told(step: Step, language: str) -> str:
    """One step in a line: the number, what, when."""
    known = chain.in_force()
    thing: Any = step.unit if step.unit is not None else step.tube
    event = known.event(step.event).in_language(language)
    state = known.machine(thing.kind).states[step.after].in_language(language)
    was = f" ({step.said['was']} → {step.said['is']} mL: {step.note})" if "was" in step.said else ""
    return f"{to_local(step.at):%Y-%m-%d %H:%M} {thing.number}: {event}, {state}{was}"


def _units(copying: Copying) -> Iterator[values.Piece]:
    found = Unit.objects.filter(patient__in=copying.family).order_by("pk")
    machine = chain.in_force().unit
    for one in found.select_related("draw", "injection").prefetch_related(
        "injection__corrections__record"
    ):
        state = machine.states[one.state].in_language(copying.language)
        given = getattr(one, "injection", None)
        resource: dict[str, Any] = {
            "resourceType": "BiologicallyDerivedProduct",
            "id": one.public_id,
            "productCategory": "biologicalAgent",
            "identifier": [{"value": one.number}],
            "collection": {
                "source": {"reference": f"Patient/{copying.patient.public_id}"},
                "collectedDateTime": one.draw.day.isoformat(),
            },
            "productCode": {"text": _ONLY[copying.language]},
        }
        where = _where(given, copying.language) if given is not None else ""
        says = f"{one.number}, {one.volume} mL, {state}{where}"
        yield values.Piece(resource, _UNIT[copying.language], to_local(one.portioned_at), says)


def _where(given: Injection, language: str) -> str:
    """Where a unit went, how much of it, and what was corrected of that and why."""
    stands = given.as_it_stands
    said = f", {stands.volume} mL: {stands.target}"
    for one in (one for one in given.corrections.all() if one.counts):
        said += f"; {_CORRECTED[language]} {to_local(one.at):%Y-%m-%d}: {one.reason}"
    return said


draws: Final = Copier(values.Piece, _draws)
units: Final = Copier(values.Piece, _units)

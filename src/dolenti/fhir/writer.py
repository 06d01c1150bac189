"""Facts and complaints as FHIR R4, in Dolenti's own code system.

What is written here is what ``observations`` and ``conditions`` read, so that a case survives the
journey to another system and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dolenti.fhir.codes import WRITTEN, exact_codes
from dolenti.guideline.facts import NEVER, Case, Complaint, Value
from dolenti.guideline.freshness import day_that_counts
from dolenti.guideline.knowledge import Edition, FactDefinition
from dolenti.guideline.systems import ANSWER_SYSTEM, CONDITION_SYSTEM, FACT_SYSTEM, ZONE_SYSTEM

_SNOMED = "http://snomed.info/sct"
_SIDES = {"left": ("7771000", "Left"), "right": ("24028007", "Right"), "both": ("51440002", "Both")}
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def facts_to_observations(
    case: Case, edition: Edition, subject: str = "Patient/patient"
) -> list[dict[str, Any]]:
    """One canonical Observation per fact of the case, in the order of the dictionary.

    A boolean is a valueBoolean, a number a valueQuantity (UCUM), a choice a valueCodeableConcept,
    a date a valueDateTime or the valueString ``never``, a set one component per known member. A
    fact about the complaint has it in ``focus``.
    """
    complaint = case.complaint.id
    focus = complaint if ":" in complaint else f"Condition/{complaint}"
    observations = []
    for definition in edition.facts:
        known = case.facts.get(definition.id)
        if known is None:
            continue
        observation: dict[str, Any] = {
            "resourceType": "Observation",
            "id": definition.id,
            "status": "final",
            "code": {"coding": [_coding(FACT_SYSTEM, definition.id, definition.label.en)]},
            "subject": {"reference": subject},
            "effectiveDateTime": day_that_counts(
                definition, known.value, known.at, case.as_of
            ).isoformat(),
        }
        if definition.about == "complaint":
            observation["focus"] = [{"reference": focus}]
        observation.update(value_in_fhir(definition, known.value))
        observations.append(observation)
    return observations


def complaint_to_condition(
    complaint: Complaint, edition: Edition, subject: str = "Patient/patient"
) -> dict[str, Any]:
    """A complaint as an active Condition: our code and the standard ones that say exactly as much
    (``codes.exact_codes``), place, side and onset."""
    condition: dict[str, Any] = {
        "resourceType": "Condition",
        "id": complaint.id,
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
        "subject": {"reference": subject},
    }
    for known in edition.conditions:
        if known.id == complaint.condition:
            own = _coding(CONDITION_SYSTEM, known.id, known.label.en)
            standard = [
                _coding(WRITTEN[code.system], code.code, code.display)
                for code in exact_codes(edition, known.id)
            ]
            condition["code"] = {"coding": [own, *standard]}
    site = []
    if complaint.zone is not None:
        site.append({"system": ZONE_SYSTEM, "code": complaint.zone})
    if complaint.side in _SIDES:
        site.append(_coding(_SNOMED, *_SIDES[complaint.side]))
    if site:
        condition["bodySite"] = [{"coding": site}]
    if complaint.since is not None:
        condition["onsetDateTime"] = complaint.since.isoformat()
    return condition


def value_in_fhir(definition: FactDefinition, value: Value) -> dict[str, Any]:
    """A fact's value as the elements of an Observation; the components of a set are its members."""
    if value is NEVER:
        return {"valueString": "never"}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, float):
        unit = definition.unit or "1"
        return {
            "valueQuantity": {
                "value": value,
                "unit": unit,
                "system": "http://unitsofmeasure.org",
                "code": unit,
            }
        }
    if isinstance(value, date):
        return {"valueDateTime": value.isoformat()}
    if isinstance(value, Mapping):
        return {
            "component": [
                {
                    "code": {"coding": [{"system": ANSWER_SYSTEM, "code": member}]},
                    "valueBoolean": present,
                }
                for member, present in value.items()
            ]
        }
    return {"valueCodeableConcept": {"coding": [{"system": ANSWER_SYSTEM, "code": value}]}}


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    return {"system": system, "code": code, "display": display}

"""A person of an OMOP CDM as a record of FHIR, so that one reader decides for both.

What OMOP leaves open stays open: a concept 0 leaves the words of the source, which are read as at
the bedside; that a disease or a medicine ended is often the end of a visit or of a pack, and
is not believed; a diagnosis that is preliminary, or of a status not known here, is not sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import msgspec

from dolenti.fhir.codes import system_of
from dolenti.flattening import bundles
from dolenti.flattening.bundles import Batch, Piece, Settings
from dolenti.flattening.omop import Concept, Row
from dolenti.flattening.placeholders import is_no_day
from dolenti.guideline.dates import Duration

_SYSTEMS: Final = {
    "SNOMED": "http://snomed.info/sct",
    "LOINC": "http://loinc.org",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ATC": "http://www.whocc.no/atc",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD10GM": "http://hl7.org/fhir/sid/icd-10-gm",
    "CIM10": "http://hl7.org/fhir/sid/icd-10-fr",
    "CCAM": "https://smt.esante.gouv.fr/terminologie-ccam",
}
_SEX: Final = {8507: "male", 8532: "female"}
_EQUAL: Final = 4172703
"""The operator that says that a result is the number itself; any other makes it a limit."""
_SURE: Final = frozenset({32893, 32896, 32902, 32903, 32908, 32909})
"""Statuses of a diagnosis: confirmed, of discharge, primary, secondary."""
_ALLERGY: Final = re.compile(r"allerg|intol[ée]ran|hypersens|anaphyla", re.IGNORECASE)
_TAKEN_STILL: Final = Duration(months=12)
"""For as long after its end a medicine may still be taken: a prescription is renewed."""
_DECODER: Final = msgspec.json.Decoder(list[Row])


def rows_of(settings: Settings, pieces: Iterable[Piece]) -> Batch:
    """The rows of some persons, as ``bundles.rows_of`` makes them of their records."""
    return bundles.rows_of(settings, _records(pieces, settings.as_of))


def _records(pieces: Iterable[Piece], as_of: date) -> Iterator[Piece]:
    for name, data in pieces:
        yield name, msgspec.json.encode(record(_DECODER.decode(data), as_of))


def record(rows: Iterable[Row], as_of: date) -> dict[str, Any]:
    """The rows of one person as a Bundle."""
    patient: dict[str, Any] = {}
    died: str | None = None
    resources = []
    for row in rows:
        if row.table == "person":
            patient = {"resourceType": "Patient", "id": row.person, **_person(row)}
        elif row.table == "death":
            died = _day(row.start) or as_of.isoformat()
        else:
            resources.append({"id": f"{row.table}-{row.id}", **_resource(row, as_of)})
    if died is not None:
        patient["deceasedDateTime"] = died
    entries = [{"resource": one} for one in (patient, *resources) if "resourceType" in one]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _person(row: Row) -> dict[str, Any]:
    born = row.text or ""
    if row.start is not None and len(born) < len("2000-01-01"):
        born = row.start.isoformat()
    try:
        whole = date.fromisoformat(born)
    except ValueError:  # a year, or a month: the reader takes it for no more
        whole = None
    if not born or (whole is not None and is_no_day(whole, birth=True)):
        return {"gender": _SEX.get(row.standard.id or 0, "unknown")}
    return {"gender": _SEX.get(row.standard.id or 0, "unknown"), "birthDate": born}


def _resource(row: Row, as_of: date) -> dict[str, Any]:
    told = " ".join(filter(None, (row.standard.name, row.source.name, row.said)))
    if row.table in ("condition_occurrence", "observation") and _ALLERGY.search(told):
        return _allergy(row)
    kinds = {
        "condition_occurrence": _condition,
        "drug_exposure": _medicine,
        "procedure_occurrence": _procedure,
        "device_exposure": _device,
    }
    return kinds.get(row.table, _result)(row, as_of)


def _condition(row: Row, as_of: date) -> dict[str, Any]:
    over = row.end is not None and row.end < as_of
    sure = not row.qualifier or row.qualifier in _SURE
    day = _day(row.start)
    return {
        "resourceType": "Condition",
        "code": _code(row),
        # What a visit ended is told as what nobody said to have ended or to last.
        **({} if over else {"clinicalStatus": {"coding": [{"code": "active"}]}}),
        "verificationStatus": {"coding": [{"code": "confirmed" if sure else "provisional"}]},
        # Told on several days, it may be one pain or several: since when is not known.
        **({"recordedDate": day} if row.several else {"onsetDateTime": day}),
    }


def _allergy(row: Row) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "code": _code_of((row.answer,), row.text) if row.answer.id else _code(row),
        "recordedDate": _day(row.start),
        "patient": {"reference": f"Patient/{row.person}"},
    }


def _medicine(row: Row, as_of: date) -> dict[str, Any]:
    day, end = _day(row.start), row.end
    told = {
        "medicationCodeableConcept": _code(row),
        "subject": {"reference": f"Patient/{row.person}"},
    }
    if end is not None and end < _TAKEN_STILL.before(as_of):
        status, period = "completed", {"start": day, "end": end.isoformat()}
    elif end is not None and end >= as_of:
        status, period = "active", {"start": day}
    else:  # no end, or one that may be that of a pack
        status, period = "unknown", {"start": day}
    period = {key: value for key, value in period.items() if value is not None}
    return {
        "resourceType": "MedicationStatement", "status": status, "effectivePeriod": period, **told,
    }  # fmt: skip


def _procedure(row: Row, as_of: date) -> dict[str, Any]:
    code = _code(row)
    known = [one for one in code.get("coding", ()) if system_of(one["system"]) is not None]
    # Of codes that nobody here knows, the words are read.
    if not known:
        code.pop("coding", None)
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": code,
        "performedDateTime": _day(row.start),
    }


def _device(row: Row, as_of: date) -> dict[str, Any]:
    over = row.end is not None and row.end < as_of
    return {
        "resourceType": "Device",
        "status": "on-hold" if over else "active",
        "type": _code(row),
        "patient": {"reference": f"Patient/{row.person}"},
    }


def _result(row: Row, as_of: date) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if row.number is not None:
        unit = row.unit.code if row.unit.vocabulary == "UCUM" else None
        quantity = {"value": row.number, "code": unit or row.said_unit}
        if row.table == "measurement" and row.qualifier and row.qualifier != _EQUAL:
            quantity["comparator"] = "<"  # or another limit: the reader takes none for a value
        value = {"valueQuantity": {key: one for key, one in quantity.items() if one is not None}}
    elif row.answer.id:
        value = {"valueCodeableConcept": _code_of((row.answer,), row.text)}
    elif row.text:
        value = {"valueString": row.text}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": _code(row),
        "effectiveDateTime": _day(row.start),
        **value,
    }


def _code(row: Row) -> dict[str, Any]:
    return _code_of((row.standard, row.source), row.said)


def _code_of(concepts: Iterable[Concept], said: str | None) -> dict[str, Any]:
    """A CodeableConcept: a coding for each concept, and the words of the source."""
    found = [one for one in concepts if one.id]
    named = [one.name for one in found if one.name]
    text = said if said and said.strip() else next(iter(named), None)
    return {
        **({"coding": [_coding(one) for one in found]} if found else {}),
        **({"text": text} if text else {}),
    }


def _coding(concept: Concept) -> dict[str, Any]:
    if concept.vocabulary is None or concept.code is None:  # the vocabulary was not exported
        return {"system": "urn:omop:concept", "code": str(concept.id)}
    system = _SYSTEMS.get(concept.vocabulary, f"urn:omop:{concept.vocabulary}")
    named = {} if concept.name is None else {"display": concept.name}
    return {"system": system, "code": concept.code, **named}


def _day(day: date | None) -> str | None:
    return None if day is None or is_no_day(day) else day.isoformat()

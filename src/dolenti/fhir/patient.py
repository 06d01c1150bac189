"""The one patient of a bundle: who it is, by which references others name them, whether alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dolenti.fhir.bundle import BundleEntry, Resource
from dolenti.fhir.codes import Concept
from dolenti.fhir.moments import read_moment
from dolenti.fhir.statements import Sheet, keys_of, label_of
from dolenti.guideline.errors import InputError

_SEX = {"male": "male", "female": "female", "other": "other"}


@dataclass(frozen=True, slots=True)
class Patient:
    """Birth date and sex where known, and how other resources refer to this patient."""

    birth_date: date | None
    sex: str | None
    references: frozenset[str]
    identifiers: frozenset[tuple[Any, Any]]

    def is_meant_by(self, reference: object) -> bool:
        """Whether a Reference is to this patient. None at all is: the bundle is about one."""
        if reference is None:
            return True
        if not isinstance(reference, dict):
            return False
        text = reference.get("reference")
        if isinstance(text, str):
            return text in self.references or text.partition("/_history/")[0] in self.references
        identifier = reference.get("identifier")
        if isinstance(identifier, dict):
            named = (identifier.get("system"), identifier.get("value"))
            return _hashable(named) and named in self.identifiers
        return False


def find_patient(sheet: Sheet) -> Patient:
    """The patient of the bundle.

    Raises ``InputError`` where there is none, or several, or one recorded as dead or not yet born
    on the day of the assessment.
    """
    found = [
        (entry, entry.resource)
        for entry in sheet.entries
        if entry.resource is not None and entry.resource.resource_type == "Patient"
    ]
    if not found:
        raise InputError(
            "the bundle has no Patient; export the whole record",
            sheet.name,
            fr="le Bundle ne contient pas de Patient\u00a0; exportez tout le dossier",
        )
    if len(found) > 1:
        raise InputError(
            f"the bundle has {len(found)} Patients; export one patient at a time",
            sheet.name,
            fr=f"le Bundle contient {len(found)} Patients\u00a0; exportez un patient à la fois",
        )
    entry, resource = found[0]
    label = label_of(entry)
    _refuse_dead(sheet, resource, label)
    birth_date = _birth_date(sheet, resource, label)
    sex = _SEX.get(resource.gender) if isinstance(resource.gender, str) else None
    if "sex" in sheet.dictionary.definitions:
        options = {option.id for option in sheet.definition("sex").options}
        sex = sex if sex in options else None
    return Patient(birth_date, sex, _references(entry), _identifiers(resource))


def _refuse_dead(sheet: Sheet, resource: Resource, label: str) -> None:
    dead = resource.deceased_boolean is True
    if resource.deceased_date_time is not None:
        moment = read_moment(resource.deceased_date_time)
        if moment is not None and moment.first > sheet.as_of:
            why = "a death after the day of the assessment is not looked at"
            sheet.note(label, Concept((), ""), why)
        else:
            dead = True
    if dead:
        raise InputError(
            "the patient is recorded as dead; there is nothing to assess",
            sheet.name,
            fr="le patient est enregistré comme décédé\u00a0; il n’y a rien à évaluer",
        )


def _birth_date(sheet: Sheet, resource: Resource, label: str) -> date | None:
    if resource.birth_date is None:
        return None
    moment = read_moment(resource.birth_date)
    if moment is None or moment.first != moment.last or moment.first.year < 1890:
        why = "the birth date is not a plausible whole date, so the age is not known"
        sheet.note(label, Concept((), ""), why)
        return None
    if moment.first > sheet.as_of:
        raise InputError(
            f"the patient was born ({moment.first}) after the day of the assessment, "
            f"{sheet.as_of}; check both dates",
            sheet.name,
            fr=f"le patient est né ({moment.first}) après le jour de l’évaluation, "
            f"{sheet.as_of}\u00a0; vérifiez les deux dates",
        )
    return moment.first


def _references(entry: BundleEntry) -> frozenset[str]:
    keys: Sequence[str] = keys_of(entry)
    return frozenset(keys)


def _identifiers(resource: Resource) -> frozenset[tuple[Any, Any]]:
    raw = resource.identifier if isinstance(resource.identifier, list) else ()
    pairs = ((one.get("system"), one.get("value")) for one in raw if isinstance(one, dict))
    return frozenset(pair for pair in pairs if pair[1] is not None and _hashable(pair))


def _hashable(pair: tuple[Any, Any]) -> bool:
    return all(isinstance(part, (str, type(None))) for part in pair)

"""A FHIR bundle as a patient's record: facts, possible complaints, and what was not used.

The reader is built once per edition and reads any number of bundles. It holds nothing of any
patient but the meaning of the codes it met.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dolenti.fhir.allergies import read_allergy, read_empty_list
from dolenti.fhir.attribution import concerns, frightens
from dolenti.fhir.bundle import BundleEntry, Resource, decode
from dolenti.fhir.choosing import choose
from dolenti.fhir.codes import CodeIndex, Concept
from dolenti.fhir.conditions import read_condition
from dolenti.fhir.medications import read_medication
from dolenti.fhir.observations import read_observation
from dolenti.fhir.patient import Patient, find_patient
from dolenti.fhir.procedures import read_procedure
from dolenti.fhir.statements import PossibleComplaint, Sheet, Statement, label_of, word
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint, Dictionary, Ignored, Known, shown
from dolenti.guideline.knowledge import Edition, FactDefinition

_READERS = {
    "AllergyIntolerance": read_allergy,
    "List": read_empty_list,
    "Composition": read_empty_list,
    "MedicationStatement": read_medication,
    "MedicationRequest": read_medication,
    "Observation": read_observation,
    "Procedure": read_procedure,
}
MOST_COMPLAINTS = 100
_WHO = frozenset({"Patient", "Medication"})  # read where others refer to them


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """What a bundle says of its patient on a day.

    ``facts`` are those of the patient; ``cases()`` add, per possible complaint, those of the
    complaint. With no complaint there is no case, but the record is there.
    """

    as_of: date
    birth_date: date | None
    sex: str | None
    facts: Mapping[str, Known]
    complaints: tuple[Complaint, ...]
    used: tuple[Mapping[str, Any], ...]
    unmapped: tuple[Mapping[str, Any], ...]
    ignored: tuple[Ignored, ...]
    _cases: tuple[Case, ...] = ()

    def cases(self) -> tuple[Case, ...]:
        """One case per possible complaint, by the complaint's id."""
        return self._cases

    def case(self, complaint: str | None = None) -> Case:
        """The case of one complaint; of the only one, where none is named.

        Raises ``InputError`` that lists the ids where there is a choice to make, or none at all.
        """
        if not self._cases:
            raise InputError(
                "the record holds no condition that this program knows as a complaint; "
                "write the complaint in a plain file",
                fr="le dossier ne contient aucune affection douloureuse que ce programme "
                "connaisse\u00a0; décrivez la douleur dans un fichier simple",
            )
        ids = ", ".join(f"{shown(c.id)} ({c.condition})" for c in self.complaints)
        if complaint is None:
            if len(self._cases) > 1:
                raise InputError(
                    f"several complaints are possible; name one of: {ids}",
                    fr="plusieurs douleurs sont possibles\u00a0; nommez l’une d’elles\u00a0: "
                    f"{ids}",
                )
            return self._cases[0]
        for case in self._cases:
            if case.complaint.id == complaint:
                return case
        raise InputError(
            f"there is no complaint “{shown(complaint)}”; possible are: {ids}",
            fr=f"la douleur «\u00a0{shown(complaint)}\u00a0» n’existe pas\u00a0; sont "
            f"possibles\u00a0: {ids}",
        )


class BundleReader:
    """Reads bundles by the dictionary and the codes of one edition."""

    def __init__(self, edition: Edition) -> None:
        self._dictionary = Dictionary(edition)
        self._index = CodeIndex(edition)

    def read(self, data: bytes, as_of: date, name: str = "bundle") -> PatientRecord:
        """The record in ``data`` (JSON or gzip of it) as of a day; ``name`` stands in messages.

        Raises ``InputError`` for what is no FHIR bundle about exactly one living patient.
        Whatever else is wrong with single entries is listed, and costs only those entries.
        """
        bundle = decode(data, name)
        sheet = Sheet(as_of, self._index, self._dictionary, name)
        sheet.entries = [
            entry
            for entry in bundle.entry or ()
            if entry.resource is not None and not entry.deleted
        ]
        patient = find_patient(sheet)
        sheet.birth_date = patient.birth_date
        for entry in sheet.entries:
            if entry.resource is not None:
                _read_entry(sheet, patient, entry, entry.resource)
        return _record(sheet, patient)


def _read_entry(sheet: Sheet, patient: Patient, entry: BundleEntry, resource: Resource) -> None:
    kind = word(resource.resource_type) or "(no type)"
    if kind in _WHO:
        return
    reader = _READERS.get(kind)
    if reader is None and kind != "Condition":
        sheet.count_unread(shown(kind))
        return
    label = label_of(entry)
    if not patient.is_meant_by(resource.subject or resource.patient):
        sheet.note(label, Concept((), ""), "it is about somebody else than the bundle's Patient")
    elif reader is None:
        read_condition(sheet, entry, resource, label)
    else:
        reader(sheet, resource, label)


def _record(sheet: Sheet, patient: Patient) -> PatientRecord:
    of_patient, of_complaint = _sorted_out(sheet)
    if len(sheet.complaints) > MOST_COMPLAINTS:
        raise InputError(
            f"the record holds {len(sheet.complaints)} painful conditions; at most "
            f"{MOST_COMPLAINTS} are read, so export the current ones only",
            sheet.name,
            fr=f"le dossier contient {len(sheet.complaints)} affections douloureuses\u00a0; "
            f"{MOST_COMPLAINTS} au plus sont lues, n’exportez que les actuelles",
        )
    complaints = _distinct(sheet.complaints)
    unplaced = [s for s in of_complaint if not complaints and not s.focus and not any(s.site)]
    facts, used, ignored = _choose_all(sheet, [*of_patient, *unplaced])
    ignored = [*sheet.ignored, *ignored]
    found = []
    for possible in complaints:
        own = []
        for statement in of_complaint:
            answer = concerns(sheet.definition(statement.fact), statement, possible, complaints)
            if answer is None:
                why = "it may be about another place than this complaint"
                doubt = (
                    statement.fact
                    if frightens(sheet.definition(statement.fact), statement)
                    else None
                )
                sheet.note(statement.resource, Concept((), statement.code), why, doubt)
            elif answer:
                own.append(statement)
        found.append((possible.complaint, *_choose_all(sheet, own)))
    unmapped = sheet.unmapped()
    doubted = sheet.doubted | {one.fact for one in ignored if one.why == "contradicted"}
    cases = tuple(
        Case(
            as_of=sheet.as_of,
            complaint=complaint,
            facts={**facts, **own_facts},
            birth_date=patient.birth_date,
            sex=patient.sex,
            ignored=_in_order([*ignored, *own_ignored]),
            used=(*used, *own_used),
            unmapped=unmapped,
            doubted=frozenset(
                doubted | {one.fact for one in own_ignored if one.why == "contradicted"}
            ),
        )
        for complaint, own_facts, own_used, own_ignored in found
    )
    return PatientRecord(
        as_of=sheet.as_of,
        birth_date=patient.birth_date,
        sex=patient.sex,
        facts=facts,
        complaints=tuple(case.complaint for case in cases),
        used=tuple(used),
        unmapped=unmapped,
        ignored=_in_order(ignored),
        _cases=cases,
    )


def _sorted_out(sheet: Sheet) -> tuple[list[Statement], list[Statement]]:
    """The fresh statements about the patient, and those about a complaint."""
    of_patient: list[Statement] = []
    of_complaint: list[Statement] = []
    for statement in sheet.statements:
        definition = sheet.definition(statement.fact)
        if _is_stale(sheet, definition, statement):
            why = Ignored(statement.fact, "stale", statement.at, statement.resource)
            sheet.ignored.append(why)
        elif definition.about == "complaint":
            of_complaint.append(statement)
        else:
            of_patient.append(statement)
    return of_patient, of_complaint


def _is_stale(sheet: Sheet, definition: FactDefinition, statement: Statement) -> bool:
    """An old entry may still warn, never reassure: what holds until somebody ends it grows stale
    only where it is the answer that means nothing to report."""
    if statement.state and frightens(definition, statement):
        return False
    return not sheet.dictionary.is_fresh(statement.fact, statement.at, sheet.as_of)


def _choose_all(
    sheet: Sheet, statements: Iterable[Statement]
) -> tuple[dict[str, Known], list[Mapping[str, Any]], list[Ignored]]:
    by_fact: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_fact[statement.fact].append(statement)
    facts: dict[str, Known] = {}
    used: list[Mapping[str, Any]] = []
    ignored: list[Ignored] = []
    for fact in sorted(by_fact):
        choice = choose(sheet.definition(fact), by_fact[fact])
        if choice.known is not None:
            facts[fact] = choice.known
        used += choice.used
        ignored += choice.ignored
    return facts, used, ignored


def _distinct(possible: list[PossibleComplaint]) -> list[PossibleComplaint]:
    """The complaints by id; two of one id (a careless export) are told apart by a number."""
    ordered = sorted(possible, key=lambda p: (p.complaint.id, repr(p.complaint)))
    seen: dict[str, int] = defaultdict(int)
    distinct = []
    for one in ordered:
        name = one.complaint.id
        seen[name] += 1
        if seen[name] > 1:
            complaint = one.complaint
            one = one._replace(  # noqa: PLW2901 - the same complaint under its own name
                complaint=Complaint(
                    f"{name}#{seen[name]}",
                    complaint.condition,
                    complaint.zone,
                    complaint.side,
                    complaint.since,
                )
            )
        distinct.append(one)
    return distinct


def _in_order(ignored: Iterable[Ignored]) -> tuple[Ignored, ...]:
    return tuple(sorted(ignored, key=lambda i: (i.fact, i.why, i.at or date.min, i.origin or "")))

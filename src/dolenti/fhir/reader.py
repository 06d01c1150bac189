"""A FHIR bundle as a patient's record: facts, possible complaints, and what was not used.

The reader is built once per edition and reads any number of bundles. It holds nothing of any
patient but the meaning of the codes and words it met.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dolenti.fhir import reasons
from dolenti.fhir.allergies import read_allergy
from dolenti.fhir.attribution import concerns, frightens
from dolenti.fhir.bundle import BundleEntry, Resource, decode
from dolenti.fhir.choosing import choose, undermined
from dolenti.fhir.codes import NO_CONCEPT, CodeIndex, Concept
from dolenti.fhir.conditions import read_condition
from dolenti.fhir.devices import read_device, read_device_use
from dolenti.fhir.forms import read_answers
from dolenti.fhir.hints import HINTS, moment_of_any, read_hint, read_immunization
from dolenti.fhir.kinds import SPEAKING, WAYS
from dolenti.fhir.lists import read_deleted_list, read_list
from dolenti.fhir.meaning import Meanings, Site
from dolenti.fhir.medications import read_medication
from dolenti.fhir.observations import read_observation
from dolenti.fhir.patient import Patient, find_patient
from dolenti.fhir.procedures import read_procedure
from dolenti.fhir.spoken import messages_of, remarks_of, tell_words
from dolenti.fhir.statements import (
    PossibleComplaint,
    Sheet,
    Statement,
    label_of,
    word,
)
from dolenti.fhir.statuses import distrust, is_error
from dolenti.fhir.within import contained_in, unfolded
from dolenti.guideline.birth import BirthDate
from dolenti.guideline.conditions import Truth
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import (
    MOST_COMPLAINTS,
    Case,
    Complaint,
    Dictionary,
    Ignored,
    Known,
    Unread,
)
from dolenti.guideline.knowledge import Edition, FactDefinition, Text
from dolenti.guideline.near import shown
from dolenti.medicines.base import Base
from dolenti.medicines.store import delivered

_READERS = {
    "AllergyIntolerance": read_allergy,
    "List": read_list,
    "Composition": read_list,
    "MedicationStatement": read_medication,
    "MedicationRequest": read_medication,
    "MedicationDispense": read_medication,
    "MedicationAdministration": read_medication,
    "MedicationOrder": read_medication,  # as DSTU2 writes it
    "Observation": read_observation,
    "Procedure": read_procedure,
    "Device": read_device,
    "DeviceUseStatement": read_device_use,
    "DeviceUsage": read_device_use,  # as R5 writes it
    "Immunization": read_immunization,
    "QuestionnaireResponse": read_answers,
    **dict.fromkeys(HINTS, read_hint),
}
_ELSEWHERE = frozenset({"Patient", "Medication"})  # read where others refer to them
_OF_A_DEVICE = frozenset({"DeviceUseStatement", "DeviceUsage", "DeviceRequest"})
KINDS_READ = _ELSEWHERE | _READERS.keys() | {"Condition", "Bundle", "Parameters"}
"""Every kind of resource of which something is read."""

_LISTS = ("List", "Composition")
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """What a bundle says of its patient on a day.

    ``facts`` are those of the patient; ``cases()`` add, per possible complaint, those of the
    complaint. With no complaint there is no case, but the record is there. ``passed_over`` are the
    painful conditions that are no complaint of today, by id, each with what it is and why.
    ``doubted`` are the facts that it speaks of without settling them, whatever the complaint.
    ``patient_id`` is what the system that wrote the bundle calls the patient.
    """

    as_of: date
    birth_date: BirthDate | None
    sex: str | None
    facts: Mapping[str, Known]
    complaints: tuple[Complaint, ...]
    used: tuple[Mapping[str, Any], ...]
    unmapped: tuple[Mapping[str, Any], ...]
    ignored: tuple[Ignored, ...]
    unread: tuple[Unread, ...] = ()
    doubted: frozenset[str] = frozenset()
    passed_over: tuple[tuple[str, Text], ...] = ()
    patient_id: str | None = None
    _cases: tuple[Case, ...] = ()

    @property
    def spoken_of(self) -> frozenset[str]:
        """The facts of the patient that the record speaks of, in whatever way."""
        return self.doubted.union(self.facts, *(one.facts for one in self.unread))

    def cases(self) -> tuple[Case, ...]:
        """One case per possible complaint, by the complaint's id."""
        return self._cases

    def case(self, complaint: str | None = None) -> Case:
        """The case of one complaint; of the only one, where none is named.

        Raises ``InputError`` that lists the ids where there is a choice to make, or none at all.
        """
        if not self._cases:
            raise self.without_complaint()
        ids = ", ".join(f"{shown(c.id)} ({c.condition})" for c in self.complaints)
        if complaint is None:
            if len(self._cases) > 1:
                raise InputError(
                    f"several complaints are possible; name one of: {ids}",
                    fr=f"plusieurs douleurs sont possibles\u00a0; choisissez-en une\u00a0: {ids}",
                )
            return self._cases[0]
        for case in self._cases:
            if case.complaint.id == complaint:
                return case
        for name, told in self.passed_over:
            if name == complaint:
                raise InputError(
                    f"this is no complaint of today: {told.en}; possible are: {ids}",
                    fr=f"ce n’est pas une douleur d’aujourd’hui\u00a0: {told.fr}\u00a0; sont "
                    f"possibles\u00a0: {ids}",
                )
        raise InputError(
            f"there is no complaint “{shown(complaint)}”; possible are: {ids}",
            fr=f"la douleur «\u00a0{shown(complaint)}\u00a0» n’existe pas\u00a0; identifiants "
            f"possibles\u00a0: {ids}",
        )

    def without_complaint(self, where: str = "") -> InputError:
        """Why there is nothing to assess, and what to do."""
        if not self.passed_over:
            return InputError(
                "the record holds no condition that this program knows as a complaint; "
                "write the complaint in a plain file",
                where,
                fr="le dossier ne contient aucun diagnostic douloureux reconnu\u00a0; décrivez "
                "la douleur vous-même",
            )
        told = [one for _, one in self.passed_over[:_MOST_TOLD]]
        rest = len(self.passed_over) - len(told)
        more = f" (+ {rest})" if rest else ""
        english, french = "; ".join(t.en for t in told), "\u00a0; ".join(t.fr for t in told)
        return InputError(
            f"no painful condition of the record holds today: {english}{more}. Where the pain is "
            "there, make the condition active and confirmed in the record and export it again, or "
            "write the complaint in a plain file",
            where,
            fr="aucune douleur du dossier n’est retenue aujourd’hui\u00a0: "
            f"{french}{more}. Si la douleur est bien présente, indiquez dans le dossier que "
            "l’affection est active et confirmée et exportez-le à nouveau, ou décrivez la douleur "
            "dans un fichier simple",
        )


class BundleReader:
    """Reads bundles by the dictionary and the codes of one edition."""

    def __init__(self, edition: Edition, base: Callable[[], Base] = delivered) -> None:
        """``base`` gives the public base of medicines, when the first name is to be read."""
        self._dictionary = Dictionary.of(edition)
        self._index = CodeIndex(edition)
        self._meanings = Meanings(edition, self._index, self._dictionary, base)

    def read(
        self, data: bytes, as_of: date, name: str = "bundle", site: Site | None = None
    ) -> PatientRecord:
        """The record in ``data`` (JSON or gzip of it) as of a day; ``name`` stands in messages,
        ``site`` is what the site once answered about items.

        Raises ``InputError`` for what is no whole FHIR bundle about exactly one living patient.
        Whatever else is wrong with single entries is listed, and costs only those entries.
        """
        bundle = decode(data, name)
        meanings = self._meanings if site is None else self._meanings.at(site)
        sheet = Sheet(as_of, self._index, self._dictionary, name, meanings)
        entries = unfolded(bundle.entry or (), name)
        sheet.entries = [
            entry
            for entry in entries
            if entry.resource is not None and (entry.request is None or not entry.deleted)
        ]
        patient = find_patient(sheet)
        sheet.birth_date = patient.birth_date
        for entry in sheet.entries:
            if entry.resource is not None:
                _read_entry(sheet, patient, entry, entry.resource)
        if len(sheet.entries) < len(entries):
            for entry in entries:
                gone = entry.resource if entry.deleted else None
                if gone is not None and gone.resource_type in _LISTS:
                    read_deleted_list(sheet, gone, label_of(entry))
        return _record(sheet, patient)


def _read_entry(sheet: Sheet, patient: Patient, entry: BundleEntry, resource: Resource) -> None:
    kind = word(resource.resource_type) or "(no type)"
    reader = _READERS.get(kind) or _SPEAKING.get(kind)
    if resource.contained is not None:
        _read_contained(sheet, patient, resource)
    if reader is None and kind != "Condition":
        if kind not in _ELSEWHERE:
            sheet.count_unread(shown(kind), of_concern=WAYS.get(kind) != "no-concern")
        return
    label = label_of(entry)
    about = resource.subject if resource.subject is not None else resource.patient
    meant: Truth = True
    if about is not None and about != sheet.subject:
        meant = patient.is_meant_by(about)
        if meant:  # the others say it in the same words
            sheet.subject = about
    if meant is False:
        sheet.note(label, NO_CONCEPT, reasons.SOMEBODY_ELSE)
        return
    before = sheet.distrust
    if meant is None:
        sheet.distrust = reasons.PERHAPS_SOMEBODY_ELSE
    if reader is None:
        read_condition(sheet, entry, resource, label)
    else:
        reader(sheet, resource, label)
    if resource.note is not None and not is_error(resource):
        for remark in remarks_of(resource):
            tell_words(sheet, remark, label, reasons.REMARKED, moment_of_any(resource))
    sheet.distrust = before


def _read_messages(sheet: Sheet, resource: Resource, label: str) -> None:
    """Count a resource of which the words alone are read, and add what these name."""
    sheet.count_unread(str(resource.resource_type))
    for message in () if is_error(resource) else messages_of(resource):
        tell_words(sheet, message, label, reasons.REMARKED, moment_of_any(resource))


_SPEAKING = dict.fromkeys(SPEAKING, _read_messages)


def _read_contained(sheet: Sheet, patient: Patient, resource: Resource) -> None:
    """Read what a resource contains, as far as the resource itself is to be trusted."""
    before = sheet.distrust
    sheet.distrust = before or distrust(resource)
    for entry in contained_in(resource):
        kind = None if entry.resource is None else word(entry.resource.resource_type)
        if kind == "Device" and word(resource.resource_type) in _OF_A_DEVICE:
            continue  # the use, or the order, says how it stands
        if entry.resource is not None and kind not in _ELSEWHERE:
            if is_error(resource):
                sheet.note(label_of(entry), NO_CONCEPT, reasons.ENTERED_IN_ERROR)
            else:
                _read_entry(sheet, patient, entry, entry.resource)
    sheet.distrust = before


def _record(sheet: Sheet, patient: Patient) -> PatientRecord:
    of_patient, of_complaint = _sorted_out(sheet)
    if len(sheet.complaints) > MOST_COMPLAINTS:
        raise InputError(
            f"the record holds {len(sheet.complaints)} painful conditions; at most "
            f"{MOST_COMPLAINTS} are read, so export the current ones only",
            sheet.name,
            fr=f"le dossier contient {len(sheet.complaints)} douleurs\u00a0; {MOST_COMPLAINTS} "
            "au plus sont lues, n’exportez que les actuelles",
        )
    complaints = _distinct(sheet.complaints)
    unplaced = [s for s in of_complaint if not complaints and not s.focus and not any(s.site)]
    facts, used, ignored = _choose_all(sheet, [*of_patient, *unplaced])
    ignored = [*sheet.ignored, *ignored]
    found = []
    placed = set(map(id, unplaced))
    for possible in complaints:
        own = []
        for statement in of_complaint:
            answer = concerns(sheet.definition(statement.fact), statement, possible, complaints)
            if answer is None:
                frightening = frightens(sheet.definition(statement.fact), statement)
                sheet.note(
                    statement.resource,
                    Concept((), statement.code),
                    reasons.OTHER_PLACE,
                    statement.fact if frightening else None,
                    member=statement.member,
                    moment=statement.moment,
                )
            elif answer:
                own.append(statement)
            if answer is not False:
                placed.add(id(statement))
        found.append((possible.complaint, *_choose_all(sheet, own)))
    for statement in of_complaint:
        if id(statement) not in placed:
            sheet.note(statement.resource, Concept((), statement.code), reasons.ELSEWHERE)
    unmapped, unread = sheet.unmapped(), sheet.unread()
    doubted = {doubt.fact for doubt in sheet.doubts}
    doubted |= {one.fact for one in ignored if one.why == "contradicted"}
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
            unread=unread,
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
        unread=unread,
        doubted=frozenset(doubted),
        passed_over=tuple(
            (one.id, one.told(sheet.dictionary.condition_labels[one.condition]))
            for one in sorted(sheet.passed_over, key=lambda one: (one.id, one.condition))
        ),
        patient_id=patient.own_id,
        _cases=cases,
    )


def _sorted_out(sheet: Sheet) -> tuple[list[Statement], list[Statement]]:
    """The fresh statements about the patient, and those about a complaint."""
    of_patient: list[Statement] = []
    of_complaint: list[Statement] = []
    for said_then in sheet.statements:
        statement = _without_old_noes(sheet, said_then)
        definition = sheet.definition(statement.fact)
        if _is_stale(sheet, definition, statement):
            why = Ignored(statement.fact, "stale", statement.at, statement.resource)
            sheet.ignored.append(why)
            if not statement.state:  # an answer of then: how it is today is not said
                said = Concept((), statement.code)
                sheet.doubt(
                    statement.fact, statement.resource, said, reasons.STALE,
                    member=statement.member, moment=statement.moment,
                )  # fmt: skip
        elif definition.about == "complaint":
            of_complaint.append(statement)
        else:
            of_patient.append(statement)
    return of_patient, of_complaint


def _without_old_noes(sheet: Sheet, statement: Statement) -> Statement:
    """What answers every member of a set answers those no more whose absence counts no longer."""
    if not statement.closing or statement.value is None:
        return statement
    told = statement.fact, statement.value, statement.at, sheet.as_of
    return statement._replace(value=sheet.dictionary.without_old_noes(*told))


def _is_stale(sheet: Sheet, definition: FactDefinition, statement: Statement) -> bool:
    """An old entry may still warn, never reassure: what holds until somebody ends it grows stale
    only where it is the answer that means nothing to report."""
    if statement.state and frightens(definition, statement):
        return False
    if statement.member is not None and statement.value is False:
        told = statement.fact, statement.member, statement.at, sheet.as_of
        if not sheet.dictionary.still_counts(*told):
            return True
    return not sheet.dictionary.is_fresh(statement.fact, statement.at, sheet.as_of)


def _choose_all(
    sheet: Sheet, statements: Iterable[Statement]
) -> tuple[dict[str, Known], list[Mapping[str, Any]], list[Ignored]]:
    by_fact: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_fact[statement.fact].append(statement)
    if not by_fact:
        return {}, [], []
    doubts, asked = sheet.spoken_against()
    facts: dict[str, Known] = {}
    used: list[Mapping[str, Any]] = []
    ignored: list[Ignored] = []
    for fact in sorted(by_fact):
        said, own = by_fact[fact], doubts.get(fact, ())
        if own or fact in asked:
            said = _without_closing(sheet, said)
        choice = choose(sheet.definition(fact), said)
        if own and choice.known is not None:
            choice = undermined(sheet.definition(fact), choice, own)
        if choice.known is not None:
            facts[fact] = choice.known
        used += choice.used
        ignored += choice.ignored
    return facts, used, ignored


def _without_closing(sheet: Sheet, statements: list[Statement]) -> list[Statement]:
    """Without those that say that there is none beside what was not understood."""
    kept = []
    for one in statements:
        if one.closing:
            sheet.note(one.resource, Concept((), one.code), reasons.NONE_BESIDE)
        else:
            kept.append(one)
    return kept


def _distinct(possible: list[PossibleComplaint]) -> list[PossibleComplaint]:
    """The complaints by id; two of one id (a careless export) are told apart by a number."""
    if len(possible) <= 1:
        return possible
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
    listed = tuple(ignored)
    if len(listed) <= 1:
        return listed
    return tuple(sorted(listed, key=lambda i: (i.fact, i.why, i.at or date.min, i.origin or "")))

"""List and Composition resources: parts of a record that say there is nothing, that nothing is
known, or that hold what stands nowhere else in the bundle.

Empty for the reason ``nilknown``, a part on allergies answers for all of them. Empty for any
other reason it says that nobody knows, and so nobody may assume. A list that was taken back, or an
entry of it, takes back the “none known” that it names: nobody knows what stands instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dolenti.fhir import reasons
from dolenti.fhir.absent import absent_in
from dolenti.fhir.allergies import as_list, read_none_known
from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import Concept, codings, system_of
from dolenti.fhir.meaning import ALLERGY
from dolenti.fhir.moments import Moment, read_moment
from dolenti.fhir.naming import lines_of, narrative_of
from dolenti.fhir.spoken import tell_thing, tell_words
from dolenti.fhir.statements import Sheet, word
from dolenti.fhir.statuses import distrust, is_error, status_codes
from dolenti.guideline.facts import UnreadKind
from dolenti.guideline.knowledge import Text
from dolenti.medicines.words import words

# Codes of lists and of the sections of a document, and the kind of thing that each of them lists.
_KINDS: Final[dict[str, dict[str, UnreadKind]]] = {
    "loinc": {
        "48765-2": "allergy",
        "52472-8": "allergy",
        "10160-0": "medicine",
        "56445-0": "medicine",
        "57828-6": "medicine",
        "10183-2": "medicine",
        "42346-7": "medicine",
        "11450-4": "disease",
        "11348-0": "disease",
        "46264-8": "device",
    },
    "http://terminology.hl7.org/CodeSystem/list-example-use-codes": {
        "allergies": "allergy",
        "adverserxns": "allergy",
        "medications": "medicine",
        "problems": "disease",
    },
}
# What each is called where the record does not: words of both languages.
_CALLED: Final[dict[UnreadKind, str]] = {
    "allergy": "Allergies",
    "medicine": "Médications",
    "disease": "Diagnostics",
    "device": "Dispositifs",
}
# How the title of such a part begins, in both languages, where no code says what it lists.
_TITLES: Final[dict[str, UnreadKind]] = {
    "ALLERGIE": "allergy",
    "ALLERGIES": "allergy",
    "ALLERGY": "allergy",
    "TRAITEMENT": "medicine",
    "TRAITEMENTS": "medicine",
    "MEDICAMENT": "medicine",
    "MEDICAMENTS": "medicine",
    "MEDICATION": "medicine",
    "MEDICATIONS": "medicine",
    "ORDONNANCE": "medicine",
    "ANTECEDENT": "disease",
    "ANTECEDENTS": "disease",
    "PROBLEMES": "disease",
    "PROBLEMS": "disease",
    "COMORBIDITES": "disease",
}
_OF_OTHERS: Final = frozenset({"FAMILIAL", "FAMILIALE", "FAMILIAUX", "FAMILIALES", "FAMILY"})
_TRUSTED: Final = {"List": ("current",), "Composition": ("final", "amended")}
_WHOLE: Final = (None, "working", "snapshot")
_MOST_DEEP: Final = 5


def read_list(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what a List, or the sections of a document, say of a whole part of the record."""
    moment = read_moment(resource.date)
    if not is_error(resource):
        for part in _all_parts(resource):
            _tell_narrative(sheet, part, label, moment)
            if _kind(part) is None:
                _tell_entries(sheet, resource, part, label, moment)
    for part, kind in _parts(resource):
        if is_error(resource):
            _take_back(sheet, resource, part, kind, label, reasons.ENTERED_IN_ERROR)
        else:
            _read_part(sheet, resource, part, kind, label, moment)


def read_deleted_list(sheet: Sheet, resource: Resource, label: str) -> None:
    """What it takes back that a transaction deletes a List, or a document."""
    for part, kind in _parts(resource):
        _take_back(sheet, resource, part, kind, label, reasons.LIST_DELETED)


def _parts(resource: Resource) -> Iterator[tuple[dict[str, Any], UnreadKind]]:
    """The parts of the record that a List or a document is about, and what each lists."""
    for part in _all_parts(resource):
        kind = _kind(part)
        if kind is not None:
            yield part, kind


def _all_parts(resource: Resource) -> list[dict[str, Any]]:
    whole = {
        "code": resource.code,
        "title": resource.title,
        "emptyReason": resource.empty_reason,
        "entry": resource.entry,
        "text": resource.text,
    }
    return [whole, *_sections(resource.section, _MOST_DEEP)]


def _tell_narrative(sheet: Sheet, part: dict[str, Any], label: str, moment: Moment | None) -> None:
    """What the words of a part name. Where it lists things, its entries say them, or they are asked
    with the whole text; what else its words name is told here."""
    said, kind = lines_of(part.get("text")), _kind(part)
    if said and kind != "allergy" and not (kind is not None and _entries(part)):
        title = part.get("title")
        headed = f"{title} :\n{said}" if kind is None and isinstance(title, str) else said
        tell_words(sheet, headed, label, reasons.SECTION_AS_TEXT, moment, asked=kind)


def _tell_entries(
    sheet: Sheet, resource: Resource, part: dict[str, Any], label: str, moment: Moment | None
) -> None:
    """What a part of no known kind names in words, and is nowhere in the bundle."""
    for entry in _entries(part):
        reference = entry.get("item", entry)
        said = reference.get("display") if isinstance(reference, dict) else None
        if not isinstance(said, str) or sheet.find(reference, resource) is not None:
            continue
        if not tell_words(sheet, said, label, reasons.SECTION_AS_TEXT, moment):
            sheet.note(label, Concept((), "", None, said), reasons.NO_FACT_NAMED)


def _take_back(
    sheet: Sheet, resource: Resource, part: dict[str, Any], kind: UnreadKind, label: str, why: Text
) -> None:
    """A whole part that was taken back: what it said there is none of is in doubt."""
    sheet.note(label, sheet.index.concept(part.get("code")), why)
    for entry in _entries(part):
        _take_back_one(sheet, resource, entry, kind, label)


def _take_back_one(
    sheet: Sheet, resource: Resource, entry: dict[str, Any], kind: UnreadKind, label: str
) -> None:
    """One entry that was taken back: a “none known”, or what may be one."""
    if kind != "allergy":
        return
    reference = entry.get("item", entry)
    named = sheet.find(reference, resource)
    code = None if named is None else named.code
    absent = absent_in(code)
    if named is None or (absent is not None and absent.denies):
        concept = sheet.index.concept(code)
        sheet.doubt(ALLERGY, label, concept, reasons.NONE_TAKEN_BACK)


def _entries(part: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in as_list(part.get("entry")) if isinstance(one, dict)]


def _read_part(
    sheet: Sheet,
    resource: Resource,
    part: dict[str, Any],
    kind: UnreadKind,
    label: str,
    moment: Moment | None,
) -> None:
    entries = _entries(part)
    empty, said = part.get("emptyReason"), narrative_of(part.get("text"))
    reasons_why = status_codes(empty)
    if empty is not None:
        is_none = reasons_why == {"nilknown"} and not part.get("entry")
        if kind == "allergy" and is_none:
            concept = sheet.index.concept(part.get("code"))
            why = sheet.distrust or distrust(resource) or _why_not(resource)
            read_none_known(sheet, "all", moment, label, concept, why)
        elif is_none:
            sheet.note(label, sheet.index.concept(part.get("code")), reasons.NONE_OF_THESE)
        else:
            _ask_whole(sheet, part, kind, label, said, reasons.SECTION_NOT_FILLED)
        return
    if not entries:
        if said:
            _ask_whole(sheet, part, kind, label, said, reasons.SECTION_AS_TEXT)
        return
    for entry in entries:
        reference = entry.get("item", entry)
        if entry.get("deleted") not in (None, False):
            _take_back_one(sheet, resource, entry, kind, label)
        elif sheet.find(reference, resource) is None:
            display = reference.get("display") if isinstance(reference, dict) else None
            told = display if isinstance(display, str) and display.strip() else None
            if told is None:
                _ask_whole(sheet, part, kind, label, "", reasons.SECTION_AS_TEXT)
            else:
                tell_thing(sheet, kind, {"text": told}, label, reasons.SECTION_AS_TEXT, moment)


def _ask_whole(
    sheet: Sheet, part: dict[str, Any], kind: UnreadKind, label: str, said: str, why: Text
) -> None:
    title = part.get("title")
    titles = (one.get("display") for one in codings(part.get("code")))
    name = title if isinstance(title, str) else next((t for t in titles if isinstance(t, str)), "")
    name = name or _CALLED[kind]
    sheet.ask(kind, sheet.meanings.whole_part(kind, said or name), label, why)


def _why_not(resource: Resource) -> Text | None:
    kind, status = str(resource.resource_type), word(resource.status)
    if status not in _TRUSTED.get(kind, ()):
        return reasons.STATUS_NOT_SAID if status is None else reasons.NONE_NOT_SURE
    # A list of changes tells what changed, not what there is.
    return None if resource.mode in _WHOLE else reasons.NONE_NOT_SURE


def _kind(part: dict[str, Any]) -> UnreadKind | None:
    code = part.get("code")
    for coding in codings(code):
        uri = coding.get("system")
        system = system_of(uri) or (uri if isinstance(uri, str) else "")
        kind = _KINDS.get(system, {}).get(str(coding.get("code")))
        if kind is not None:
            return kind
    texts = (part.get("title"), code.get("text") if isinstance(code, dict) else None)
    said = [words(text) for text in texts if isinstance(text, str)]
    begun = [one[:1] for one in said if _OF_OTHERS.isdisjoint(one)]
    return next((_TITLES[first] for one in begun for first in one if first in _TITLES), None)


def _sections(raw: object, deep: int) -> Iterator[dict[str, Any]]:
    if deep:
        for part in as_list(raw):
            if isinstance(part, dict):
                yield part
                yield from _sections(part.get("section"), deep - 1)

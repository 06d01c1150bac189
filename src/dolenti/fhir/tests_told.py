"""Tests of which no answer settles a fact: what they speak of is asked, unless the test is clearly
negative, within its limits, or so old that it speaks of today no more."""

from __future__ import annotations

import re
from typing import Final

from dolenti.fhir import reasons
from dolenti.fhir.allergies import as_list
from dolenti.fhir.bundle import Resource
from dolenti.fhir.clauses import has_denial
from dolenti.fhir.codes import Concept, Test, codings, plain_unit
from dolenti.fhir.moments import Moment, first_moment, period_bound, read_moment
from dolenti.fhir.naming import texts_of
from dolenti.fhir.spoken import is_too_old, measured_otherwise, put_in_doubt, tell_value
from dolenti.fhir.statements import Sheet, word
from dolenti.fhir.statuses import distrust
from dolenti.guideline.knowledge import Text
from dolenti.medicines.words import words

USED: Final = frozenset({"final", "amended", "corrected"})
NOT_THERE: Final = {
    "entered-in-error": reasons.ENTERED_IN_ERROR,
    "cancelled": reasons.CANCELLED,
}
_INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_NEGATIVE: Final = {
    ("http://snomed.info/sct", "260385009"),
    ("http://snomed.info/sct", "260415000"),
    ("http://loinc.org", "LA6577-6"),
    ("http://loinc.org", "LA11883-8"),
    (_INTERPRETATION, "NEG"),
    (_INTERPRETATION, "ND"),
}
_NEGATIVE_WORDS: Final = {
    ("NEGATIF",), ("NEGATIVE",), ("NEG",), ("NON", "DETECTE"), ("NOT", "DETECTED"),
    ("NON", "REACTIF"), ("NON", "REACTIVE"), ("NON",), ("NO",), ("FAUX",), ("FALSE",),
    ("ABSENCE",), ("ABSENT",), ("ABSENTE",), ("AUCUN",), ("AUCUNE",), ("NEANT",), ("RAS",),
}  # fmt: skip
_WITHIN_WORDS: Final = {
    ("NORMAL",), ("NORMALE",), ("NORMALES",), ("NORMAUX",), ("APYRETIQUE",), ("APYREXIE",),
}  # fmt: skip
_NUMBER: Final = re.compile(r"\s*([<>≤≥]?)=?\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*(.{0,20})", re.DOTALL)


def read_test(
    sheet: Sheet, resource: Resource, concept: Concept, label: str, *, alone: bool
) -> None:
    """Leave in doubt what a test speaks of. ``alone``: it is not a measured value besides, so that
    it is listed where it speaks of nothing."""
    status = word(resource.status)
    if status in NOT_THERE:
        if alone:
            sheet.note(label, concept, NOT_THERE[status])
        return
    moment = moment_of(resource)
    if not alone and moment is not None and moment.first > sheet.as_of:
        return  # the value itself is listed as of a day to come
    why = sheet.distrust or distrust(resource) or reasons.TEST
    for target in concept.targets:
        test = sheet.index.tests.get(target.id) if target.kind == "test" else None
        if test is None:
            continue
        if test.carries is not None:
            tell_value(sheet, test.carries, resource, label, moment)
            continue
        silent = _silent(resource, test, status)
        if alone and (moment is None or moment.first <= sheet.as_of):
            measured_otherwise(sheet, test, label, concept, moment)
        if silent is None and is_too_old(sheet, test, moment):
            silent = reasons.STALE
        if silent is not None:
            if alone:
                sheet.note(label, concept, silent)
        elif not sheet.is_future(moment, ((fact, None) for fact in test.facts), label, concept):
            put_in_doubt(sheet, test, label, concept, why, moment)


def _silent(resource: Resource, test: Test, status: str | None) -> Text | None:
    """Why a test speaks of nothing; nothing where it speaks."""
    if distrust(resource) is not None:
        return None
    if test.limits:
        if not _is_measured(resource):
            return reasons.NOT_MEASURED
        return reasons.WITHIN_LIMITS if _is_within(resource, test) else None
    if any(has_denial(text) for text in texts_of(resource.code)):
        return None  # of “absence of fever: no” nobody knows what was meant
    return reasons.NEGATIVE_TEST if status in USED and _is_negative(resource) else None


def _is_measured(resource: Resource) -> bool:
    quantity = resource.value_quantity
    number = quantity.get("value") if isinstance(quantity, dict) else quantity
    texts = (*texts_of(resource.value_string), *texts_of(resource.value_codeable_concept))
    return any(one is not None for one in (number, resource.value_integer, *texts))


def _is_within(resource: Resource, test: Test) -> bool:
    """Whether a number is surely not beyond the limit. In a unit that is not known, or where it is
    not written as a number, it may be."""
    quantity = resource.value_quantity
    if isinstance(quantity, dict):
        number = quantity.get("value")
        unit = str(quantity.get("code") or quantity.get("unit") or "1")
        side = str(quantity.get("comparator") or "")
        beside = str(quantity.get("unit") or "")  # a local code of a unit says less than its name
        unit = unit if plain_unit(unit) in test.limits else beside or unit
    else:
        number, unit, side = resource.value_integer, "1", ""
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if number is not None and not (is_number and _is_kept(test, number, unit, side)):
        return False
    return all(
        _is_text_within(test, text)
        for text in (*texts_of(resource.value_string), *texts_of(resource.value_codeable_concept))
    )


def _is_text_within(test: Test, text: str) -> bool:
    """Whether a text is a number that is not beyond the limit, or says that all is normal. Any
    other text speaks."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return words(text) in _NEGATIVE_WORDS | _WITHIN_WORDS
    side = {"≤": "<", "≥": ">"}.get(found[1], found[1])
    return _is_kept(test, float(found[2].replace(",", ".")), found[3], side)


def _is_kept(test: Test, number: float, unit: str, side: str) -> bool:
    """Whether a number is not beyond the limit of its unit; without one, beyond none of them."""
    limit = test.limits.get(plain_unit(unit))
    if limit is not None:
        limits = [limit]
    elif unit.strip() in ("", "1"):
        limits = list(test.limits.values())
    else:
        return False
    if test.below:
        return all(number >= limit for limit in limits) and not side.startswith("<")
    if side.startswith(">"):
        return False
    return all(number < limit or (number == limit and side == "<") for limit in limits)


def _is_negative(resource: Resource) -> bool:
    """Whether each part of the result that is no number says that nothing was found."""
    concepts = [resource.value_codeable_concept, *as_list(resource.interpretation)]
    said = [
        any((str(one.get("system")), str(one.get("code"))) in _NEGATIVE for one in codings(concept))
        for concept in concepts
        if concept is not None
    ]
    if isinstance(resource.value_string, str):
        said.append(words(resource.value_string) in _NEGATIVE_WORDS)
    if resource.value_boolean is not None:
        said.append(resource.value_boolean is False)
    return bool(said) and all(said)


def moment_of(resource: Resource) -> Moment | None:
    """When an observation was true."""
    return read_moment(resource.effective_date_time) or first_moment(
        resource.effective_instant,
        period_bound(resource.effective_period, "end"),
        period_bound(resource.effective_period, "start"),
        resource.issued,
    )

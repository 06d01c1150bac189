"""Everything that was ever stated of a patient, as Observations: one for each statement.

Read back by ``BundleReader``, they come to what the record comes to (``records.facts.knowing``).
Three things are needed for that, because a FHIR date tells no order within a day and an
Observation does not take another one back: what was taken back, and what was replaced on the very
day it speaks of, is written with the status ``entered-in-error`` (FHIR's word for a result that
was withdrawn); of a set only the members that were replaced are; and what takes back says that the
value is unknown. What was only supposed is ``preliminary``. Nothing is left out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from dolenti.fhir.record_people import reference
from dolenti.fhir.record_values import Record, Statement
from dolenti.fhir.writer import value_in_fhir
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, Value, read_value
from dolenti.guideline.knowledge import Edition, FactDefinition
from dolenti.guideline.systems import FACT_SYSTEM

SAID_BY: Final = "https://dolenti.org/fhir/StructureDefinition/said-by"
ORIGIN: Final = "https://dolenti.org/fhir/StructureDefinition/origin"
_LOINC: Final = "http://loinc.org"
_ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_UNKNOWN: Final = {"dataAbsentReason": {"coding": [{"system": _ABSENT, "code": "unknown"}]}}


@dataclass(frozen=True)
class _Part:
    """A statement, or some members of its set, that still counts or no longer does."""

    statement: Statement
    value: Value | None
    stands: bool


def observations(record: Record, edition: Edition) -> Iterator[dict[str, Any]]:
    """One Observation for each statement, two for a set of which a part was replaced."""
    writer = _Writer(record, edition)
    number = 0
    for _, group in groupby(record.statements, key=lambda one: (one.fact, one.complaint)):
        for part in writer.parts(list(group)):
            number += 1
            yield writer.observation(part, number)


class _Writer:
    def __init__(self, record: Record, edition: Edition) -> None:
        self.record = record
        self.day = record.made.date()
        self.dictionary = Dictionary.of(edition)
        codes = Counter(c.code for f in edition.facts for c in f.codes if c.system == "loinc")
        # A measured value goes under its LOINC code too, where that code means nothing else.
        self.standard = {
            fact.id: [
                {"system": _LOINC, "code": code.code, "display": code.display}
                for code in fact.codes
                if code.system == "loinc" and codes[code.code] == 1
            ]
            for fact in edition.facts
            if fact.type == "number"
        }

    def parts(self, group: list[Statement]) -> list[_Part]:
        """What of one fact still counts, in the order it was stated."""
        backs = [
            n for n, one in enumerate(group)
            if one.value is None and one.at <= self.day and not one.undone
        ]  # fmt: skip
        taken_back = backs[-1] if backs else -1
        found: list[_Part] = []
        for number, one in enumerate(group):
            value = self._value(one)
            if one.origin == "assumed":
                found.append(_Part(one, value, stands=not one.undone))
                continue
            if one.undone:
                found.append(_Part(one, value, stands=False))
                continue
            if one.value is None or value is None:
                found.append(_Part(one, None, stands=number >= taken_back))
                continue
            if number < taken_back:
                found.append(_Part(one, value, stands=False))
                continue
            same_day = (
                o for o in group[number + 1 :]
                if o.at == one.at and not o.undone and o.origin != "assumed"
            )  # fmt: skip
            later = [self._value(o) for o in same_day]
            found += _split(one, value, [other for other in later if other is not None])
        return found

    def _value(self, one: Statement) -> Value | None:
        """The value, or none where this edition has no such fact or answer, or it is taken back."""
        definition = self.dictionary.definitions.get(one.fact)
        if definition is None or one.value is None:
            return None
        try:
            return read_value(definition, one.value, self.day).value
        except InputError:
            return None

    def observation(self, part: _Part, number: int) -> dict[str, Any]:
        """A statement as FHIR: its value, since when, in whose words, written by whom and when."""
        one, definition = part.statement, self.dictionary.definitions.get(part.statement.fact)
        coding: dict[str, str] = {"system": FACT_SYSTEM, "code": one.fact}
        if definition is not None:
            coding["display"] = definition.label.en
        found: dict[str, Any] = {
            "resourceType": "Observation",
            "id": f"statement-{number}",
            "extension": [
                {"url": SAID_BY, "valueCode": one.said_by},
                {"url": ORIGIN, "valueCode": one.origin},
            ],
            "status": _status(part),
            "code": {"coding": [coding, *self.standard.get(one.fact, ())]},
            "subject": reference("Patient", self.record.patient.id),
            "effectiveDateTime": one.at.isoformat(),
            "issued": one.recorded.isoformat(timespec="milliseconds"),
            "performer": [reference("Practitioner", one.author)],
        }
        if one.complaint:
            found["focus"] = [reference("Condition", one.complaint)]
        if one.document:
            found["derivedFrom"] = [reference("DocumentReference", one.document)]
        return found | _elements(definition, one, part.value)


def _status(part: _Part) -> str:
    """What nobody stated is preliminary: whoever reads it asks."""
    if not part.stands:
        return "entered-in-error"
    return "preliminary" if part.statement.origin == "assumed" else "final"


def _split(one: Statement, value: Value, later: Iterable[Value]) -> list[_Part]:
    """A statement by what others of its own day left of it."""
    others = list(later)
    if not others:
        return [_Part(one, value, stands=True)]
    if not isinstance(value, Mapping):
        return [_Part(one, value, stands=False)]
    spoken = {member for other in others if isinstance(other, Mapping) for member in other}
    replaced = {member: present for member, present in value.items() if member in spoken}
    left = {member: present for member, present in value.items() if member not in spoken}
    parts = [_Part(one, left, stands=True)] if left or not replaced else []
    return [*parts, *([_Part(one, replaced, stands=False)] if replaced else [])]


def _elements(
    definition: FactDefinition | None, one: Statement, value: Value | None
) -> dict[str, Any]:
    if value is not None and definition is not None:
        if isinstance(value, Mapping) and not value:
            return dict(_UNKNOWN)
        return value_in_fhir(definition, value)
    if one.value is None:
        return dict(_UNKNOWN)
    # A fact or an answer of another edition: as it was written, for a person to read.
    written = one.value if isinstance(one.value, str) else json.dumps(one.value, sort_keys=True)
    return {"valueString": written or '""'}

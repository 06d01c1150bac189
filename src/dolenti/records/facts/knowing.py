"""What is known of a patient's complaint today, from all that was stated about it.

Of a fact the value that was true last counts; of a set, each member for itself, so that an allergy
told once is not forgotten because a later list did not speak of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import (
    Case,
    Dictionary,
    Ignored,
    Known,
    Value,
    read_value,
)
from dolenti.guideline.facts import Complaint as Pain
from dolenti.records.facts.inputs import ASSUMED
from dolenti.records.files.unpacking import aside
from dolenti.records.models import Complaint, Statement


@dataclass(frozen=True)
class Told:
    """What statements come to on a day: the facts known, the last value of each that has grown too
    old to count, what was left aside, and the facts that someone stated here."""

    facts: dict[str, Known]
    stale: dict[str, Known]
    ignored: list[Ignored]
    said_here: frozenset[str]


def case_of(
    complaint: Complaint, statements: Iterable[Statement], dictionary: Dictionary, as_of: date
) -> Case:
    """The case that the judge is to hear, with what the complaint's document left aside.

    Statements that an edition cannot read (a fact or an answer it no longer has) are left out.
    """
    told = told_by(statements, dictionary, as_of)
    read = aside(complaint.document.reading if complaint.document else {})
    patient = complaint.patient
    return Case(
        as_of=as_of,
        complaint=Pain(
            complaint.public_id,
            complaint.condition or None,
            complaint.zone or None,
            complaint.side or None,
            complaint.since,
        ),
        facts=told.facts,
        birth_date=patient.birth_date,
        sex=patient.sex or None,
        ignored=(*told.ignored, *read.ignored),
        used=read.used,
        unmapped=read.unmapped,
        doubted=read.doubted - told.said_here,
    )


def told_by(statements: Iterable[Statement], dictionary: Dictionary, as_of: date) -> Told:
    """What statements come to on a day, fact by fact."""
    told: dict[str, Known | None] = {}
    ignored: list[Ignored] = []
    said_here: set[str] = set()
    for one in sorted(statements, key=lambda s: (s.at, s.pk)):
        if one.fact not in dictionary.definitions:
            continue  # a fact of another edition
        if one.at > as_of:
            ignored.append(Ignored(one.fact, "after-as-of", one.at, _origin(one)))
            continue
        if one.origin == Statement.Origin.STATED:
            said_here.add(one.fact)
        if one.value is None:
            told[one.fact] = None
            continue
        try:
            value = read_value(dictionary.definition(one.fact), one.value, as_of).value
        except InputError:
            continue  # an answer of another edition: unknown, and so asked again
        before = told.get(one.fact)
        if before is not None and dictionary.is_fresh(one.fact, before.at, as_of):
            value = _joined(before.value, value)
        told[one.fact] = Known(value, one.at, _origin(one))
    facts: dict[str, Known] = {}
    stale: dict[str, Known] = {}
    for fact, known in told.items():
        if known is None:
            continue
        if dictionary.is_fresh(fact, known.at, as_of):
            facts[fact] = known
        else:
            stale[fact] = known
            ignored.append(Ignored(fact, "stale", known.at, known.origin))
    return Told(facts, stale, ignored, frozenset(said_here))


def _origin(statement: Statement) -> str:
    if statement.origin == Statement.Origin.ASSUMED:
        return ASSUMED
    return statement.place or statement.origin


def _joined(before: Value, value: Value) -> Value:
    if isinstance(before, Mapping) and isinstance(value, Mapping):
        return {**before, **value}
    return value

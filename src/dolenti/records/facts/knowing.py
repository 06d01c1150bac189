"""What is known of a patient's complaint today, from all that was stated about it.

Of a fact the value that was true last counts; of a set, each member for itself, so that an allergy
told once is not forgotten because a later list did not speak of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from dolenti.guideline.agreeing import contradicted
from dolenti.guideline.birth import is_of_usual_age
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import (
    Case,
    Dictionary,
    Ignored,
    Known,
    Unread,
    Value,
    read_value,
)
from dolenti.guideline.facts import Complaint as Pain
from dolenti.guideline.freshness import doubts_of
from dolenti.guideline.judge import ASSUMED, reassuring_value
from dolenti.guideline.spoken_against import set_aside_by
from dolenti.medicines.allergy import ALLERGY
from dolenti.records.files.unpacking import aside
from dolenti.records.models import Complaint, Document, Statement


@dataclass(frozen=True)
class Told:
    """What statements come to on a day: the facts known, the last value of each that has grown too
    old to count, what was left aside, the facts that someone stated here, and those of which a
    document or the list of medicines spoke last without saying what they are. What was only
    ``supposed`` is no fact: nothing is judged on it, and what somebody says goes before it.
    ``named`` are the allergies that somebody told by a name that means nothing the rules ask for
    (penicillin): nothing is judged on them, and they are never passed over in silence. ``last``
    orders what was said last of each fact, and ``forms`` are those it was said by."""

    facts: dict[str, Known]
    stale: dict[str, Known]
    ignored: list[Ignored]
    said_here: frozenset[str]
    doubted: frozenset[str] = frozenset()
    supposed: Mapping[str, Known] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    last: Mapping[str, tuple[date, int]] = field(default_factory=dict)
    forms: Mapping[str, object] = field(default_factory=dict)


def case_of(
    complaint: Complaint,
    statements: Iterable[Statement],
    dictionary: Dictionary,
    as_of: date,
    documents: Iterable[Document] = (),
    recorded: Mapping[str, Known] | None = None,
) -> Case:
    """The case that the judge is to hear, with what the complaint's document left aside, what of
    the patient the other ``documents`` left in doubt, and what the site's own rows have
    ``recorded``. A reassuring answer that others contradict is in doubt.

    Statements that an edition cannot read (a fact or an answer it no longer has) are left out.
    """
    told = told_by(statements, dictionary, as_of)
    facts = {**told.facts, **(recorded or {})}
    against = _contradicted(told, facts, dictionary, as_of)
    read = aside(complaint.document.reading if complaint.document else {})
    others = [aside(one.reading) for one in documents if one.pk != complaint.document_id]
    doubted = read.doubted | _of_patient(
        (fact for other in others for fact in other.doubted), dictionary
    )
    unread = (
        *read.unread,
        *(_about_patient(one, dictionary) for other in others for one in other.unread),
    )
    gone_stale = [one for one in told.ignored if _frightened(told, one, dictionary)]
    patient = complaint.patient
    return Case(
        as_of=as_of,
        complaint=Pain(
            complaint.public_id,
            complaint.condition or None,
            complaint.zone or None,
            complaint.side or None,
            began(complaint, as_of),
        ),
        facts={name: one for name, one in facts.items() if name not in against},
        birth_date=patient.birth_date,
        sex=patient.sex or None,
        ignored=(*told.ignored, *read.ignored),
        used=read.used,
        unmapped=read.unmapped,
        doubted=(doubted - told.said_here) | told.doubted | against,
        unread=(
            *dict.fromkeys(one for one in unread if not _is_settled(one, told, dictionary)),
            *doubts_of(gone_stale, told.facts),
        ),
    )


def _contradicted(
    told: Told, facts: Mapping[str, Known], dictionary: Dictionary, as_of: date
) -> frozenset[str]:
    """The facts that are in doubt because others contradict them: not where somebody said them
    after all of these, by another form; or not before what the site's own rows record."""

    def before(other: str, fact: str) -> bool:
        if told.facts.get(other) is not facts[other]:  # recorded
            day = facts[other].at
            return day is None or day <= told.last[fact][0]
        return told.last[other] < told.last[fact] and told.forms[other] != told.forms[fact]

    return frozenset(
        fact
        for fact, others in contradicted(facts, dictionary, as_of).items()
        if fact not in told.last or not all(before(other, fact) for other in others)
    )


def began(complaint: Complaint, as_of: date) -> date | None:
    """The day that the judge hears. Of a month or a year it is the last; where the age at which it
    began hangs on which day it was, nothing: a guess would answer a question."""
    onset, born = complaint.onset, complaint.patient.birth_date
    if onset is None:
        return None
    last = onset.by(as_of)
    if born is not None and is_of_usual_age(born, onset.first) != is_of_usual_age(born, last):
        return None
    return last


def _is_settled(one: Unread, told: Told, dictionary: Dictionary) -> bool:
    """Whether somebody stated each of its facts here. What a document says settles only those that
    its own words do not speak of. What is named is settled by no answer that is not later: it is
    asked by its name, once, and the answer stands for the site."""
    if not one.alone and set_aside_by(one, told.facts, dictionary.definitions):
        return False
    likely = {answer.partition("=")[0] for answer in one.likely}
    return all(
        fact in told.said_here or (fact in told.facts and fact not in likely) for fact in one.facts
    )


def _of_patient(facts: Iterable[str], dictionary: Dictionary) -> frozenset[str]:
    """Those that are about the patient, whatever hurts."""
    known = dictionary.definitions
    return frozenset(f for f in facts if f in known and known[f].about != "complaint")


def _about_patient(one: Unread, dictionary: Dictionary) -> Unread:
    kept = _of_patient(one.facts, dictionary)
    return replace(one, facts=tuple(fact for fact in one.facts if fact in kept))


def _frightened(told: Told, one: Ignored, dictionary: Dictionary) -> bool:
    """Whether what was stated here, and no longer counts, was no reassurance: it is not taken for
    over because time went by."""
    before = told.stale.get(one.fact)
    reassuring = reassuring_value(dictionary.definitions[one.fact])
    return before is None or (reassuring is not None and before.value != reassuring)


def told_by(given: Iterable[Statement], dictionary: Dictionary, as_of: date) -> Told:
    """What statements come to on a day, fact by fact."""
    statements = list(given)
    told: dict[str, Known | None] = {}
    ignored: list[Ignored] = []
    said_here: set[str] = set()
    doubted: set[str] = set()
    supposed: dict[str, Known] = {}
    last: dict[str, tuple[date, int]] = {}
    forms: dict[str, object] = {}
    for one in sorted(standing(statements), key=lambda s: (s.at, s.pk)):
        if one.fact not in dictionary.definitions:
            continue  # a fact of another edition
        if one.at > as_of:
            ignored.append(Ignored(one.fact, "after-as-of", one.at, one.place or one.origin))
            continue
        if one.origin == Statement.Origin.ASSUMED:
            with suppress(InputError):
                value = read_value(dictionary.definition(one.fact), one.value, as_of).value
                supposed[one.fact] = Known(value, one.at, ASSUMED)
            continue
        last[one.fact], forms[one.fact] = (one.at, one.pk), one.submission
        if one.origin == Statement.Origin.STATED:
            said_here.add(one.fact)
        doubted.discard(one.fact)
        if one.value is None:
            told[one.fact] = None
            if one.origin == Statement.Origin.DOCUMENT:
                doubted.add(one.fact)
            continue
        try:
            value = read_value(dictionary.definition(one.fact), one.value, as_of).value
        except InputError:
            continue  # an answer of another edition: unknown, and so asked again
        value = dictionary.without_old_noes(one.fact, value, one.at, as_of)
        if value == {}:
            continue  # a list that speaks of no member says nothing, and is of no day
        before = told.get(one.fact)
        if before is not None and dictionary.is_fresh(one.fact, before.at, as_of):
            value = _joined(before.value, value)
        told[one.fact] = Known(value, one.at, one.place or one.origin)
    known = {fact: one for fact, one in told.items() if one is not None}
    facts = {f: one for f, one in known.items() if dictionary.is_fresh(f, one.at, as_of)}
    stale = {f: one for f, one in known.items() if f not in facts}
    ignored += [Ignored(fact, "stale", one.at, one.origin) for fact, one in stale.items()]
    only = {f: one for f, one in supposed.items() if f not in facts}
    said, doubts = frozenset(said_here), frozenset(doubted)
    named = allergies_named(statements, as_of)
    return Told(facts, stale, ignored, said, doubts, only, named, last, forms)


def allergies_named(statements: Iterable[Statement], as_of: date) -> tuple[str, ...]:
    """The allergies told by a name that means nothing the rules ask for, until all that was said
    of allergies is taken back."""
    named: dict[str, None] = {}
    for one in sorted(standing(statements), key=lambda s: (s.at, s.pk)):
        if one.fact != ALLERGY or one.origin != Statement.Origin.STATED or one.at > as_of:
            continue
        if one.place and isinstance(one.value, Mapping) and not one.value.get("has"):
            named[one.place] = None
        elif one.value is None and not one.place:
            named.clear()
    return tuple(named)


def standing(statements: Iterable[Statement]) -> list[Statement]:
    """The statements without those that were undone, and without the undoing: as if neither had
    been. The history shows both."""
    given = list(statements)
    undone = {(one.fact, one.undoes) for one in given if one.undoes is not None}
    return [one for one in given if one.undoes is None and (one.fact, one.submission) not in undone]


def _joined(before: Value, value: Value) -> Value:
    if isinstance(before, Mapping) and isinstance(value, Mapping):
        return {**before, **value}
    return value

"""The strip at the head of every page about a patient: who it is, and what can hurt them first.

Silence is never taken for no: what nobody said is to be asked, and a value too old to count is
shown with its age. A view shows its page by ``editing.patient_page``, which puts the strip into
it, and the template includes ``clinic/common/strip.html``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from dolenti.clinic.common.ages import age_in_words, ago
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.shapes import Shown, gravity
from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.guideline.facts import Case, Known, Value
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge import ASSUMED, proofs
from dolenti.guideline.words import value_in_words
from dolenti.identity.trust import Status
from dolenti.records.facts.allergens import ALLERGY
from dolenti.records.models import Patient
from dolenti.records.patients import people
from dolenti.records.patients.danger import Danger
from dolenti.treatment import lately
from dolenti.treatment.lately import Sign
from dolenti.ui.births import birth_as_listed

State = Literal["danger", "calm", "unknown", "not-applicable"]
_FIRST: Final = re.compile(r"\s*[;:.](?=\s|$)")
TOLD_ELSEWHERE: Final = frozenset({"lifted", "event", "mild"})
"""What the session says at its head, and no strip among the red flags."""
SHOWN = ("allergy", "anticoagulant", "pregnancy")
IF_SO = ("antiplatelet",)
"""Shown where it is so, beside what it adds to; nobody is asked it again on every page."""


@dataclass(frozen=True)
class StripItem:
    """One line of the strip: ``partly`` where part of a set is still unknown, ``assumed``
    where nobody stated it, ``doubted`` where the record speaks of it and not clearly; ``last`` is
    the last value and its age, where that is too old to count."""

    fact: str
    label: str
    state: State
    words: str
    partly: bool = False
    assumed: bool = False
    doubted: bool = False
    last: str = ""

    @property
    def look(self) -> str:
        """How it is shown: what nobody stated, or not clearly, is never shown as calm."""
        return "unknown" if self.state == "calm" and (self.assumed or self.doubted) else self.state


@dataclass(frozen=True)
class FlagLine:
    """A red flag that is present."""

    effect: str
    urgency: str
    sentence: str
    to: str


@dataclass(frozen=True)
class SignLine:
    """What stands open of a patient since the record was last judged: an infection that nobody
    closed, an alert that holds sessions back. ``about`` is the public id of its page."""

    kind: str
    about: str
    says: str


@dataclass(frozen=True)
class PatientStrip:
    """The whole strip. ``items`` is ``None`` for whoever may know nothing of the patient's health.

    ``flags`` are told here, unless the page itself tells them (``flag_count`` counts them).
    """

    public_id: str
    name: str
    born: str
    sex: str
    age: str
    birth_date: BirthDate | None
    status: str
    trusted: bool
    reference: str
    invented: bool
    in_error: str
    items: list[StripItem] | None = None
    flags: list[FlagLine] = field(default_factory=list)
    flag_count: int = 0
    open_flags: int = 0
    flags_assumed: bool = False
    birth: str = ""  # in words, as far as it is known
    signs: list[SignLine] = field(default_factory=list)
    number_too: bool = False  # a link to the phone asks for a number beside the date
    in_team: bool = False  # certainly in the reader's care: not opened for a reason


def of_patient(
    patient: Patient,
    danger: Danger | None,
    words: Lookup,
    today: date,
    happened: Sequence[Sign] | None = None,
) -> PatientStrip:
    """The strip of a patient as known today; identity alone where there is no ``danger`` to say.
    ``happened`` is what happened to them lately, where the page asked it already."""
    dangers = _dangers(danger, words)
    if danger is not None:
        dangers["signs"] = open_signs(patient, words.language, happened)
    return PatientStrip(**_identity(patient, words, today), **dangers)


def of_case(
    patient: Patient, items: list[StripItem], flags: tuple[int, int, bool], words: Lookup, day: date
) -> PatientStrip:
    """The strip of a judged case, on a page that tells its red flags itself: ``flags`` are how
    many are present, how many open, and whether any of it is assumed."""
    present, still_open, assumed = flags
    return PatientStrip(
        **_identity(patient, words, day),
        items=items,
        flag_count=present,
        open_flags=still_open,
        flags_assumed=assumed,
        signs=open_signs(patient, words.language),
    )


def open_signs(
    patient: Patient, language: str, happened: Sequence[Sign] | None = None
) -> list[SignLine]:
    """What is open of a patient today, by the first of its words: each page of theirs says it. Two
    queries; none of what the page asked already."""
    found = happened
    if found is None:
        found = lately.of_patient(patient.absorbed_by_id or patient.pk)
    return [
        SignLine(one.kind, one.about, first_words(one.says.in_language(language)))
        for one in found
        if one.kind not in TOLD_ELSEWHERE
    ]


def first_words(sentence: str) -> str:
    """The danger that a sentence names, without what follows from it."""
    return _FIRST.split(sentence, maxsplit=1)[0]


def flags_of(shown: Shown) -> tuple[int, int, bool]:
    """The red flags of an assessment's page: how many present, how many open, any assumed."""
    return len(shown.active_flags), shown.open_flags, shown.flags_assumed


def _identity(patient: Patient, words: Lookup, today: date) -> dict[str, Any]:
    who = people.identity_of(patient)
    named = patient.identity != Patient.Identity.NONE
    different = bool(patient.used_name or patient.used_first_name)
    sex = words.value("sex", patient.sex, today) if patient.sex else ""
    return {
        "public_id": patient.public_id,
        "name": who.called if named else "",
        "born": who.official_name if named and different else "",
        "sex": sex[:1].upper() + sex[1:],
        "age": age_in_words(patient.birth_date, today) if patient.birth_date else "",
        "birth_date": patient.birth_date,
        "birth": birth_as_listed(patient.birth_date, patient.sex),
        "number_too": isinstance(patient.birth_date, PartialDate),
        "status": status_of(patient, words.language),
        "trusted": patient.identity == Status.QUALIFIED,
        "reference": patient.reference,
        "invented": patient.invented,
        "in_error": patient.in_error,
        "in_team": patient.in_team,
    }


def status_of(patient: Patient, language: str) -> str:
    """How sure the identity is, in words."""
    if patient.identity == Patient.Identity.NONE:
        return _("Without identity")
    said = Status(patient.identity).label.in_language(language)
    return _("%(status)s, in doubt") % {"status": said} if patient.doubtful else said


def _dangers(danger: Danger | None, words: Lookup) -> dict[str, Any]:
    if danger is None:
        return {}
    flags = [
        FlagLine(
            one.judged.rule.effect,
            one.judged.rule.urgency,
            one.judged.rule.because.in_language(words.language),
            one.judged.rule.to.in_language(words.language),
        )
        for one in danger.flags
    ]
    return {
        "items": strip(danger.case, words, danger.stale, danger.supposed, danger.named),
        "flags": sorted(flags, key=gravity),
        "flag_count": len(flags),
        "open_flags": danger.open_flags,
    }


def strip(
    case: Case,
    words: Lookup,
    stale: Mapping[str, Known] | None = None,
    supposed: Mapping[str, Known] | None = None,
    named: Sequence[str] = (),
) -> list[StripItem]:
    """Allergies, anticoagulant, pregnancy: known, unknown or without object; what was only
    ``supposed`` is shown as such. Allergies that were ``named`` and mean nothing the
    rules ask for stand with the others."""
    values = {**(supposed or {}), **case.facts, **header_facts(case, words.dictionary)}
    items = [
        _item(fact, values, case, words) for fact in SHOWN if words.definition(fact) is not None
    ]
    added = [_item(one, values, case, words) for one in IF_SO if one in values]
    items[2:2] = [one for one in added if one.state == "danger"]
    doubts = case.in_doubt
    items = [replace(one, doubted=True) if one.fact in doubts else one for one in items]
    items = [_with_named(one, named) if one.fact == ALLERGY else one for one in items]
    return [_with_last(one, (stale or {}).get(one.fact), case, words) for one in items]


def _with_named(item: StripItem, named: Sequence[str]) -> StripItem:
    if not named:
        return item
    said = [item.words] if item.state == "danger" else []
    partly = item.partly or item.state == "unknown"
    return replace(item, state="danger", words=", ".join([*said, *named]), partly=partly)


def _with_last(item: StripItem, last: Known | None, case: Case, words: Lookup) -> StripItem:
    if last is None or last.at is None or item.state != "unknown":
        return item
    said = value_in_words(last.value, words.dictionary.definition(item.fact), words.language)
    return replace(item, last=f"{said}, {ago(last.at, case.as_of, words.language)}")


def _item(fact: str, values: Mapping[str, Known], case: Case, words: Lookup) -> StripItem:
    definition = words.dictionary.definition(fact)
    label = words.fact(fact)
    known = values.get(fact)
    if known is None:
        relevant = _relevant(fact, values, case, words)
        return StripItem(fact, label, "unknown" if relevant else "not-applicable", "")
    value, assumed = known.value, known.origin == ASSUMED
    said = value_in_words(value, definition, words.language)
    if isinstance(value, Mapping):
        partly = len(value) < len(definition.options)
        if any(value.values()):
            return StripItem(fact, label, "danger", said, partly, assumed)
        return StripItem(fact, label, "unknown" if partly else "calm", said, partly, assumed)
    state: State = "calm" if _is_calm(value, definition.reassuring) else "danger"
    return StripItem(fact, label, state, said, assumed=assumed)


def _is_calm(value: Value, reassuring: object) -> bool:
    return bool(value == reassuring)


def _relevant(fact: str, values: Mapping[str, Known], case: Case, words: Lookup) -> bool:
    relevant = words.dictionary.definition(fact).relevant
    if relevant is None:
        return True
    (proof,), _ = proofs(words.dictionary, [relevant], values, case.as_of)
    return proof.holds is not False

"""Patients as lines of a list, a likely duplicate beside a form, two records side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dolenti.agenda.gate import Around
from dolenti.clinic.common.ages import age_in_words
from dolenti.clinic.common.listing import called
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.strip import status_of
from dolenti.identity.ins import coherence
from dolenti.identity.likeness import Level, Match
from dolenti.identity.person import Identity
from dolenti.identity.trust import Document, Status
from dolenti.records.models import Patient
from dolenti.records.patients import people
from dolenti.ui.births import birth_as_listed, birth_beside_label


@dataclass(frozen=True)
class PatientLine:
    """A patient in a list. ``is_open``: the record opens to the reader."""

    public_id: str
    name: str
    born: str
    sex: str
    birth: str
    age: str
    reference: str
    created_at: datetime
    invented: bool
    in_error: str
    is_open: bool
    around: Around


def patient_lines(
    patients: Iterable[Patient],
    words: Lookup,
    today: date,
    around: Mapping[int, Around] | None = None,
) -> list[PatientLine]:
    """Patients, as listed; with when they came and come, where that was asked."""
    visits = around or {}
    return [
        PatientLine(
            one.public_id,
            _listed_name(one),
            people.identity_of(one).official_name if one.used_name else "",
            words.value("sex", one.sex, today) if one.sex else "",
            birth_as_listed(one.birth_date, one.sex),
            age_in_words(one.birth_date, today) if one.birth_date else "",
            one.reference,
            one.created_at,
            one.invented,
            one.in_error,
            getattr(one, "is_open", False),
            visits.get(one.pk, Around()),
        )
        for one in patients
    ]


def _listed_name(patient: Patient) -> str:
    if patient.identity == Patient.Identity.NONE:
        return called(patient)
    return people.identity_of(patient).called


@dataclass(frozen=True)
class Trait:
    """One line of an identity; ``other`` is what the record beside it says."""

    label: str
    value: str
    other: str = ""

    @property
    def differs(self) -> bool:
        return self.value != self.other


@dataclass(frozen=True)
class Likely:
    """Someone on file who may be the person of the form: why, and what differs."""

    public_id: str
    name: str
    level: str
    certain: bool
    reasons: list[str]
    traits: list[Trait]


def likely_lines(matches: Sequence[Match[Patient]], typed: Identity, words: Lookup) -> list[Likely]:
    """Likely duplicates, the surest first; each trait as typed beside as on file."""
    return [
        Likely(
            match.id.public_id,
            people.identity_of(match.id).called,
            match.likeness.level.label.in_language(words.language),
            match.likeness.level is Level.CERTAIN,
            [reason.in_language(words.language) for reason in match.likeness.reasons],
            beside(typed, people.identity_of(match.id), words),
        )
        for match in matches
    ]


def beside(one: Identity, other: Identity, words: Lookup) -> list[Trait]:
    """Two identities, trait by trait; what neither has is left out."""
    firsts, seconds = _traits(one, words), _traits(other, words)
    return [
        Trait(label, value, seconds[label])
        for label, value in firsts.items()
        if value or seconds[label]
    ]


def _traits(who: Identity, words: Lookup) -> dict[str, str]:
    sex = words.value("sex", who.sex, date.min) if who.sex else ""
    return {
        _("Birth name"): who.birth_name.upper(),
        _("First birth given name"): who.first_given_name,
        _("Date of birth"): birth_beside_label(who.birth_date),
        _("Sex"): sex,
        _("INSEE code of the place of birth"): who.birth_place or "",
        _("Name used"): who.used_name.upper(),
        _("Given name used"): who.used_given_name,
        _("National health identity number (INS)"): who.ins.spaced if who.ins else "",
    }


def day_in_words(day: date | None) -> str:
    """A day as people write it."""
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def _conventional(patient: Patient) -> str:
    """The whole date that a register writes in place of an unknown one, said to be just that."""
    day = patient.conventional_birth_date
    if day is None:
        return ""
    return _("%(day)s (written by a register, not the day of birth)") % {"day": day_in_words(day)}


@dataclass(frozen=True)
class IdentityCard:
    """The identity page: every trait, what the status rests on, what does not agree."""

    traits: list[tuple[str, str]]
    status: str
    rests_on: list[str]
    lacks: list[str]
    warnings: list[str]


def identity_card(patient: Patient, words: Lookup) -> IdentityCard:
    """A patient's identity in full."""
    who, trust = people.identity_of(patient), people.trust_of(patient)
    language = words.language
    traits = {
        **_traits(who, words),
        _("Conventional date"): _conventional(patient),
        _("All birth given names"): patient.given_names,
        _("Place of birth"): patient.birth_place_name,
        _("Your reference"): patient.reference,
        _("GP"): patient.doctor,
        _("How to reach them"): patient.doctor_contact,
    }
    rests_on = []
    if trust.sighting is not None:
        seen = Document(trust.sighting.document).label.in_language(language)
        rests_on.append(
            _("%(document)s, seen on %(day)s")
            % {"document": seen, "day": day_in_words(trust.sighting.on)}
        )
    if patient.ins_at is not None:
        rests_on.append(
            _("Number given by the INSi service on %(day)s")
            % {"day": date_format(patient.ins_at, "SHORT_DATE_FORMAT")}
        )
    if patient.namesake:
        rests_on.append(_("A namesake is on file: compare the birth date every time."))
    warnings = (
        coherence(who.ins, sex=who.sex, birth_date=who.birth_date, birth_place=who.birth_place)
        if who.ins
        else ()
    )
    named = patient.identity != Patient.Identity.NONE
    lacks = trust.lacks(Status.QUALIFIED) if named else ()
    return IdentityCard(
        [(label, value) for label, value in traits.items() if value],
        status_of(patient, language),
        rests_on,
        [text.in_language(language) for text in lacks],
        [text.in_language(language) for text in warnings],
    )

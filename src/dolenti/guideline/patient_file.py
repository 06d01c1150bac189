"""The plain file: a patient, a complaint and facts, as a person writes them in YAML or JSON.

::

    patient: {birth-date: 1968-03-02, sex: female}  # or 1968-03, or 1968
    complaint: {condition: knee-osteoarthritis, side: right, since: 2026-05-01}
    facts: {anticoagulant: none, allergy: [], weight: 62}
    policies: {count-anaesthetic: not-counted}          # only where the clinic chose otherwise
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import NoneType
from typing import Any

from dolenti.guideline.agreeing import in_agreement
from dolenti.guideline.birth import BirthDate, ages, first_day, read_birth
from dolenti.guideline.dates import read_date
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import (
    MOST_COMPLAINTS,
    NEVER,
    Case,
    Complaint,
    Dictionary,
    Ignored,
    Known,
    read_facts,
    read_value,
)
from dolenti.guideline.freshness import doubts_of
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.near import admitted, shown
from dolenti.guideline.reading import Document

_NUMBERED = re.compile(r"([^\[]*)\[([0-9]{1,9})\]\Z")
_KEYS = {"patient", "complaint", "complaints", "facts", "policies", "invented", "about"}
_PATIENT_KEYS = {"birth-date", "sex", "deceased", "name"}
_COMPLAINT_KEYS = {"id", "condition", "zone", "side", "since"}


@dataclass(frozen=True)
class PatientFile:
    """What a plain file says: one case per complaint, and the clinic's policies."""

    cases: tuple[Case, ...]
    policies: Mapping[str, str]


def read_patient_file(document: Document, edition: Edition, as_of: date) -> PatientFile:
    """Read a plain file. Raises ``InputError`` with the file, the line and what to do."""
    try:
        return _read(document.content, Dictionary.of(edition), as_of)
    except InputError as error:
        raise located(error, document) from None


def read_case(content: object, edition: Edition, as_of: date) -> Case:
    """The one case of a plain file's content, for callers that hold values and no file."""
    cases = _read(content, Dictionary.of(edition), as_of).cases
    if len(cases) != 1:
        raise InputError(
            "exactly one complaint is expected",
            "complaints",
            fr="il faut ici une douleur, et une seule",
        )
    return cases[0]


def located(error: InputError, document: Document) -> InputError:
    """The same error, with the file and the line in the place of the path of keys."""
    place, last = document.place(_path(error.where)), error.where.rpartition(".")[2]
    if not last:
        return InputError(error.what, place, fr=error.fr)
    return InputError(f"{last}: {error.what}", place, fr=f"{last}\u00a0: {error.fr}")


def _path(where: str) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    for step in where.split("."):
        numbered = _NUMBERED.match(step)
        # A key of the file may be written with brackets too, and then is no place in a list.
        steps += [numbered[1], int(numbered[2])] if numbered else [step]
    return tuple(steps)


def _read(content: object, dictionary: Dictionary, as_of: date) -> PatientFile:
    if not isinstance(content, Mapping):
        raise InputError(
            "a patient file has the parts patient, complaint and facts",
            fr="le fichier d’un patient comporte les parties patient, complaint et facts",
        )
    only(content, _KEYS, "")
    birth_date, sex, facts, ignored = read_patient(content, dictionary, as_of)
    raw_complaints = content.get("complaints")
    if raw_complaints is None:
        raw_complaints = [content["complaint"]] if content.get("complaint") is not None else []
        places = ["complaint"]
    elif "complaint" in content:
        raise InputError(
            "write either complaint or complaints",
            "complaints",
            fr="écrivez complaint ou complaints, pas les deux",
        )
    elif not isinstance(raw_complaints, list):
        raise InputError(
            "this is a list of complaints",
            "complaints",
            fr="cette partie est une liste de douleurs",
        )
    else:
        places = [f"complaints[{number}]" for number in range(len(raw_complaints))]
    if len(raw_complaints) > MOST_COMPLAINTS:
        raise InputError(
            f"the file holds {len(raw_complaints)} complaints; at most {MOST_COMPLAINTS} are "
            "read, so write the current ones only",
            "complaints",
            fr=f"le fichier contient {len(raw_complaints)} douleurs\u00a0; {MOST_COMPLAINTS} au "
            "plus sont lues, n’écrivez que les actuelles",
        )
    complaints = [
        read_complaint(raw, place, number, dictionary, as_of)
        for number, (raw, place) in enumerate(zip(raw_complaints, places, strict=False), 1)
    ]
    double = [name for name, count in Counter(c.id for c in complaints).items() if count > 1]
    if double:
        first = shown(min(double))
        raise InputError(
            f"two complaints have the id “{first}”",
            "complaints",
            fr=f"deux douleurs portent l’identifiant «\u00a0{first}\u00a0»\u00a0; changez-en un",
        )
    unread = doubts_of(ignored, facts)
    return PatientFile(
        cases=tuple(
            Case(
                as_of,
                complaint,
                for_complaint(facts, complaint),
                birth_date,
                sex,
                tuple(ignored),
                unread=unread,
            )
            for complaint in complaints
        ),
        policies=read_policies(content.get("policies")),
    )


def for_complaint(facts: dict[str, Known], complaint: Complaint) -> dict[str, Known]:
    """The facts without those the complaint itself says; the two must not contradict."""
    kept = dict(facts)
    for name in ("condition", "zone", "side", "since"):
        said = getattr(complaint, name)
        if said is not None and name in kept:
            if kept[name].value != said:
                raise InputError(
                    "this contradicts the complaint; keep one",
                    f"facts.{name}",
                    fr="ceci contredit la partie complaint\u00a0; gardez l’un des deux",
                )
            del kept[name]
    return kept


def read_patient(
    content: Mapping[str, Any], dictionary: Dictionary, as_of: date
) -> tuple[BirthDate | None, str | None, dict[str, Known], list[Ignored]]:
    """Birth date, sex, facts and what was set aside, from the parts ``patient`` and ``facts``."""
    patient = _part(content, "patient", _PATIENT_KEYS)
    birth_date = read_birth_date(patient, as_of)
    sex = _choice(patient, "sex", dictionary, as_of, "patient")
    facts, ignored = _facts(content.get("facts"), dictionary, as_of)
    if birth_date is not None and "age" in facts:
        possible = ages(birth_date, as_of)
        if facts["age"].value not in possible:
            told = [str(age) for age in dict.fromkeys(possible)]
            raise InputError(
                f"{facts['age'].value:g} does not agree with the birth date, which gives "
                f"{' or '.join(told)}",
                "facts.age",
                fr=f"{facts['age'].value:g} ans ne s’accordent pas avec la date de naissance, "
                f"qui donne {' ou '.join(told)} ans",
            )
    try:
        facts = in_agreement(facts, dictionary, as_of)
    except InputError as error:
        raise error.under("facts") from None
    return birth_date, sex, facts, ignored


def read_birth_date(patient: Mapping[str, Any], as_of: date) -> BirthDate | None:
    """The birth date of a living patient. Raises ``InputError`` for an impossible or dead one."""
    deceased = patient.get("deceased") or False
    try:
        died = deceased is True or (deceased is not False and read_date(deceased) <= as_of)
    except InputError as error:
        raise error.under("patient.deceased") from None
    if died:
        raise InputError(
            "the patient is recorded as dead; nothing is assessed",
            "patient.deceased",
            fr="le patient est enregistré comme décédé\u00a0; aucune évaluation n’est faite",
        )
    raw = patient.get("birth-date")
    if raw is None:
        return None
    try:
        birth_date = read_birth(raw)
    except InputError as error:
        raise error.under("patient.birth-date") from None
    if first_day(birth_date) > as_of:
        raise InputError(
            f"{birth_date} lies after {as_of}",
            "patient.birth-date",
            fr=f"{birth_date} vient après le {as_of}\u00a0; vérifiez les deux dates",
        )
    if ages(birth_date, as_of).youngest > 120:
        raise InputError(
            f"{birth_date} would make the patient over 120",
            "patient.birth-date",
            fr=f"d’après {birth_date}, le patient aurait plus de 120\u00a0ans\u00a0; vérifiez "
            "l’année",
        )
    return birth_date


def _facts(
    raw: object, dictionary: Dictionary, as_of: date
) -> tuple[dict[str, Known], list[Ignored]]:
    try:
        return read_facts(raw, dictionary, as_of)
    except InputError as error:
        raise (error if error.where == "facts" else error.under("facts")) from None


def read_complaint(
    raw: object, place: str, number: int, dictionary: Dictionary, as_of: date
) -> Complaint:
    """One complaint; ``place`` is where it stands in the file, ``number`` names it by default."""
    if not isinstance(raw, Mapping):
        raise InputError(
            "a complaint has a condition, and may have a zone, a side, a date",
            place,
            fr="une douleur se décrit par condition et, au besoin, zone, side, since",
        )
    only(raw, _COMPLAINT_KEYS, place)
    condition = _choice(raw, "condition", dictionary, as_of, place)
    zone = _choice(raw, "zone", dictionary, as_of, place)
    side = _choice(raw, "side", dictionary, as_of, place)
    if condition is None and zone is None:
        raise InputError(
            "name at least the condition or the zone",
            place,
            fr="indiquez au moins le diagnostic (condition) ou la zone (zone)",
        )
    zones = dictionary.condition_zones.get(condition or "", ())
    if condition and zone and zone not in zones:
        listed = ", ".join(zones)
        raise InputError(
            f"{condition} does not lie in {zone}; it may be: {listed}",
            f"{place}.zone",
            fr=f"le diagnostic {condition} ne concerne pas la zone {zone}\u00a0; zones "
            f"possibles\u00a0: {listed}",
        )
    since = None
    if raw.get("since") is not None:
        try:
            value = read_value(dictionary.definition("since"), raw["since"], as_of).value
        except InputError as error:
            raise error.under(f"{place}.since") from None
        since = None if value is NEVER else value
    name = raw.get("id")
    if not isinstance(name, (str, int, float, NoneType)):
        raise InputError(
            f"this is a word or a number, not “{shown(name)}”",
            f"{place}.id",
            fr=f"la réponse est un mot ou un nombre, et non «\u00a0{shown(name)}\u00a0»",
        )
    identifier = str(name) if name is not None else f"complaint-{number}"
    return Complaint(identifier, condition, zone, side, since)  # type: ignore[arg-type]


def _choice(
    raw: Mapping[str, Any], fact: str, dictionary: Dictionary, as_of: date, place: str
) -> str | None:
    if raw.get(fact) is None:
        return None
    definition = dictionary.definition(fact)
    if not isinstance(raw[fact], str):
        raise InputError(
            f"this is a word, not “{shown(raw[fact])}”",
            f"{place}.{fact}",
            fr=f"la réponse est un mot, et non «\u00a0{shown(raw[fact])}\u00a0»",
        )
    try:
        value = read_value(definition, raw[fact], as_of).value
    except InputError as error:
        raise error.under(f"{place}.{fact}") from None
    return str(value)


def read_policies(raw: object) -> dict[str, str]:
    """The clinic’s choices; whether they exist is the judge’s to say."""
    if raw is None:
        return {}
    if not isinstance(raw, Mapping) or not all(isinstance(v, str) for v in raw.values()):
        raise InputError(
            "policies are written as “name: option” lines",
            "policies",
            fr="les choix de l’établissement s’écrivent «\u00a0nom: option\u00a0», un par ligne",
        )
    return dict(raw)


def _part(content: Mapping[str, Any], name: str, keys: set[str]) -> Mapping[str, Any]:
    part = content.get(name)
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        listed = ", ".join(sorted(keys))
        raise InputError(
            f"this part has lines like {listed}",
            name,
            fr=f"cette partie comporte des lignes comme {listed}",
        )
    only(part, keys, name)
    return part


def only(part: Mapping[str, Any], keys: set[str], place: str) -> None:
    """Refuse a key that has no meaning here, naming those that have."""
    for key in part:
        if key not in keys:
            others = admitted(key, sorted(keys))
            raise InputError(
                f"“{shown(key)}” is not expected here{others.en}",
                f"{place}.{key}" if place else str(key),
                fr=f"«\u00a0{shown(key)}\u00a0» n’a pas sa place ici{others.fr}",
            )

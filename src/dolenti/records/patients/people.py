"""A patient's row as an identity, and back: names, trust, what they are looked for by.

Everything that is worked out from the traits (the status, the name for lists, the keys) is worked
out here, so that no two services say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any, cast

from dolenti.guideline.errors import InputError
from dolenti.identity import names
from dolenti.identity.ins import Authority, InsNumber, Sex
from dolenti.identity.likeness import blocking_keys
from dolenti.identity.person import Identity
from dolenti.identity.trust import Attribute, Document, Retrieval, Sighting, Trust
from dolenti.records.models import Patient, PatientKey

LONGEST_KEY = 80
STRICT = ("birth_name", "first_name", "birth_date", "sex", "birth_place")
"""The fields of the strict traits: a change of one undoes what was verified."""


@dataclass(frozen=True)
class Person:
    """What is said of a person when they are registered or their identity is changed.

    ``ins_at`` is when INSi gave the number together with these very traits; a number that was
    only typed has none. Raises ``InputError`` for what cannot stand together.
    """

    identity: Identity
    birth_place_name: str = ""
    ins_at: datetime | None = None
    proof: str = ""
    proof_on: date | None = None
    doubtful: bool = False
    namesake: bool = False
    invented: bool = False
    reference: str = ""
    doctor: str = ""
    doctor_contact: str = ""
    language: str = "fr"

    @property
    def trust(self) -> Trust:
        """What the identity's status rests on."""
        return _trust(self)

    def row(self) -> dict[str, Any]:
        """The fields of a patient's row, the worked-out ones included."""
        who = self.identity
        return {
            "identity": str(self.trust.status),
            "birth_name": who.birth_name,
            "used_name": who.used_name,
            "first_name": who.first_given_name,
            "given_names": " ".join(who.given_names),
            "used_first_name": who.used_given_name,
            "sex": who.sex or "",
            "birth_date": who.birth_date,
            "birth_place": who.birth_place or "",
            "birth_place_name": self.birth_place_name,
            "ins": str(who.ins) if who.ins else "",
            "ins_oid": str(who.ins.authority) if who.ins else "",
            "ins_at": self.ins_at,
            "proof": self.proof,
            "proof_on": self.proof_on,
            "doubtful": self.doubtful,
            "namesake": self.namesake,
            "invented": self.invented,
            "reference": self.reference,
            "doctor": self.doctor,
            "doctor_contact": self.doctor_contact,
            "language": self.language,
            "sort_name": sort_name(who),
        }


def _trust(person: Person | Patient) -> Trust:
    number = person.identity.ins if isinstance(person, Person) else number_of(person)
    said = {
        Attribute.DOUBTFUL: person.doubtful,
        Attribute.HOMONYM: person.namesake,
        Attribute.FICTITIOUS: person.invented,
    }
    sighting = None
    if person.proof and person.proof_on is not None:
        sighting = Sighting(Document(person.proof), person.proof_on)
    retrieved = number is not None and person.ins_at is not None
    return Trust(
        sighting,
        Retrieval(number, person.ins_at, traits_agree=True) if retrieved else None,  # type: ignore[arg-type]
        frozenset(attribute for attribute, holds in said.items() if holds),
    )


def number_of(patient: Patient) -> InsNumber | None:
    """The health identity number of a row; none where it has none, or one with a wrong key."""
    if len(patient.ins) != 15:
        return None
    try:
        authority = Authority(patient.ins_oid or Authority.NIR)
        return InsNumber(patient.ins[:13], patient.ins[13:], authority)
    except (InputError, ValueError):
        return None


def identity_of(patient: Patient) -> Identity:
    """A row's traits as a value."""
    return Identity(
        birth_name=patient.birth_name,
        first_given_name=patient.first_name,
        birth_date=patient.birth_date,
        sex=cast("Sex", patient.sex) if patient.sex else None,
        birth_place=patient.birth_place or None,
        given_names=tuple(patient.given_names.split()),
        used_name=patient.used_name,
        used_given_name=patient.used_first_name,
        ins=number_of(patient),
    )


def trust_of(patient: Patient) -> Trust:
    """What a row's identity status rests on. Raises ``InputError`` where it contradicts itself."""
    return _trust(patient)


def sort_name(identity: Identity) -> str:
    """What people are listed by: the name they use, then the given name they use."""
    given = identity.used_given_name or identity.first_given_name
    return " ".join(names.sort_key(identity.birth_name, given, identity.used_name)).strip()


def search_keys(identity: Identity, reference: str) -> set[str]:
    """What a person is looked for by: ``s:`` names in either order, ``r:`` the reference."""
    families = {names.key(n) for n in (identity.birth_name, identity.used_name) if n}
    givens = {names.key(n) for n in (identity.first_given_name, identity.used_given_name) if n}
    found = {f"s:{family} {given}" for family, given in product(families, givens)}
    found |= {f"s:{given} {family}" for family, given in product(families, givens)}
    if names.key(reference):
        found.add(f"r:{names.key(reference)}")
    return found


def keys_of(identity: Identity, reference: str) -> set[str]:
    """Everything a person is filed under."""
    every = {*search_keys(identity, reference), *blocking_keys(identity)}
    return {key[:LONGEST_KEY] for key in every}


def key_rows(patients: Iterable[Patient]) -> list[PatientKey]:
    """The keys of some patients, to be stored with them."""
    return [
        PatientKey(patient=patient, site_id=patient.site_id, key=key)
        for patient in patients
        for key in sorted(keys_of(identity_of(patient), patient.reference))
    ]

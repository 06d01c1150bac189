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
from dolenti.identity import asked, names
from dolenti.identity.ins import Authority, InsNumber, Sex
from dolenti.identity.likeness import blocking_keys
from dolenti.identity.person import Identity
from dolenti.identity.phone import plain
from dolenti.identity.trust import Attribute, Document, Retrieval, Sighting, Trust
from dolenti.records.models import Contact, Patient, PatientKey

LONGEST_KEY = 80
STRICT = ("birth_name", "first_name", "birth_date", "sex", "birth_place")
"""The fields of the strict traits: a change of one undoes what was verified."""


@dataclass(frozen=True)
class Person:
    """What is said of a person when they are registered or their identity is changed.

    ``ins_at`` is when INSi gave the number together with these very traits; a number that was
    only typed has none. ``conventional_birth_date`` is the whole date that a register writes where
    the day is not known; it never stands for it. Raises ``InputError`` for what cannot stand
    together.
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
    conventional_birth_date: date | None = None
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
            "conventional_birth_date": self.conventional_birth_date,
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
    """What a person is looked for by: ``s:`` names in either order, ``r:`` the reference, ``w:``
    each word of a name, ``x:`` the word backwards, and ``y:`` how it sounds."""
    families = {names.key(n) for n in (identity.birth_name, identity.used_name) if n}
    givens = {names.key(n) for n in (identity.first_given_name, identity.used_given_name) if n}
    found = {f"s:{family} {given}" for family, given in product(families, givens)}
    found |= {f"s:{given} {family}" for family, given in product(families, givens)}
    for word in asked.name_words(identity):
        found |= {f"w:{word}", f"x:{word[::-1]}"}
        if sounds := asked.sounding(word):
            found.add(f"y:{sounds}")
    if names.key(reference):
        found.add(f"r:{names.key(reference)}")
    return found


def contact_keys(contact: Contact) -> set[str]:
    """What a way to reach a patient is looked for by: ``p:`` the telephone, ``m:`` the e-mail
    address. One that ended is found no more."""
    if contact.ended_at is not None:
        return set()
    phone, email = plain(contact.phone), contact.email.lower()
    return {key for key in (f"p:{phone}", f"m:{email}") if len(key) > 2}


def keys_of(identity: Identity, reference: str) -> set[str]:
    """Everything a person is filed under."""
    return {*search_keys(identity, reference), *blocking_keys(identity)}


def key_rows(patients: Iterable[Patient], contacts: Iterable[Contact] = ()) -> list[PatientKey]:
    """The keys of some patients, with what is theirs of ``contacts``, to be stored with them."""
    reached: dict[int, set[str]] = {}
    for contact in contacts:
        reached.setdefault(contact.patient_id, set()).update(contact_keys(contact))
    return [
        PatientKey(patient=patient, site_id=patient.site_id, key=key)
        for patient in patients
        for key in sorted(
            {
                key[:LONGEST_KEY]
                for key in (
                    *keys_of(identity_of(patient), patient.reference),
                    *reached.get(patient.pk, ()),
                )
            }
        )
    ]


def file_anew(patient: Patient) -> None:
    """File a patient under what is said of them now. Inside the transaction that said it."""
    contacts = Contact.objects.filter(patient=patient, ended_at=None)
    PatientKey.objects.filter(patient=patient).delete()
    PatientKey.objects.bulk_create(key_rows([patient], contacts))

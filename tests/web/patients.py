"""Patients for tests: Paul and Zoé, and as many others as a test needs."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from dolenti.access.models import User
from dolenti.records.identity.person import Identity
from dolenti.records.models import Patient, PatientKey
from dolenti.records.once import Submission
from dolenti.records.patients import people, registering
from dolenti.records.patients.people import Person
from dolenti.records.patients.registering import Verdict

ZOE = Person(
    Identity(
        birth_name="Martin",
        first_given_name="Zoé",
        birth_date=date(1968, 3, 2),
        sex="female",
        birth_place="75056",
        used_name="Durand",
    ),
    reference="N-17",
)
PAUL = Person(Identity("Lefèvre", "Paul", date(1961, 5, 14), "male", "44109"))


def registered(user: User, person: Person = ZOE, **changes: Any) -> Patient:
    """A patient as someone at the desk would register them."""
    return registering.register(Submission(user, uuid.uuid4()), replace(person, **changes))


def namesake(user: User, other: Patient, person: Person = ZOE) -> Patient:
    """A second record of the same traits, said to be somebody else's."""
    verdict = Verdict(frozenset({other.public_id}), "documents")
    return registering.register(Submission(user, uuid.uuid4()), person, verdict)


def crowd(user: User, count: int) -> list[Patient]:
    """Many patients with names of their own, quickly."""
    rows = []
    for number in range(count):
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")
        who = Identity(f"Z{letters}", "Léa", date(1950 + number % 50, 1 + number % 12, 3), "female")
        rows.append(Patient(site_id=user.site_id, author=user, **Person(who).row()))
    made = Patient.objects.bulk_create(rows)
    PatientKey.objects.bulk_create(people.key_rows(made))
    return made


def typed(**changes: str) -> dict[str, str]:
    """The form of an identity as the desk fills it for Zoé."""
    return {
        "token": str(uuid.uuid4()),
        "birth_name": "Martin",
        "first_name": "Zoé",
        "birth_date": "02/03/1968",
        "sex": "female",
        "language": "fr",
        **changes,
    }

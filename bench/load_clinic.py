# ruff: noqa: E402 - the site is set up before its models are imported
"""A clinic to be measured: patients with what a year leaves of them, and thirty people at work.

Run by ``bench/load.py`` in a process of its own, on the database of its environment:
``fill PATIENTS`` makes the patients; ``people`` makes the thirty, each with an open session (to
check thirty passwords takes longer than all the rest), and prints what they work with, as JSON.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import uuid
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()
sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `tests`

from django.db import transaction
from django.test import Client
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment, OpeningHours
from dolenti.calendar.moments import lasting, to_utc
from dolenti.demo.asked import answer_with_a_no
from dolenti.identity.person import Identity
from dolenti.ledger.once import Submission
from dolenti.records.facts import stating
from dolenti.records.judging import assessing
from dolenti.records.judging import complaints as pains
from dolenti.records.models import CareRelation, Patient, PatientKey, Statement
from dolenti.records.patients import people
from tests.people import enter

SEED = 20261125
TEAM = {
    Role.PRACTITIONER: 10,
    Role.NURSE: 8,
    Role.SECRETARY: 8,
    Role.ANALYST: 1,
    Role.AUDITOR: 1,
    Role.ADMINISTRATOR: 2,
}
WITH_PAINS = 600  # patients who have complaints, facts and an assessment
PARTS = ("bar", "cel", "dou", "far", "gui", "jou", "lam", "mer", "noi", "per", "rou", "sau", "ver")
ENDS = ("in", "eau", "ot", "ier", "and", "el", "et", "on", "ard", "oux")
FIRST = ("Anne", "Luc", "Zoé", "Paul", "Inès", "Jean", "Léa", "Marc", "Rose", "Hugo", "Nina")
CONDITIONS = ("knee-osteoarthritis", "lateral-epicondylitis", "plantar-fasciitis", "low-back-pain")


def site() -> Site:
    """Where everybody works."""
    found, _ = Site.objects.get_or_create(name="Charge")
    return found


def team(where: Site) -> list[User]:
    """The thirty."""
    made = []
    for role, many in TEAM.items():
        for number in range(many):
            email = f"{role}-{number}@load.invalid"
            user = User.objects.filter(email=email).first()
            made.append(
                user
                or User.objects.create_user(
                    email, name=f"{role.title()} {number}", role=role, site=where
                )
            )
    return made


def fill(many: int) -> None:
    """Patients of the site, and what is written of them."""
    chance = random.Random(SEED)
    where = site()
    everyone = team(where)
    doctors = [one for one in everyone if one.role == Role.PRACTITIONER]
    if not where.hours.exists():
        OpeningHours.objects.bulk_create(
            OpeningHours(site=where, weekday=day, opens=time(8), closes=time(19))
            for day in range(5)
        )
    names = itertools.product(PARTS, PARTS, PARTS, ENDS)
    for start in range(0, many, 5_000):
        with transaction.atomic():
            _patients(where, doctors, min(5_000, many - start), names, chance)
    patients = list(Patient.objects.filter(site=where)[:WITH_PAINS])
    for number, patient in enumerate(patients):
        doctor = doctors[number % len(doctors)]
        with transaction.atomic():
            _history(doctor, patient, chance)
    _sessions(where, doctors, patients)


def _patients(
    where: Site, doctors: list[User], many: int, names: Any, chance: random.Random
) -> None:
    rows = []
    for _ in range(many):
        name = "".join(next(names))
        born = date(1930, 1, 1) + timedelta(days=chance.randrange(30_000))
        sex = chance.choice(("female", "male"))
        who = people.Person(Identity(name, chance.choice(FIRST), born, sex))
        rows.append(Patient(site=where, author=doctors[0], **who.row()))
    made = Patient.objects.bulk_create(rows, batch_size=1000)
    PatientKey.objects.bulk_create(people.key_rows(made), batch_size=2000)
    CareRelation.objects.bulk_create(
        (CareRelation(patient=one, user=chance.choice(doctors), author=doctors[0]) for one in made),
        batch_size=2000,
    )


def _history(doctor: User, patient: Patient, chance: random.Random) -> None:
    today = timezone.localdate()
    CareRelation.objects.get_or_create(
        patient=patient, user=doctor, ended_at=None, defaults={"author": doctor}
    )
    for fact, value in (("anticoagulant", "none"), ("weight", chance.randrange(48, 110))):
        definition = stating.definition_of(fact)
        assert definition is not None
        for days in (200, 20):
            said = stating.Said(value, today - timedelta(days=days), Statement.SaidBy.PATIENT)
            stating.state(Submission(doctor, uuid.uuid4()), patient, definition, said)
    condition = chance.choice(CONDITIONS)
    values = {"condition": condition, "since": today - timedelta(days=150)}
    if condition != "low-back-pain":
        values["side"] = "right"
    pain = pains.describe(Submission(doctor, uuid.uuid4()), patient, values, another=True)
    answer_with_a_no(lambda: Submission(doctor, uuid.uuid4()), pain, today)
    seen = assessing.look(doctor, pain, today)
    assessing.store_assessment(Submission(doctor, uuid.uuid4()), pain, today, seen.fingerprint)


def _sessions(where: Site, doctors: list[User], patients: list[Patient]) -> None:
    """A consultation for each of the first patients, from today on."""
    days = [
        day
        for ahead in range(60)
        if (day := timezone.localdate() + timedelta(days=ahead)).weekday() < 5
    ]
    slots = itertools.product(days, range(9, 18), doctors)
    Appointment.objects.bulk_create(
        Appointment(
            site=where, patient=patient, kind=Appointment.Kind.CONSULTATION, practitioner=doctor,
            start=(span := lasting(to_utc(datetime.combine(day, time(hour))),
                                   timedelta(minutes=30))).start,
            end=span.end, author=doctor,
        )
        for patient, (day, hour, doctor) in zip(patients, slots, strict=False)
    )  # fmt: skip


def describe() -> list[dict[str, Any]]:
    """The thirty: the cookie of their session, and the records they work with."""
    where = site()
    found = []
    everyone = team(where)
    sessions = list(Appointment.objects.filter(site=where, state="planned").select_related(
        "practitioner"))  # fmt: skip
    here = list(Patient.objects.filter(site=where)[:WITH_PAINS])
    for number, user in enumerate(everyone):
        client = Client()
        enter(client, user)
        patients = here[number :: len(everyone)]
        if user.role == Role.PRACTITIONER:
            cared = CareRelation.objects.filter(user=user, ended_at=None).values("patient")
            patients = list(Patient.objects.filter(pk__in=cared, complaints__isnull=False)[:40])
        found.append(
            {
                "role": user.role,
                "session": client.cookies["sessionid"].value,
                "patients": [_of(one) for one in patients],
                "sessions": [
                    {"id": one.public_id, "with": one.practitioner.public_id}
                    for one in sessions[number :: len(everyone)][:10]
                ],
            }
        )
    return found


def _of(patient: Patient) -> dict[str, Any]:
    return {
        "id": patient.public_id,
        "name": patient.birth_name,
        "complaints": list(patient.complaints.values_list("public_id", flat=True)),
        "assessments": [
            one for pain in patient.complaints.all()
            for one in pain.assessments.values_list("public_id", flat=True)
        ],
    }  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        json.dump(describe(), sys.stdout)

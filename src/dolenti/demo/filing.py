"""Invented patients written many at a time: who they are, where it hurts, what is known of them.

History cannot be typed in at the desk, so these rows are written as they would stand. Everything
that a service works out (the keys to be looked for by, the region of a point) is worked out by the
same code.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from dolenti.access import audit
from dolenti.access.models import Site, User
from dolenti.calendar.moments import to_utc
from dolenti.demo import complaints as pains
from dolenti.demo.complaints import Pain
from dolenti.demo.people import Invented, invent
from dolenti.guideline.body import BodyMap, body_map
from dolenti.records import engine
from dolenti.records.models import CareRelation, Complaint, Contact, Patient, PatientKey, Statement
from dolenti.records.patients import people

YEAR = 365
RECENTLY = 0.3
"""The part of the patients first seen in the last weeks, whose courses are under way."""


@dataclass(frozen=True)
class Filed:
    """A patient as filed: in whose care, what hurts, and the day of the first visit."""

    patient: Patient
    complaint: Complaint
    pain: Pain
    practitioner: User
    visit: date


_Story = tuple[Invented, Pain, User, date]


def file_patients(
    draw: Random,
    site: Site,
    practitioners: Sequence[User],
    numbers: range,
    today: date,
    years: int = 1,
) -> list[Filed]:
    """Write a patient for each number, all of them or none; first seen within so many years."""
    edition = engine.edition_in_force()
    body = body_map(edition)
    invented: list[_Story] = []
    about = {fact.id: fact.about for fact in edition.facts}
    for number in numbers:
        kind = pains.kind_of(draw)
        recent = years == 1 and draw.random() < RECENTLY
        visit = today - timedelta(days=draw.randint(1, 25 if recent else years * YEAR))
        who = invent(draw, number, today, kind.ages)
        sex = who.person.identity.sex
        assert sex is not None
        pain = pains.invent(draw, kind, sex, visit)
        invented.append((who, pain, draw.choice(practitioners), visit))
    invented = _each_number_once(site, invented)
    with transaction.atomic():
        patients = Patient.objects.bulk_create(
            Patient(site=site, author=carer, **who.person.row()) for who, _, carer, _ in invented
        )
        CareRelation.objects.bulk_create(
            CareRelation(patient=patient, user=carer, author=carer)
            for patient, (_, _, carer, _) in zip(patients, invented, strict=True)
        )
        contacts = Contact.objects.bulk_create(
            row
            for patient, (who, _, carer, _) in zip(patients, invented, strict=True)
            for row in _contacts(patient, carer, who.phone, who.relative)
        )
        PatientKey.objects.bulk_create(people.key_rows(patients, contacts))
        complaints = Complaint.objects.bulk_create(
            _complaint(patient, carer, pain, body)
            for patient, (_, pain, carer, _) in zip(patients, invented, strict=True)
        )
        filed = [
            Filed(patient, complaint, pain, carer, visit)
            for patient, complaint, (_, pain, carer, visit) in zip(
                patients, complaints, invented, strict=True
            )
        ]
        Statement.objects.bulk_create(row for one in filed for row in _statements(one, about))
        _begin_on_the_visit(filed)
        audit.record("load-demo", actor=None, kind="database", detail={"patients": len(filed)})
    return filed


def _each_number_once(site: Site, invented: list[_Story]) -> list[_Story]:
    """Of those who drew one health number, the first keeps it."""
    numbers = [str(who.person.identity.ins) for who, *_ in invented if who.person.identity.ins]
    taken = set(Patient.objects.filter(site=site, ins__in=numbers).values_list("ins", flat=True))
    kept: list[_Story] = []
    for who, pain, carer, visit in invented:
        number = str(who.person.identity.ins or "")
        kept.append((without_number(who) if number in taken else who, pain, carer, visit))
        taken.add(number)
    return kept


def without_number(who: Invented) -> Invented:
    """The same person, whose health number is not known."""
    identity = replace(who.person.identity, ins=None)
    return replace(who, person=replace(who.person, identity=identity))


def _contacts(patient: Patient, author: User, phone: str, relative: str) -> list[Contact]:
    own = Contact(patient=patient, kind=Contact.Kind.SELF, phone=phone, author=author)
    if not relative:
        return [own]
    kind = Contact.Kind.TRUSTED
    return [own, Contact(patient=patient, kind=kind, name=relative, phone=phone, author=author)]


def _complaint(patient: Patient, author: User, pain: Pain, body: BodyMap) -> Complaint:
    name = f"{pain.kind.region}-{pain.side}" if pain.side else pain.kind.region
    region = body.regions[name]
    point = region.middle
    return Complaint(
        patient=patient,
        condition=pain.kind.condition,
        zone=region.zone,
        side=pain.side,
        since=pain.since.isoformat(),
        region=region.id,
        points=[{"figure": point.figure, "x": point.x, "y": point.y}],
        map_edition=body.edition,
        author=author,
    )


def _statements(one: Filed, about: Mapping[str, str]) -> list[Statement]:
    said = {**one.pain.patient_facts, **one.pain.facts}
    return [
        Statement(
            patient=one.patient,
            complaint=one.complaint if about[fact] == "complaint" else None,
            fact=fact,
            value=value,
            at=one.visit - timedelta(days=days),
            author=one.practitioner,
            submission=uuid.uuid4(),
        )
        for fact, (value, days) in said.items()
    ]


def _begin_on_the_visit(filed: Sequence[Filed]) -> None:
    """A row is born when it is written; these were, in the story, on the day of the visit."""
    rows: list[Any] = [one.patient for one in filed]
    for one in filed:
        one.patient.created_at = one.complaint.created_at = noon(one.visit)
    Patient.objects.bulk_update(rows, ["created_at"], batch_size=500)
    Complaint.objects.bulk_update([one.complaint for one in filed], ["created_at"], batch_size=500)
    written_on_the_visit(filed)


def written_on_the_visit(filed: Sequence[Filed]) -> None:
    """What was stated of these patients was, in the story, written on the day of the visit."""
    born = Patient.objects.filter(pk=OuterRef("patient")).values("created_at")[:1]
    for first in range(0, len(filed), 500):
        some = [one.patient.pk for one in filed[first : first + 500]]
        Statement.objects.filter(patient__in=some).update(created_at=Subquery(born))


def noon(day: date) -> datetime:
    """The middle of a day, on the clinic's clock."""
    return to_utc(datetime.combine(day, time(12)))

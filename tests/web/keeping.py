"""What an administrator keeps, for tests: rows of a site, records past their term, erasures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.records.models import (
    CareRelation,
    Closure,
    Complaint,
    Document,
    ErasureProposal,
    Fee,
    Patient,
    Room,
    Statement,
)


def row_of(name: str, user: User) -> Any:
    """A room, a closure or a fee of someone's site, by the beginning of an address's name."""
    day = timezone.localdate() + timedelta(days=30)
    makers: dict[str, Callable[[], Any]] = {
        "site-room": lambda: Room.objects.get_or_create(site=user.site, name="Room 1")[0],
        "site-closure": lambda: Closure.objects.create(site=user.site, first=day, last=day),
        "site-fee": lambda: Fee.objects.create(site=user.site, label="Act", cents=9000),
    }
    return next(make() for start, make in makers.items() if name.startswith(start))


def kept(name: str, user: User, patient: Patient) -> Any:
    """What a page about the site or an erasure is about."""
    return proposed(user, patient) if name.startswith("erasure") else row_of(name, user)


def administrator(site: Site, name: str) -> User:
    """Someone who administers a site."""
    return User.objects.create_user(
        f"{name.lower()}@example.org", name=name, role=Role.ADMINISTRATOR, site=site
    )


def proposed(user: User, patient: Patient) -> ErasureProposal:
    """An erasure that waits for a second person, whatever the record's age."""
    found, _ = ErasureProposal.objects.get_or_create(
        patient=patient.public_id,
        dropped_at=None,
        done_at=None,
        defaults={
            "site_id": patient.site_id,
            "rule": "record",
            "kept_until": date(2020, 1, 1),
            "author": user,
        },
    )
    return found


def of_old(patient: Patient, years: float, birth: date | None = date(1950, 1, 1)) -> Patient:
    """Everything of a patient put back by years, as if nobody had come since."""
    at = timezone.now() - timedelta(days=round(365.25 * years))
    Patient.objects.filter(pk=patient.pk).update(created_at=at, birth_date=birth)
    for model in (Complaint, Statement, Document):
        model.objects.filter(patient=patient).update(created_at=at)  # type: ignore[attr-defined]
    CareRelation.objects.filter(patient=patient).update(since=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_assessment SET created_at = %s WHERE complaint_id IN "
            "(SELECT id FROM records_complaint WHERE patient_id = %s)",
            [at, patient.pk],
        )
        cursor.execute(
            "UPDATE records_course SET created_at = %s WHERE patient_id = %s", [at, patient.pk]
        )
        cursor.execute(
            'UPDATE records_session SET start = %s, "end" = %s WHERE patient_id = %s',
            [at, at + timedelta(minutes=30), patient.pk],
        )
    patient.refresh_from_db()
    return patient

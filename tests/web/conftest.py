# ruff: noqa: E402 - pytest may load this file before pytest-django has set the site up
"""The standing cast, each with a browser, and a case to look at."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import django
import pytest

django.setup()

from django.test import Client
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.records import engine
from dolenti.records.files import arrivals, intake
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint
from dolenti.records.once import Submission
from tests.people import enter

KNEE = """
patient: {birth-date: 1968-03-02, sex: male}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}
facts: {anticoagulant: none, weight: 82}
"""


@pytest.fixture
def north(db: None) -> Site:
    return Site.objects.create(name="North")


@pytest.fixture
def south(db: None) -> Site:
    return Site.objects.create(name="South")


def person(name: str, role: Role, site: Site) -> User:
    return User.objects.create_user(f"{name.lower()}@example.org", name=name, role=role, site=site)


@pytest.fixture
def alice(north: Site) -> User:
    return person("Alice", Role.PRACTITIONER, north)


@pytest.fixture
def bob(north: Site) -> User:
    return person("Bob", Role.NURSE, north)


@pytest.fixture
def chloe(south: Site) -> User:
    return person("Chloe", Role.PRACTITIONER, south)


@pytest.fixture
def ada(north: Site) -> User:
    return person("Ada", Role.AUDITOR, north)


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def browser(user: User) -> Client:
        client = Client()
        enter(client, user)
        return client

    return browser


@pytest.fixture
def at_alice(alice: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(alice)


def complaint_of(user: User, text: str = KNEE, token: uuid.UUID | None = None) -> Complaint:
    data, today = text.encode(), timezone.localdate()
    read = intake.read(data, "case.yaml", engine.edition_in_force(), today)
    document = arrivals.receive(Submission(user, token or uuid.uuid4()), data, read, today)
    return document.complaints.get(called=read.cases[0].complaint.id)


@pytest.fixture
def knee(alice: User) -> Complaint:
    return complaint_of(alice)


@pytest.fixture
def stored(alice: User, knee: Complaint) -> Any:
    today = timezone.localdate()
    assessing.nothing_else(Submission(alice, uuid.uuid4()), knee, today)
    seen = assessing.look(alice, knee, today)
    sent = Submission(alice, uuid.uuid4())
    return assessing.store_assessment(sent, knee, today, seen.fingerprint)

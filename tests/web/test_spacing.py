"""A session moved closer to another than its protocol says is told to whoever moves it, and shown
to the practitioner; a move to the same slot is no move."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment
from dolenti.guideline import load_folder
from dolenti.guideline.knowledge.protocol import Protocol
from dolenti.guideline.schedule import lay
from dolenti.records.models import Complaint
from dolenti.treatment.models import Course
from dolenti.treatment.spacing import closer_than
from tests.web.world import allow, assessed, begun, colleague, open_every_weekday, ready, workday

WARNS = "le protocole en demande au moins"
DAY = date(2026, 9, 15)
SPACED = [
    pytest.param(one.protocol, id=one.id)
    for one in load_folder().therapies
    if any(phase.sessions[1] > 1 for phase in one.protocol.phases)
]


@pytest.mark.parametrize("protocol", SPACED)
def test_of_every_protocol_the_next_day_is_too_soon_and_its_own_day_is_not(
    protocol: Protocol,
) -> None:
    first = lay(protocol, DAY, [DAY], DAY, {}).pending()[0].earliest
    assert not closer_than(protocol, [DAY, first])
    if (first - DAY).days > 1:
        (close,) = closer_than(protocol, [DAY, DAY + timedelta(days=1)])
        assert (close.gap, close.least) == (1, (first - DAY).days)
    assert closer_than(protocol, [DAY, DAY])


def of_three(user: User, knee: Complaint) -> Course:
    """A course of three sessions, as its protocol spaces them."""
    stored = assessed(user, knee)
    allow(user, "mesotherapy")
    return begun(ready(stored), stored, "mesotherapy", days=[workday(7), workday(14), workday(21)])


@pytest.mark.django_db
def test_whoever_moves_it_and_the_practitioner_are_told(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    open_every_weekday(alice.site)
    course = of_three(alice, knee)
    page = reverse("course", args=[course.public_id])
    assert WARNS not in browser_of(alice).get(page).content.decode()
    found = list(Appointment.objects.filter(session__course=course).order_by("start"))
    assert len(found) > 1
    last, before = found[-1], found[-2]
    start = before.start + timedelta(days=1)
    while start.weekday() > 4:
        start += timedelta(days=1)
    desk = colleague(alice, "Desk", Role.SECRETARY)
    sent = {
        "token": str(uuid.uuid4()), "based_on": last.version, "minutes": "30",
        "practitioner": alice.public_id, "free": "typed", "reason": "patient",
        "day": f"{start:%Y-%m-%d}", "at": "15:00",
    }  # fmt: skip
    address = reverse("appointment-move", args=[last.public_id])
    told = browser_of(desk).post(address, sent, follow=True)
    assert told.status_code == 200
    assert WARNS in told.content.decode()
    assert WARNS in browser_of(alice).get(page).content.decode()


@pytest.mark.django_db
def test_a_move_to_the_slot_that_it_has_is_refused_in_words(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    open_every_weekday(alice.site)
    course = of_three(alice, knee)
    mine = Appointment.objects.filter(session__course=course, start__gt=timezone.now()).last()
    assert mine is not None
    minutes = int((mine.end - mine.start).total_seconds() // 60)
    sent = {
        "token": str(uuid.uuid4()), "based_on": mine.version, "minutes": str(minutes),
        "practitioner": mine.practitioner.public_id, "reason": "patient",
        "free": f"{mine.start:%Y-%m-%dT%H:%MZ}|{mine.room.public_id if mine.room else ''}",
    }  # fmt: skip
    address = reverse("appointment-move", args=[mine.public_id])
    refused = browser_of(alice).post(address, sent, follow=True)
    text = refused.content.decode()
    assert "déjà son créneau" in text
    assert "est déplacé" not in text
    mine.refresh_from_db()
    assert mine.version == sent["based_on"]

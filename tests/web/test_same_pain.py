"""The same pain does not stand twice without a question: typed by hand, or in a file."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from dolenti.access.models import User
from dolenti.records import engine
from dolenti.records.files import arrivals, intake
from dolenti.records.judging import complaints as pains
from dolenti.records.models import Complaint
from tests.people import enter
from tests.web.world import KNEE, named, sent

pytestmark = pytest.mark.any_database
SAME = {"condition": "knee-osteoarthritis", "side": "right"}


def test_a_second_pain_of_the_same_place_is_asked_about(alice: User, knee: Complaint) -> None:
    patient = named(knee).patient
    with pytest.raises(pains.SamePainError) as refused:
        pains.describe(sent(alice), patient, SAME)
    assert refused.value.where == "another"
    for other in ({**SAME, "side": "left"}, {"zone": "elbow", "side": "right"}):
        pains.describe(sent(alice), patient, other)
    assert pains.describe(sent(alice), patient, SAME, another=True).pk != knee.pk


@pytest.mark.parametrize("why", ["resolved", "in-error"])
def test_what_is_over_or_was_wrong_asks_nothing(alice: User, knee: Complaint, why: str) -> None:
    patient = named(knee).patient
    if why == "resolved":
        pains.resolve(alice, knee, knee.version, resolved=True)
    else:
        pains.mark_in_error(alice, knee, knee.version, "That of somebody else")
    pains.describe(sent(alice), patient, SAME)


def test_a_file_that_names_it_again_is_asked_about(alice: User, knee: Complaint) -> None:
    patient, day, data = named(knee).patient, timezone.localdate(), KNEE.encode()
    read = intake.read(data, "", engine.edition_in_force(), day)
    with pytest.raises(pains.SamePainError):
        arrivals.add_to(sent(alice), patient, data, read, day)
    assert Complaint.objects.count() == 1
    arrivals.add_to(sent(alice), patient, data, read, day, another=True)
    assert Complaint.objects.count() == 2


def test_both_pages_ask_and_go_on(alice: User, knee: Complaint) -> None:
    patient = named(knee).patient
    client = Client()
    enter(client, alice)
    new, into = (f"/patients/{patient.public_id}/{one}/" for one in ("complaints/new", "import"))
    said = {**SAME, "token": str(uuid.uuid4())}
    asked = client.post(new, said)
    assert asked.status_code == 422
    assert 'name="another"' in asked.content.decode()
    assert client.post(new, {**said, "another": "on"}).status_code == 302
    file = {"text": KNEE, "token": str(uuid.uuid4()), "same_person": "yes"}
    asked = client.post(into, file)
    assert asked.status_code == 422
    assert 'name="another"' in asked.content.decode()
    assert client.post(into, {**file, "another": "yes"}).status_code == 302
    assert Complaint.objects.count() == 3

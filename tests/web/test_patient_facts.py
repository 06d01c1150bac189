"""Facts over time: nothing said is ever overwritten, and each says who, when and from where."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.records.models import Complaint, Document, Patient, Statement
from tests.web.world import registered


@pytest.fixture
def zoe(alice: User) -> Patient:
    return registered(alice)


def state(browser: Client, patient: Patient, fact: str, **fields: Any) -> Any:
    form = {
        "token": str(uuid.uuid4()),
        "said_by": "patient",
        "at": f"{timezone.localdate():%d/%m/%Y}",
        **fields,
    }
    return browser.post(reverse("patient-fact", args=[patient.public_id, fact]), form)


def facts(browser: Client, patient: Patient) -> str:
    return browser.get(reverse("patient-facts", args=[patient.public_id])).content.decode()


def test_a_new_value_stands_beside_the_earlier_ones(zoe: Patient, at_alice: Client) -> None:
    earlier = timezone.localdate() - timedelta(days=10)
    state(at_alice, zoe, "anticoagulant", value="none", at=f"{earlier:%d/%m/%Y}")
    state(at_alice, zoe, "anticoagulant", value="vka", said_by="relative")
    assert Statement.objects.count() == 2
    page = facts(at_alice, zoe)
    assert "2 saisies" in page
    assert "il y a 10 jours" in page
    assert "Un proche" in page
    assert "Alice" in page


def test_a_value_stated_later_about_an_earlier_day_does_not_count(
    zoe: Patient, at_alice: Client
) -> None:
    state(at_alice, zoe, "anticoagulant", value="vka")
    earlier = timezone.localdate() - timedelta(days=2)
    state(at_alice, zoe, "anticoagulant", value="none", at=f"{earlier:%d/%m/%Y}")
    strip = at_alice.get(reverse("patient", args=[zoe.public_id])).context["strip"]
    assert next(i for i in strip.items if i.fact == "anticoagulant").state == "danger"


def test_earlier_values_are_taken_back_and_stay_readable(zoe: Patient, at_alice: Client) -> None:
    state(at_alice, zoe, "anticoagulant", value="vka")
    assert state(at_alice, zoe, "anticoagulant", forget="yes").status_code == 302
    page = facts(at_alice, zoe)
    assert "retiré" in page
    assert "2 saisies" in page


@pytest.mark.parametrize(
    "fields,said",
    [
        ({"value": ""}, "Donnez une réponse"),
        ({"value": "aspirin"}, "Choisissez une"),
        ({"value": "vka", "at": "01/01/2199"}, "est à venir"),
        ({"value": "vka", "at": "yesterday"}, "pas une date"),
        ({"value": "vka", "said_by": ""}, "qui l’a dit"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_written(
    fields: dict[str, str], said: str, zoe: Patient, at_alice: Client
) -> None:
    response = state(at_alice, zoe, "anticoagulant", **fields)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Statement.objects.exists()


def test_a_value_sent_twice_is_one(zoe: Patient, at_alice: Client) -> None:
    token = str(uuid.uuid4())
    for _ in range(2):
        state(at_alice, zoe, "anticoagulant", value="vka", token=token)
    assert Statement.objects.count() == 1


def test_a_fact_of_a_pain_asks_which(knee: Complaint, at_alice: Client) -> None:
    whose = knee.patient
    response = state(at_alice, whose, "pain-nrs", value="7", complaint=knee.public_id)
    assert response.status_code == 302
    assert Statement.objects.get(fact="pain-nrs").complaint == knee


def test_what_a_document_said_names_it(knee: Complaint, at_alice: Client) -> None:
    page = facts(at_alice, knee.patient)
    assert knee.document is not None
    assert reverse("document", args=[knee.document.public_id]) in page
    response = at_alice.get(reverse("document", args=[knee.document.public_id]))
    assert b"knee-osteoarthritis" in response.content
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_an_unknown_fact_is_not_there(zoe: Patient, at_alice: Client) -> None:
    assert at_alice.get(reverse("patient-fact", args=[zoe.public_id, "mood"])).status_code == 404
    assert at_alice.get(reverse("patient-fact", args=[zoe.public_id, "age"])).status_code == 404


def test_another_site_neither_reads_nor_writes_a_fact(
    zoe: Patient, chloe: User, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(chloe)
    assert state(browser, zoe, "anticoagulant", value="vka").status_code == 404
    assert browser.get(reverse("patient-facts", args=[zoe.public_id])).status_code == 404
    assert not Statement.objects.exists()


def test_another_site_opens_no_document(
    knee: Complaint, chloe: User, browser_of: Callable[[User], Client]
) -> None:
    document = Document.objects.get()
    response = browser_of(chloe).get(reverse("document", args=[document.public_id]))
    assert response.status_code == 404

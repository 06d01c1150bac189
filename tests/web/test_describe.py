"""Describing a case by hand, and correcting its facts."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.records.files import arrivals
from dolenti.records.models import Complaint, Document, Statement
from tests.web.queries import MOST, own_queries

pytestmark = pytest.mark.any_database


def describe(browser: Client, **fields: Any) -> Any:
    return browser.post(reverse("complaint-new"), {"token": str(uuid.uuid4()), **fields})


def test_the_form_becomes_a_plain_file(at_alice: Client) -> None:
    response = describe(
        at_alice,
        **{
            "condition": "knee-osteoarthritis",
            "side": "left",
            "sex": "female",
            "birth_date": "1960-05-04",
            "f-weight": "62,5",
            "f-anticoagulant": "vka",
            "f-allergy": ["lidocaine", "_partly"],
            "f-pregnancy": "no",
        },
    )
    assert response.status_code == 302, response.content.decode()
    document = json.loads(arrivals.original(Document.objects.get()))
    assert document["patient"] == {"birth-date": "1960-05-04", "sex": "female"}
    assert document["complaint"] == {"condition": "knee-osteoarthritis", "side": "left"}
    assert document["facts"]["weight"] == 62.5
    assert document["facts"]["anticoagulant"] == "vka"
    assert document["facts"]["allergy"] == {"has": ["lidocaine"], "not": []}
    assert document["facts"]["pregnancy"] is False


def test_what_is_left_open_stays_unknown(at_alice: Client) -> None:
    describe(at_alice, condition="knee-osteoarthritis")
    assert json.loads(arrivals.original(Document.objects.get()))["facts"] == {}


@pytest.mark.parametrize(
    "fields,said",
    [
        ({}, "Choisissez un diagnostic"),
        ({"condition": "knee-osteoarthritis", "zone": "elbow"}, "ne concerne pas cette zone"),
        ({"condition": "knee-osteoarthritis", "birth_date": "2199-01-01"}, "est à venir"),
        ({"condition": "knee-osteoarthritis", "birth_date": "1901-01-01"}, "120\u00a0ans"),
        ({"condition": "knee-osteoarthritis", "since": "2199-01-01"}, "est à venir"),
        ({"condition": "knee-osteoarthritis", "birth_date": "yesterday"}, "pas une date"),
        ({"condition": "knee-osteoarthritis", "f-weight": "heavy"}, "Écrivez un nombre"),
        ({"condition": "knee-osteoarthritis", "f-weight": "9000"}, "impossible ici"),
        ({"condition": "knee-osteoarthritis", "f-weight": "nan"}, "Écrivez un nombre"),
        (
            {"condition": "knee-osteoarthritis", "f-allergy": ["_none", "latex"]},
            "exclut toute autre réponse",
        ),
        ({"condition": "knee-osteoarthritis", "f-anticoagulant": "aspirin"}, "Choisissez une"),
        ({"condition": "nonsense"}, "nonsense"),
        (
            {
                "condition": "knee-osteoarthritis",
                "birth_date": "2000-01-01",
                "since": "1999-01-01",
            },
            "précède la naissance",
        ),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_saved(
    fields: dict[str, Any], said: str, at_alice: Client
) -> None:
    response = describe(at_alice, reference="A-17", **fields)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert 'value="A-17"' in page
    assert not Complaint.objects.exists()


def in_one_line(response: Any) -> str:
    """A page as a browser reads it: the lines of its source say nothing."""
    return " ".join(response.content.decode().split())


def test_a_mistyped_number_is_still_in_its_field(at_alice: Client) -> None:
    page = describe(at_alice, condition="knee-osteoarthritis", **{"f-weight": "8o"})
    assert 'name="f-weight" value="8o"' in in_one_line(page)


def test_only_what_is_changed_is_written(at_alice: Client, knee: Complaint) -> None:
    address = reverse("complaint-facts", args=[knee.public_id])
    form = {"token": str(uuid.uuid4()), "f-weight": "82", "f-anticoagulant": "doac"}
    assert at_alice.post(address, form).status_code == 302
    (answer,) = Statement.objects.filter(origin=Statement.Origin.STATED)
    assert (answer.fact, answer.value) == ("anticoagulant", "doac")


def test_a_fact_can_be_taken_back(at_alice: Client, knee: Complaint) -> None:
    address = reverse("complaint-facts", args=[knee.public_id])
    at_alice.post(address, {"token": str(uuid.uuid4()), "f-weight": "82"})
    (answer,) = Statement.objects.filter(origin=Statement.Origin.STATED)
    assert (answer.fact, answer.value) == ("anticoagulant", None)


def test_the_facts_form_shows_what_is_known(at_alice: Client, knee: Complaint) -> None:
    with own_queries() as asked:
        page = in_one_line(at_alice.get(reverse("complaint-facts", args=[knee.public_id])))
    assert len(asked) <= MOST, asked.own
    assert 'name="f-weight" value="82"' in page
    for unit in ("d", "wk", "[lb_av]"):  # of a code, and of no language
        assert f">{unit}<" not in page
    assert 'name="f-anticoagulant" value="none" checked' in page


def test_a_mistake_among_the_facts_writes_nothing(at_alice: Client, knee: Complaint) -> None:
    address = reverse("complaint-facts", args=[knee.public_id])
    form = {"token": str(uuid.uuid4()), "f-weight": "-4", "f-anticoagulant": "doac"}
    refused = at_alice.post(address, form)
    assert refused.status_code == 422
    page = in_one_line(refused)
    assert (
        page.index('class="strip-who"') < page.index("data-trouble") < page.index('name="f-weight"')
    )
    assert '<a href="#f-weight">' in page
    assert not Statement.objects.filter(origin=Statement.Origin.STATED).exists()

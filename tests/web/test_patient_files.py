"""A file that brings a patient, or comes to one who is on file: nothing half saved."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import MOST_COMPLAINTS
from dolenti.ledger.models import Draft
from dolenti.records.judging import complaints
from dolenti.records.models import Complaint, Document, Patient
from tests.web.world import PAUL, ZOE, registered, sent, typed

BUNDLE = Path(__file__).parents[2] / "examples/fhir/knee-on-apixaban.json"
PAULS = {"birth_name": "Lefèvre", "first_name": "Paul", "birth_date": "14/05/1961", "sex": "male"}


def send(browser: Client, text: str) -> Any:
    form = {"token": str(uuid.uuid4()), "text": text}
    return browser.post(reverse("patient-import"), form)


def test_a_bundle_fills_in_who_its_patient_is_and_saves_nothing_yet(at_alice: Client) -> None:
    response = send(at_alice, BUNDLE.read_text())
    assert response.status_code == 302
    page = at_alice.get(response.headers["Location"]).content.decode()
    for said in ('value="Lefèvre"', 'value="Paul"', 'value="14/05/1961"'):
        assert said in page
    assert not Patient.objects.exists()
    assert not Document.objects.exists()


def test_the_file_is_kept_with_its_patient_once_they_are_registered(at_alice: Client) -> None:
    address = send(at_alice, BUNDLE.read_text()).headers["Location"]
    form = typed(**PAULS)
    for _ in range(2):  # sent twice
        assert at_alice.post(address, form).status_code == 302
    made = Patient.objects.get()
    assert made.documents.get().complaints.count() == made.complaints.count() >= 1
    assert not Draft.objects.exists()


def test_duplicates_are_shown_before_the_file_is_kept(alice: User, at_alice: Client) -> None:
    paul = registered(alice, PAUL)
    address = send(at_alice, BUNDLE.read_text()).headers["Location"]
    response = at_alice.post(address, typed(**PAULS))
    page = response.content.decode()
    assert response.status_code == 422
    into = reverse("patient-import-into", args=[paul.public_id])
    assert into in page
    assert not Document.objects.exists()
    held = address.partition("file=")[2]
    assert at_alice.get(f"{into}?file={held}").status_code == 200
    response = at_alice.post(f"{into}?file={held}", {"token": str(uuid.uuid4())})
    assert response.headers["Location"] == reverse("patient", args=[paul.public_id])
    assert Complaint.objects.filter(patient=paul).exists()
    assert Patient.objects.count() == 1


def test_another_persons_waiting_file_is_not_there(
    at_alice: Client, bob: User, browser_of: Callable[[User], Client]
) -> None:
    address = send(at_alice, BUNDLE.read_text()).headers["Location"]
    assert browser_of(bob).get(address).status_code == 404
    assert browser_of(bob).post(address, typed(**PAULS)).status_code == 404


def test_a_file_about_somebody_else_waits_for_a_word(alice: User, at_alice: Client) -> None:
    zoe = registered(alice, ZOE)
    into = reverse("patient-import-into", args=[zoe.public_id])
    form = {"token": str(uuid.uuid4()), "text": BUNDLE.read_text()}
    response = at_alice.post(into, form)
    page = response.content.decode()
    assert response.status_code == 422
    assert "décrit une autre personne" in page
    assert "14/05/1961" in page
    assert not Document.objects.exists()
    held = Draft.objects.get().public_id
    sure = {"token": str(uuid.uuid4()), "same_person": "yes"}
    assert at_alice.post(f"{into}?file={held}", sure).status_code == 302
    assert zoe.documents.count() == 1


def test_a_file_that_cannot_be_read_leaves_nothing(at_alice: Client) -> None:
    response = send(at_alice, '{"resourceType": "Bundle", "entry": 3}')
    assert response.status_code == 422
    assert not Draft.objects.exists()


def test_a_french_bundle_brings_names_place_and_number(at_alice: Client) -> None:
    bundle = json.loads(BUNDLE.read_text())
    patient = bundle["entry"][0]["resource"]
    patient["name"] = [
        {"use": "usual", "family": "Durand", "given": ["Zoé"]},
        {
            "use": "official",
            "family": "Martin",
            "given": ["Zoé"],
            "extension": [
                {
                    "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/"
                    "fr-core-patient-birth-list-given-name",
                    "valueString": "Zoé Marie",
                }
            ],
        },
    ]
    patient["identifier"] = [{"system": "urn:oid:1.2.250.1.213.1.4.8", "value": "255081416802538"}]
    patient["extension"] = [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
            "valueAddress": {
                "city": "Paris",
                "extension": [
                    {
                        "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/"
                        "fr-core-address-insee-code",
                        "valueCoding": {"code": "75056"},
                    }
                ],
            },
        }
    ]
    page = at_alice.get(send(at_alice, json.dumps(bundle)).headers["Location"]).content.decode()
    for said in ("Martin", "Durand", "Zoé Marie", "255081416802538", "75056", "Paris"):
        assert f'value="{said}"' in page, said
    # A number from elsewhere is no answer of INSi: that is for a person to say.
    assert "checked" not in page[page.index("id_ins_retrieved") - 80 :][:160]


def test_a_patient_holds_no_more_complaints_than_a_file_whatever_the_way_in(
    alice: User, at_alice: Client
) -> None:
    paul = registered(alice, PAUL)
    of_paul = {"birth-date": "1961-05-14", "sex": "male"}
    into = reverse("patient-import-into", args=[paul.public_id])

    def many(number: int) -> Any:
        pains = [{"condition": "knee-osteoarthritis", "zone": "knee", "side": "right",
                  "id": f"c{one}"} for one in range(number)]  # fmt: skip
        text = json.dumps({"patient": of_paul, "complaints": pains})
        form = {"token": str(uuid.uuid4()), "text": text, "another": "on"}
        return at_alice.post(into, form)

    assert many(MOST_COMPLAINTS - 1).status_code == 302
    refused = many(2)
    assert refused.status_code == 422
    assert f"{MOST_COMPLAINTS} au plus" in refused.content.decode()
    assert paul.complaints.count() == MOST_COMPLAINTS - 1
    where = {"condition": "hip-osteoarthritis", "zone": "hip", "side": "left"}
    last = complaints.describe(sent(alice), paul, where)
    with pytest.raises(InputError, match="at most"):
        complaints.describe(sent(alice), paul, where, another=True)
    Complaint.objects.filter(pk=last.pk).update(in_error="typed twice")
    complaints.describe(sent(alice), paul, where)

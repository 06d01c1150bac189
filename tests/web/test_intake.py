"""Files and texts through the web form: what is wrong is said, and nothing is half saved."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.records.files import intake
from dolenti.records.models import Complaint

GOOD = b"complaint: {condition: knee-osteoarthritis}\nfacts: {weight: 82}\n"
BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Patient", "id": "p", "birthDate": "1960-01-01"}},
        {
            "resource": {
                "resourceType": "Condition",
                "id": "c",
                "subject": {"reference": "Patient/p"},
                "clinicalStatus": {"coding": [{"code": "active"}]},
                "code": {"coding": [{"system": "http://snomed.info/sct", "code": "239873007"}]},
            }
        },
    ],
}
DEEP = b"facts: " + b"[" * 5000 + b"]" * 5000
BAD: dict[str, bytes] = {
    "empty": b"  \n",
    "not text": b"\xff\xfe\x00\x01\x02\x03",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a zip archive": b"PK\x03\x04" + b"0" * 40,
    "damaged gzip": b"\x1f\x8b\x08\x00" + b"nonsense" * 4,
    "cut gzip": gzip.compress(GOOD * 50)[:-12],
    "gzip bomb": gzip.compress(b" " * (intake.LONGEST + 1)),
    "broken YAML": b"patient: {birth-date: 1968-03-02\nfacts: [",
    "YAML anchors": b"a: &a [1]\nfacts: *a\n",
    "broken JSON": b'{"complaint": {"condition": "knee-osteoarthritis"',
    "broken bundle": b'{"resourceType": "Bundle", "entry": [',
    "deep nesting": DEEP,
    "deep JSON": b'{"resourceType": "Bundle", "entry": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "a list": b"[1, 2, 3]",
    "doubled key": b"facts: {}\nfacts: {}\n",
    "unknown part": b"pateint: {}\ncomplaint: {condition: knee-osteoarthritis}\n",
    "unknown fact": b"complaint: {condition: knee-osteoarthritis}\nfacts: {wieght: 80}\n",
    "unknown condition": b"complaint: {condition: knee-osteoarthrosis}\n",
    "unknown allergen": b"complaint: {condition: knee-osteoarthritis}\nfacts: {allergy: [milk]}\n",
    "impossible weight": b"complaint: {condition: knee-osteoarthritis}\nfacts: {weight: 8000}\n",
    "NaN": b"complaint: {condition: knee-osteoarthritis}\nfacts: {weight: .nan}\n",
    "JSON NaN": b'{"complaint": {"condition": "knee-osteoarthritis"}, "facts": {"weight": NaN}}',
    "a word for a number": b"complaint: {condition: knee-osteoarthritis}\nfacts: {weight: heavy}\n",
    "yes for true": b"complaint: {condition: knee-osteoarthritis}\nfacts: {pregnancy: yes}\n",
    "born tomorrow": b"patient: {birth-date: 2999-01-01}\ncomplaint: {zone: knee}\n",
    "30 February": b"patient: {birth-date: 1999-02-30}\ncomplaint: {zone: knee}\n",
    "dead": b"patient: {deceased: true}\ncomplaint: {zone: knee}\n",
    "wrong zone": b"complaint: {condition: knee-osteoarthritis, zone: elbow}\n",
    "no complaint": b"facts: {weight: 82}\n",
    "not a bundle": json.dumps({"resourceType": "Patient", "id": "p"}).encode(),
    "empty bundle": json.dumps({"resourceType": "Bundle", "type": "collection"}).encode(),
    "no patient": json.dumps({**BUNDLE, "entry": BUNDLE["entry"][1:]}).encode(),
    "control characters": b"complaint: {zone: knee}\nfacts: {weight: 8\x002}\n",
    "markup": b"complaint: {condition: <script>alert(1)</script>}\n",
}


def send(browser: Client, data: bytes, name: str = "case.yaml", **fields: Any) -> Any:
    form = {"token": str(uuid.uuid4()), "reference": "A-17", **fields}
    return browser.post(
        reverse("complaint-import"), {**form, "file": SimpleUploadedFile(name, data)}
    )


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_a_form_error_and_nothing_is_saved(
    data: bytes, at_alice: Client
) -> None:
    response = send(at_alice, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Ce contenu ne peut pas être lu" in page or "Ce fichier est vide" in page
    assert 'value="A-17"' in page  # what was typed is kept
    assert "<script>alert" not in page
    assert not Complaint.objects.exists()


def test_a_plain_file_becomes_a_case(at_alice: Client) -> None:
    response = send(at_alice, GOOD)
    complaint = Complaint.objects.get()
    assert response.headers["Location"] == reverse("complaint", args=[complaint.public_id])
    assert (complaint.document.kind, complaint.condition, complaint.patient.reference) == (
        "plain",
        "knee-osteoarthritis",
        "A-17",
    )


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_bundle_becomes_a_case(pack: Any, at_alice: Client) -> None:
    response = send(at_alice, pack(json.dumps(BUNDLE).encode()), "bundle.json.gz")
    assert response.status_code == 302, response.content.decode()
    assert Complaint.objects.get().document.kind == "fhir"


def test_pasted_text_becomes_a_case(at_alice: Client) -> None:
    form = {"token": str(uuid.uuid4()), "text": GOOD.decode()}
    assert at_alice.post(reverse("complaint-import"), form).status_code == 302
    assert Complaint.objects.count() == 1


def test_pasted_text_with_a_mistake_stays_in_the_form(at_alice: Client) -> None:
    form = {"token": str(uuid.uuid4()), "text": "complaint: {zone: knie}"}
    response = at_alice.post(reverse("complaint-import"), form)
    assert response.status_code == 422
    assert "complaint: {zone: knie}" in response.content.decode()


def test_nothing_sent_is_said(at_alice: Client) -> None:
    response = at_alice.post(reverse("complaint-import"), {"token": str(uuid.uuid4())})
    assert response.status_code == 422
    assert "Choisissez un fichier" in response.content.decode()


def test_a_file_over_the_limit_is_refused_with_the_form_kept(
    at_alice: Client, settings: Any
) -> None:
    settings.UPLOAD_LIMIT = 100_000
    response = send(at_alice, b"x" * 300_000)
    page = response.content.decode()
    assert response.status_code == 422
    assert "dépasse 10" in page
    assert 'value="A-17"' in page
    assert not Complaint.objects.exists()


def test_the_same_form_sent_twice_is_one_case(at_alice: Client) -> None:
    token = str(uuid.uuid4())
    first, second = (send(at_alice, GOOD, token=token) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Complaint.objects.count() == 1


def test_two_people_may_use_the_same_token(at_alice: Client, bob: User, browser_of: Any) -> None:
    token = str(uuid.uuid4())
    send(at_alice, GOOD, token=token)
    send(browser_of(bob), GOOD, token=token)
    assert Complaint.objects.count() == 2


def test_several_complaints_become_one_each_of_the_same_patient(at_alice: Client) -> None:
    text = b"complaints: [{id: a, condition: knee-osteoarthritis}, {id: b, zone: elbow}]\n"
    response = send(at_alice, text)
    first, second = Complaint.objects.order_by("pk")
    assert first.patient == second.patient
    assert [(c.called, c.condition, c.zone) for c in (first, second)] == [
        ("a", "knee-osteoarthritis", ""),
        ("b", "", "elbow"),
    ]
    assert response.headers["Location"] == reverse("complaints")

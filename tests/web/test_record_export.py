"""A copy of the whole record: complete, for whoever may, the same for the same form, audited."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from dolenti.access.models import AuditEntry, User
from dolenti.fhir import BundleReader
from dolenti.records import engine, gate
from dolenti.records.facts import knowing
from dolenti.records.models import Complaint, Patient, Statement
from dolenti.records.patients import contacting
from dolenti.rights.models import CopyRequest, RecordCopy
from tests.r4 import faults
from tests.web.copies import ask, copy_of, fetched
from tests.web.merges import merged
from tests.web.queries import MOST, own_queries
from tests.web.world import (
    KNEE,
    assessed,
    clinic,
    complaint_of,
    quoted,
    registered,
    sent,
    signed,
)

NIR = "2680375056001"
KEY = f"{97 - int(NIR) % 97:02}"


@pytest.fixture
def treated(alice: User, knee: Complaint) -> Complaint:
    """A complaint with an assessment, a course, a consent and a quotation."""
    course = clinic(alice).with_complaint(knee).course
    signed(alice, course)
    quoted(alice, course)
    return knee


def facts_of(complaint: Complaint, rows: list[Statement]) -> dict[str, Any]:
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    found = knowing.case_of(complaint, rows, dictionary, timezone.localdate())
    return plain(found.facts)


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        fact: dict(known.value) if isinstance(known.value, Mapping) else known.value
        for fact, known in facts.items()
    }


def test_the_copy_holds_the_record_twice_and_every_file(
    treated: Complaint, at_alice: Client
) -> None:
    archive = copy_of(at_alice, treated.patient)
    assert archive.testzip() is None
    assert archive.namelist() == [
        "documents/document-01.yaml",
        "consentements/consentement-01.pdf",
        "devis/devis-01.pdf",
        "dossier-fhir.json",
        "dossier.pdf",
        "index.txt",
    ]
    assert archive.read("documents/document-01.yaml").decode() == KNEE
    assert archive.read("dossier.pdf").startswith(b"%PDF-1.7")
    index = archive.read("index.txt").decode()
    for name in archive.namelist()[:-1]:
        data = archive.read(name)
        assert f"{len(data):>12}  {hashlib.sha256(data).hexdigest()}  {name}\n" in index


def test_the_bundle_is_fhir_and_comes_to_the_same_facts(
    treated: Complaint, at_alice: Client, alice: User
) -> None:
    data = copy_of(at_alice, treated.patient).read("dossier-fhir.json")
    Bundle.model_validate_json(data)
    assert faults(json.loads(data)) == []
    read = BundleReader(engine.edition_in_force()).read(data, timezone.localdate())
    statements = list(gate.statements(alice, treated))
    assert plain(read.case(treated.public_id).facts) == facts_of(treated, statements)
    assert len(statements) > 5
    kinds = {entry["resource"]["resourceType"] for entry in json.loads(data)["entry"]}
    assert {"CarePlan", "Appointment", "Consent", "ClinicalImpression"} < kinds


def test_a_merged_record_is_in_the_copy(alice: User, knee: Complaint, at_alice: Client) -> None:
    other = complaint_of(alice, KNEE.replace("right", "left").replace("82", "90"))
    merged(alice, knee.patient, other.patient)
    archive = copy_of(at_alice, knee.patient)
    read = BundleReader(engine.edition_in_force()).read(
        archive.read("dossier-fhir.json"), timezone.localdate()
    )
    assert {one.id for one in read.complaints} == {knee.public_id, other.public_id}
    assert "documents/document-02.yaml" in archive.namelist()


@pytest.mark.parametrize("qualified, leaves", [(True, True), (False, False)])
def test_the_health_number_leaves_only_with_a_qualified_identity(
    alice: User, at_alice: Client, qualified: bool, leaves: bool
) -> None:
    zoe = registered(alice)
    Patient.objects.filter(pk=zoe.pk).update(
        ins=NIR + KEY, ins_oid="1.2.250.1.213.1.4.8", ins_at=timezone.now()
    )
    if qualified:
        Patient.objects.filter(pk=zoe.pk).update(
            proof="passport", proof_on=timezone.localdate(), identity="qualified"
        )
    data = copy_of(at_alice, zoe).read("dossier-fhir.json").decode()
    assert (NIR in data) == leaves


def test_contacts_are_in_the_copy_the_ended_ones_too(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    values = {"kind": "trusted", "name": "Anne Roy", "phone": "0102030405"}
    contacting.end(alice, contacting.add(sent(alice), zoe, values), 1)
    data = copy_of(at_alice, zoe).read("dossier-fhir.json")
    people = [e["resource"] for e in json.loads(data)["entry"]]
    (anne,) = [one for one in people if one["resourceType"] == "RelatedPerson"]
    assert anne["active"] is False


def test_the_copy_is_in_the_trail_with_its_hash_and_nothing_of_health(
    treated: Complaint, at_alice: Client
) -> None:
    asked = ask(at_alice, treated.patient, reason="doctor", recipient="Dr Roy", note="fax")
    data = fetched(at_alice, asked)
    copy = RecordCopy.objects.get()
    line = AuditEntry.objects.filter(action="export", kind="record").get()
    assert line.patient == treated.patient.public_id
    assert line.detail == {
        "for": "doctor", "files": 6, "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    assert (copy.sha256, copy.size) == (line.detail["sha256"], len(data))
    name = at_alice.get(asked.headers["Location"] + "file/").headers["Content-Disposition"]
    assert name == f'attachment; filename="dossier-{copy.public_id}.zip"'
    page = at_alice.get(reverse("patient-copy", args=[treated.patient.public_id])).content.decode()
    assert "Dr Roy" in page
    assert copy.sha256 in page


def test_the_same_form_sent_twice_is_one_copy_and_the_same_bytes(
    treated: Complaint, at_alice: Client
) -> None:
    token = str(uuid.uuid4())
    one, two = (fetched(at_alice, ask(at_alice, treated.patient, token=token)) for _ in range(2))
    assert one == two
    assert CopyRequest.objects.count() == RecordCopy.objects.count() == 1
    assert AuditEntry.objects.filter(action="export", kind="record").count() == 1


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"reason": "curious"}, "Choisissez à qui la copie est destinée"),
        ({"reason": "lawyer"}, "Indiquez à qui la copie est remise"),
        ({"reason": "doctor", "recipient": "Roy\u202e"}, "caractère"),
        ({"note": "x" * 100_000}, "500"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_leaves(
    knee: Complaint, at_alice: Client, fields: dict[str, str], said: str
) -> None:
    response = ask(at_alice, knee.patient, **fields)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not CopyRequest.objects.exists()


def test_a_nurse_takes_no_record_out_and_a_closed_record_stays_closed(
    knee: Complaint, bob: User, alice: User, browser_of: Callable[[User], Client]
) -> None:
    assert ask(browser_of(bob), knee.patient).status_code == 403
    alice.patients_in_care.update(ended_at=timezone.now())
    response = ask(browser_of(alice), knee.patient)
    assert response.status_code == 403
    assert not CopyRequest.objects.exists()


def test_the_page_and_the_copy_ask_no_more_for_a_longer_record(
    alice: User, knee: Complaint, at_alice: Client
) -> None:
    address = reverse("patient-copy", args=[knee.patient.public_id])

    def asked() -> tuple[int, int]:
        with own_queries() as page:
            at_alice.get(address)
        assert len(page) <= MOST, page.own
        asking = ask(at_alice, knee.patient)
        with CaptureQueriesContext(connection) as copy:
            fetched(at_alice, asking)
        return len(page), len(copy)

    assessed(alice, knee)
    few = asked()
    for _ in range(6):
        other = complaint_of(alice)
        merged(alice, knee.patient, other.patient)
        assessed(alice, other)
    assert asked() == few

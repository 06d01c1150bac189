"""Imaging beside a complaint: the rules read what it says, until it is withdrawn."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from dolenti.access.models import User
from dolenti.access.writing import NotAllowedError
from dolenti.guideline.errors import InputError
from dolenti.ledger import belonging
from dolenti.ledger.models import Revision
from dolenti.ledger.versions import StaleEditError
from dolenti.records.judging import assessing, complaints, imaging
from dolenti.records.models import Complaint, Imaging
from tests.r4 import faults
from tests.web.copies import copy_of
from tests.web.world import sent

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def x_ray(**more: Any) -> dict[str, Any]:
    done = (today() - timedelta(days=20)).isoformat()
    values = {
        "kind": "radiograph",
        "done": done,
        "side": "right",
        "finding": "Pincement",
        "grade": 4,
    }
    return {**values, "read_by": "Dr Lire", "source": "compte rendu", **more}


def known(user: User, knee: Complaint, fact: str = "kellgren-lawrence") -> Any:
    found = assessing.look(user, knee, today()).case.facts.get(fact)
    return found.value if found else None


def test_the_rules_read_the_grade_until_it_is_corrected_or_withdrawn(
    alice: User, knee: Complaint
) -> None:
    found = imaging.add(sent(alice), knee, x_ray(), today())
    assert known(alice, knee) == 4
    found = imaging.change(alice, found, 1, {"grade": 2}, today())
    assert known(alice, knee) == 2
    with pytest.raises(StaleEditError):
        imaging.change(alice, found, 1, {"grade": 3}, today())
    imaging.withdraw(alice, found, 2, "autre patient", today())
    assert known(alice, knee) is None
    assert Imaging.objects.get().withdrawn == "autre patient"
    assert Revision.objects.filter(kind="records.imaging").count() == 2
    with pytest.raises(InputError, match="withdrawn"):
        imaging.change(alice, found, 3, {"grade": 1}, today())


def test_what_was_said_before_stands_again_after_a_withdrawal(alice: User, knee: Complaint) -> None:
    imaging.add(sent(alice), knee, x_ray(grade=1, done="2024"), today())
    wrong = imaging.add(sent(alice), knee, x_ray(grade=4), today())
    assert known(alice, knee) == 4
    imaging.withdraw(alice, wrong, 1, "autre genou", today())
    assert known(alice, knee) == 1


@pytest.mark.parametrize("side", ["left", "both", ""])
def test_another_side_grades_nothing_here(alice: User, knee: Complaint, side: str) -> None:
    imaging.add(sent(alice), knee, x_ray(side=side), today())
    assert known(alice, knee) is None


@pytest.mark.parametrize(
    "days, counts", [(20, True), (100, False)], ids=["fresh", "stale: asked again"]
)
def test_a_fracture_is_ruled_out_while_that_is_fresh(
    alice: User, knee: Complaint, days: int, counts: bool
) -> None:
    done = today() - timedelta(days=days)
    imaging.add(sent(alice), knee, x_ray(done=done.isoformat(), no_fracture=True), today())
    assert (known(alice, knee, "injury-imaged-no-fracture") is True) is counts


def test_imaging_from_before_the_pain_rules_no_fracture_out(alice: User, knee: Complaint) -> None:
    imaging.add(sent(alice), knee, x_ray(done="2026", no_fracture=True), today())
    assert known(alice, knee, "injury-imaged-no-fracture") is None
    knee = complaints.change(alice, knee, knee.version, {"since": ""})
    imaging.add(sent(alice), knee, x_ray(no_fracture=True), today())
    assert known(alice, knee, "injury-imaged-no-fracture") is None


def test_who_may_not_writes_nothing(alice: User, chloe: User, ada: User, knee: Complaint) -> None:
    for stranger in (chloe, ada):
        with pytest.raises(NotAllowedError):
            imaging.add(sent(stranger), knee, x_ray(), today())
    complaints.mark_in_error(alice, knee, knee.version, "autre patient")
    knee.refresh_from_db()
    with pytest.raises(InputError, match="error"):
        imaging.add(sent(alice), knee, x_ray(), today())
    assert not Imaging.objects.exists()
    assert "records.imaging" in {one.kind for one in belonging.tables()}


def test_it_is_typed_shown_corrected_and_withdrawn_on_the_pages(
    at_alice: Client, chloe: User, browser_of: Callable[[User], Client], knee: Complaint
) -> None:
    new = reverse("imaging-new", args=[knee.public_id])
    typed = {"token": str(uuid.uuid4()), **x_ray(done="mars 2026"), "grade": "3"}
    for wrong in ({"grade": "7"}, {"done": "demain"}, {"done": "31/02/2026"}, {"kind": "oracle"},
                  {"finding": ""}, {"side": "up"}):  # fmt: skip
        assert at_alice.post(new, {**typed, **wrong}).status_code == 422
    for _ in range(2):
        assert at_alice.post(new, typed).status_code == 302
    found = Imaging.objects.get()
    assert (found.done, found.grade) == ("2026-03", 3)
    for shown in (reverse("complaint", args=[knee.public_id]),
                  reverse("patient", args=[knee.patient.public_id])):  # fmt: skip
        assert "mars 2026" in at_alice.get(shown).content.decode()
    edit = reverse("imaging-edit", args=[found.public_id])
    assert browser_of(chloe).get(edit).status_code == 404
    wanted = {**typed, "based_on": 1, "finding": "Pincement <b>net</b>"}
    assert at_alice.post(edit, wanted).status_code == 302
    assert at_alice.post(edit, {**wanted, "finding": "Autre"}).status_code == 409
    page = at_alice.get(reverse("complaint", args=[knee.public_id])).content.decode()
    assert "Pincement &lt;b&gt;net" in page
    withdraw = reverse("imaging-withdraw", args=[found.public_id])
    token = str(uuid.uuid4())
    assert at_alice.post(withdraw, {"token": token, "based_on": 2}).status_code == 422
    said = {"token": token, "based_on": 2, "reason": "Examen d’un autre patient"}
    assert at_alice.post(withdraw, said).status_code == 302
    page = at_alice.get(reverse("complaint", args=[knee.public_id])).content.decode()
    assert "Examen d’un autre patient" in page


def test_the_copy_holds_it_as_a_report(alice: User, at_alice: Client, knee: Complaint) -> None:
    found = imaging.add(sent(alice), knee, x_ray(done="2026-03"), today())
    archive = copy_of(at_alice, knee.patient)
    bundle = json.loads(archive.read("dossier-fhir.json"))
    Bundle.model_validate(bundle)
    assert faults(bundle) == []
    report = next(
        one["resource"] for one in bundle["entry"] if one["resource"]["id"] == found.public_id
    )
    assert report["resourceType"] == "DiagnosticReport"
    assert report["code"]["coding"][0]["code"] == "18748-4"
    assert report["category"][0]["coding"][0]["code"] == "RAD"
    assert report["effectiveDateTime"] == "2026-03"
    assert "Pincement" in report["conclusion"]

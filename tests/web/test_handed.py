"""The screen handed to a patient opens the text they read and nothing else."""

from __future__ import annotations

import uuid
from importlib import import_module

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access import handed
from dolenti.access.models import User
from dolenti.treatment.models import Consent, Course
from tests.people import enter
from tests.printed import Print
from tests.web.matrix import PAGES
from tests.web.world import POSSIBLE, clinic

PASSWORD = "correct cheval batterie agrafe"
pytestmark = pytest.mark.django_db


@pytest.fixture
def course(alice: User, at_alice: Client) -> Course:
    alice.set_password(PASSWORD)
    alice.save()
    enter(at_alice, alice)
    return clinic(alice).with_complaint(POSSIBLE).course


def _hand(at_alice: Client, course: Course) -> str:
    address = reverse("course-consent", args=[course.public_id])
    assert at_alice.post(address, {"hand": "yes"}).headers["Location"] == address
    return address


def test_a_handed_screen_opens_no_other_page(at_alice: Client, course: Course) -> None:
    address = _hand(at_alice, course)
    others = [n for n, one in PAGES.items() if "<" not in one.address and n not in handed.OPEN]
    assert len(others) > 30
    for name in others:
        answer = at_alice.get(reverse(name))
        assert (answer.status_code, answer.headers["Location"]) == (302, address), name
    answer = at_alice.get(reverse("patient", args=[course.patient.public_id]))
    assert answer.headers["Location"] == address
    part = at_alice.get(reverse("patients"), headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == address


def test_the_handed_page_leads_nowhere_but_back(at_alice: Client, course: Course) -> None:
    page = at_alice.get(_hand(at_alice, course)).content.decode()
    for gone in ("patients", "home", "emergency", "mfa_index"):
        assert f'href="{reverse(gone)}"' not in page
    assert f'href="{reverse("course", args=[course.public_id])}"' not in page
    assert reverse("account_reauthenticate") in page
    assert 'name="signed_by"' in page


def test_the_patient_signs_and_the_password_takes_the_screen_back(
    at_alice: Client, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = _hand(at_alice, course)
    monkeypatch.setattr(import_module("dolenti.ui.print.consent"), "fitted", Print().fitted)
    form = at_alice.get(address).context["form"]
    signed = {
        "token": str(uuid.uuid4()), "seen": form["seen"].value(), "signed_by": "Zoé Martin",
        "how": "paper", "kept": "Classeur A, 12",
    }  # fmt: skip
    there = at_alice.post(address, signed, follow=True)
    assert Consent.objects.count() == 1
    assert "Merci" in there.content.decode()
    assert reverse("patients") not in there.content.decode()
    back = there.context["way_back"]
    wrong = at_alice.post(back, {"password": "pas le bon"})
    assert wrong.status_code == 422
    assert at_alice.get(reverse("patients")).status_code == 302
    right = at_alice.post(back, {"password": PASSWORD})
    assert right.headers["Location"] == address
    assert at_alice.get(reverse("patients")).status_code == 200

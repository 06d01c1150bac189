"""A closed record opened for a reason: who may, for how long, and who is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.records.models import Opening, Patient
from dolenti.work.worker import do_all
from tests.web.world import person, registered

pytestmark = pytest.mark.each

REASON = "Consultation urgente, confrère absent"


@pytest.fixture
def zoe(alice: User) -> Patient:
    return registered(alice)


@pytest.fixture
def denis(north: Site) -> User:
    """A practitioner of the same site, outside the care team."""
    return person("Denis", Role.PRACTITIONER, north)


def open_it(browser: Client, patient: Patient, reason: str = REASON, token: str = "") -> int:
    sent = {"token": token or str(uuid.uuid4()), "reason": reason}
    return browser.post(reverse("patient-open", args=[patient.public_id]), sent).status_code


def page(browser: Client, patient: Patient) -> tuple[int, str]:
    response = browser.get(reverse("patient", args=[patient.public_id]))
    return response.status_code, response.content.decode()


def test_a_record_outside_ones_care_is_closed_and_says_how_to_open_it(
    denis: User, zoe: Patient, browser_of: Callable[[User], Client]
) -> None:
    status, text = page(browser_of(denis), zoe)
    assert status == 403
    assert reverse("patient-open", args=[zoe.public_id]) in text
    assert "Martin" not in text


def test_it_opens_for_a_written_reason_and_closes_by_itself(
    denis: User, zoe: Patient, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(denis)
    assert open_it(browser, zoe, "") == 422
    assert open_it(browser, zoe, "urgence") == 422  # nobody else understands a word
    assert page(browser, zoe)[0] == 403
    assert open_it(browser, zoe) == 302
    status, text = page(browser, zoe)
    assert status == 200
    assert "Accès exceptionnel, jusqu’à" in text
    with time_machine.travel(timezone.localtime() + timedelta(minutes=61)):
        assert page(browser_of(denis), zoe)[0] == 403


def test_whoever_opened_it_closes_it_before_its_time(
    denis: User, zoe: Patient, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(denis)
    open_it(browser, zoe)
    made = Opening.objects.get()
    for _ in range(2):  # pressed twice
        browser.post(reverse("opening-end", args=[made.public_id]))
    assert page(browser, zoe)[0] == 403
    assert AuditEntry.objects.filter(action="end-opening").count() == 1


def test_the_same_form_twice_and_a_second_form_are_one_opening(
    denis: User, zoe: Patient, browser_of: Callable[[User], Client]
) -> None:
    browser, token = browser_of(denis), str(uuid.uuid4())
    assert [open_it(browser, zoe, token=token) for _ in range(2)] == [302, 302]
    assert open_it(browser, zoe) == 302
    assert Opening.objects.count() == 1


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AUDITOR, Role.ANALYST, Role.ADMINISTRATOR])
def test_a_role_that_treats_nobody_opens_nothing(
    role: Role, north: Site, zoe: Patient, browser_of: Callable[[User], Client]
) -> None:
    assert open_it(browser_of(person("Nina", role, north)), zoe) == 403
    assert not Opening.objects.exists()


def test_another_site_opens_nothing(
    chloe: User, zoe: Patient, browser_of: Callable[[User], Client]
) -> None:
    assert open_it(browser_of(chloe), zoe) == 404
    assert not Opening.objects.exists()


def test_the_auditor_is_told_at_once_without_a_word_about_the_patient(
    denis: User, zoe: Patient, ada: User, browser_of: Callable[[User], Client]
) -> None:
    open_it(browser_of(denis), zoe)
    do_all()
    (message,) = mail.outbox
    assert message.to == [ada.email]
    said = f"{message.subject} {message.body}"
    assert "Denis" in said
    assert not any(word in said for word in ("Martin", "Zoé", zoe.public_id, REASON))


def test_an_opening_waits_until_an_auditor_writes_what_they_make_of_it(
    denis: User, zoe: Patient, ada: User, browser_of: Callable[[User], Client]
) -> None:
    open_it(browser_of(denis), zoe)
    made, browser = Opening.objects.get(), browser_of(ada)
    listed = browser.get(reverse("openings")).content.decode()
    assert "À examiner" in listed
    assert REASON in listed
    assert '<span class="count">1</span>' in listed
    review = reverse("opening-review", args=[made.public_id])
    assert browser.post(review, {"token": str(uuid.uuid4()), "reason": "ok"}).status_code == 422
    sent = {"token": str(uuid.uuid4()), "reason": "Motif vérifié auprès du Dr Denis"}
    for _ in range(2):
        assert browser.post(review, sent).status_code == 302
    listed = browser.get(reverse("openings")).content.decode()
    assert "Motif vérifié auprès du Dr Denis" in listed
    assert '<span class="count">' not in listed
    assert AuditEntry.objects.filter(action="review-opening").count() == 1


def test_an_auditor_of_another_site_sees_no_opening(
    denis: User, zoe: Patient, south: Site, browser_of: Callable[[User], Client]
) -> None:
    open_it(browser_of(denis), zoe)
    browser = browser_of(person("Omar", Role.AUDITOR, south))
    assert REASON not in browser.get(reverse("openings")).content.decode()
    review = reverse("opening-review", args=[Opening.objects.get().public_id])
    assert browser.get(review).status_code == 404

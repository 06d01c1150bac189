"""The clinic's side of what patients do between the visits: nothing is left for nobody."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment
from dolenti.diary import visiting
from dolenti.followup.sheet import in_sets
from tests.web.diary import alert_of
from tests.web.world import at, clinic, colleague, registered, visit, workday

pytestmark = pytest.mark.django_db


def home_of(browser: Client) -> str:
    return str(browser.get(reverse("home"), follow=True).content.decode())


def test_a_visit_that_a_patient_cancelled_is_somebodys_until_another_is_planned(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    desk = browser_of(colleague(alice, "Desk", Role.SECRETARY))
    address = reverse("agenda-list", args=["given-up"])
    gone = visit(
        alice, registered(alice), at(9, day=workday(5)),
        state=Appointment.State.CANCELLED, reason=visiting.REASON,
    )  # fmt: skip
    for browser in (desk, browser_of(alice)):
        assert address in home_of(browser)
        assert (
            reverse("appointment", args=[gone.public_id]) in browser.get(address).content.decode()
        )
    visit(alice, gone.patient, at(9, day=workday(9)))
    assert address not in home_of(desk)


def test_a_visit_that_the_clinic_cancelled_is_not_told(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    visit(alice, registered(alice), at(9, day=workday(5)), state="cancelled", reason="Fermé")
    assert reverse("agenda-list", args=["given-up"]) not in home_of(browser_of(alice))


def test_a_nurse_is_offered_no_form_that_would_be_refused(
    alice: User, bob: User, browser_of: Callable[[User], Client]
) -> None:
    alert = alert_of(alice)
    page = reverse("alert", args=[alert.public_id])
    told = browser_of(bob).get(page).content.decode()
    assert reverse("alert-end", args=[alert.public_id]) not in told
    assert "levée par un praticien" in told
    assert (
        reverse("alert-end", args=[alert.public_id]) in browser_of(alice).get(page).content.decode()
    )


def test_what_nobody_said_of_protection_leads_to_the_question_itself(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    course = clinic(alice).with_course(days=[workday(7)]).course
    browser = browser_of(alice)
    told = browser.get(reverse("course-consent-home", args=[course.public_id])).content.decode()
    assert "majeur protégé" in told
    find = reverse("complaint-find", args=[course.complaint.public_id])
    (_, _, form) = told.partition(f'action="{find}#row-found"')
    (asked,) = re.findall(r'name="asked" value="([^"]+)"', form.partition("</form>")[0])
    page = browser.post(find, {"asked": html.unescape(asked)})
    found = page.content.decode().partition('id="row-found"')[2].partition("</form>")[0]
    assert "majeur protégé" in found
    assert 'value="no"' in found, "the question itself"
    assert reverse("allergy-new", args=[course.patient.public_id]) not in found


@pytest.mark.parametrize("typed", ["Majeur protégé", "majeur protege"])
def test_the_name_of_a_question_is_offered_as_no_allergy(
    alice: User, browser_of: Callable[[User], Client], typed: str
) -> None:
    complaint = clinic(alice).with_course().course.complaint
    find = reverse("complaint-find", args=[complaint.public_id])
    page = browser_of(alice).post(find, {"q": typed}).content.decode()
    assert 'id="row-found"' in page
    assert reverse("allergy-new", args=[complaint.patient.public_id]) + "?" not in page


@pytest.mark.parametrize(
    "written,read",
    [
        ("2 × 10, tous les jours", "2 séries de 10, tous les jours"),
        ("3 × 30 s", "3 fois 30 s"),
        ("10 minutes", "10 minutes"),
    ],
)
def test_a_patient_reads_sets_in_words(written: str, read: str) -> None:
    assert in_sets(written, "fr") == read


def test_an_old_cancellation_is_told_no_more(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    visit(
        alice, registered(alice), timezone.now() - timedelta(days=40),
        state=Appointment.State.CANCELLED, reason=visiting.REASON,
    )  # fmt: skip
    assert reverse("agenda-list", args=["given-up"]) not in home_of(browser_of(alice))

"""The pages of the phone that few come to: before the birth date, when a link is over, when no more
messages are wanted, when a consent is asked about or refused. Each is as accessible as the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.diary import link_life
from dolenti.diary.links import Made
from dolenti.diary.models import Link
from dolenti.portal import door
from tests.axe import findings, fits
from tests.web.diary import BORN, link_to, to_read, treated

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _at_once(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()


@pytest.fixture
def made(alice: User) -> Made:
    """A link to the questions of two days after a session."""
    with time_machine.travel(timezone.now() - timedelta(hours=50)):
        course = treated(alice)
    return link_to(alice, course)


def looked_at(page: Page, heading: str) -> None:
    """Of the page that has this heading: what a blind patient, a large thumb and a narrow screen
    find on it."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    assert findings(page) == []
    assert fits(page)


def say_birth_date(page: Page, year: int = BORN.year) -> None:
    for label, value in (("Jour", BORN.day), ("Mois", BORN.month), ("Année", year)):
        page.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Continuer").click()


def test_the_pages_before_the_birth_date_are_accessible(
    made: Made, window: Callable[..., Page], live_server: object
) -> None:
    page = window(width="phone")
    page.goto(f"{live_server}{reverse('phone', args=[made.token])}")
    page.get_by_role("link", name="Ne plus recevoir de messages").click()
    looked_at(page, "Ne plus recevoir de messages")
    page.get_by_role("button").first.click()
    looked_at(page, "Ne plus recevoir de messages")
    for name in ("phone-help", "phone-forget", "phone-not-me"):
        page.goto(f"{live_server}{reverse(name, args=[made.token])}")
        looked_at(page, "")


def test_a_link_that_is_locked_is_accessible(
    made: Made, window: Callable[..., Page], live_server: object
) -> None:
    page = window(width="phone")
    page.goto(f"{live_server}{reverse('phone', args=[made.token])}")
    for _ in range(link_life.TRIES):
        say_birth_date(page, BORN.year - 1)
    looked_at(page, "Ce lien ne s’ouvre pas")


def test_a_form_that_awaits_nothing_any_more_is_accessible(
    made: Made, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    page = window(width="phone")
    page.goto(f"{live_server}{reverse('phone', args=[made.token])}")
    say_birth_date(page)
    page.get_by_role("button", name="Non, il est partagé").click()
    page.wait_for_url(re.compile("/answer/$"))
    Link.objects.filter(pk=made.link.pk).update(revoked_at=timezone.now())
    page.evaluate("document.querySelector('main form[method=post]').submit()")
    looked_at(page, "")
    expect(page).to_have_title(re.compile("Aucune réponse n’est attendue"))


def test_a_question_about_a_consent_and_its_refusal_are_accessible(
    alice: User, window: Callable[..., Page], live_server: object
) -> None:
    made, page = to_read(alice), window(width="phone")
    page.goto(f"{live_server}{reverse('phone', args=[made.token])}")
    say_birth_date(page)
    page.get_by_role("button", name="Non, il est partagé").click()
    for name in ("phone-consent-ask", "phone-consent-no"):
        page.goto(f"{live_server}{reverse(name, args=[made.token])}")
        assert page.url.endswith(reverse(name, args=[made.token])), "it is this page"
        looked_at(page, "")

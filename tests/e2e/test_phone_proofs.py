"""What a phone asks beside a birth date, in a browser: the code before one's own curve, the name
under a signature; and « Ce n’est pas moi »."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Response, expect

from dolenti.access.models import User
from dolenti.diary.codes import Use
from dolenti.diary.links import Made
from dolenti.diary.models import Alert, Link
from dolenti.portal import door
from dolenti.records.patients import contacting
from dolenti.treatment.models import Consent
from tests.axe import findings, fits
from tests.web.diary import (
    ADDRESS,
    BORN,
    NUMBER,
    answered,
    code_of,
    link_to,
    opened,
    to_read,
    treated,
)
from tests.web.world import sent, state

pytestmark = pytest.mark.browser
LIGHT = 100_000
"""Bytes of a page, with all that it loads."""


@pytest.fixture(autouse=True)
def _at_once(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()


@pytest.fixture
def made(alice: User, live_server: object) -> Made:
    """A link to the questions of a week after a session; those of two days were answered."""
    with time_machine.travel(timezone.now() - timedelta(days=7, hours=3)):
        course = treated(alice)
        contacting.add(
            sent(alice), course.patient, {"kind": "self", "phone": NUMBER, "email": ADDRESS}
        )
        state(alice, course.patient, **{"protected-adult": False})
    with time_machine.travel(timezone.now() - timedelta(days=5)):
        answered(opened(link_to(alice, course)), pain_24h="6")
    return link_to(alice, course, "d7")


def looked_at(page: Page) -> None:
    """What a blind patient, a large thumb and a narrow screen find on it."""
    assert findings(page) == []
    assert fits(page)


def weight_of(answers: list[Response]) -> int:
    """The bytes of a page, with all that it loaded."""
    return sum(len(one.body()) for one in answers if one.ok)


def come_in(page: Page, made: Made, live_server: object, *, look: bool = True) -> None:
    page.goto(f"{live_server}{reverse('phone', args=[made.token])}")
    if look:
        looked_at(page)
    for label, value in (("Jour", BORN.day), ("Mois", BORN.month), ("Année", BORN.year)):
        page.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Continuer").click()
    if look:
        looked_at(page)
    page.get_by_role("button", name="Non, il est partagé").click()


def test_the_curve_opens_by_a_code_and_leaves_nothing_behind(
    made: Made, window: Callable[..., Page], live_server: object
) -> None:
    page = window(width="phone")
    come_in(page, made, live_server)
    page.get_by_role("link", name="Voir ma courbe").click()
    looked_at(page)
    page.get_by_role("button", name="Recevoir le code").click()
    looked_at(page)
    page.get_by_label("Le code, six chiffres").fill(
        code_of(Link.objects.get(pk=made.link.pk), Use.CURVE)
    )
    answers: list[Response] = []
    page.on("response", lambda one: answers.append(one))  # noqa: PLW0108 - a built-in takes no wrapper
    page.get_by_role("button", name="Voir ma courbe").click()
    expect(page.locator("svg.curve")).to_be_visible()
    looked_at(page)
    assert weight_of(answers) < LIGHT
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    expect(page.get_by_role("table")).to_contain_text("Séance 1")
    looked_at(page)
    kept = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]
    page.get_by_role("button", name="Fermer ma courbe").click()
    page.go_back()
    page.wait_for_load_state()
    expect(page.locator("svg.curve")).to_have_count(0)  # nor by the browser's own memory


def test_a_curve_that_stands_open_closes_by_itself(
    made: Made, window: Callable[..., Page], live_server: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window(width="phone", java_script_enabled=False)
    come_in(page, made, live_server, look=False)  # axe waits for ever without
    page.get_by_role("link", name="Voir ma courbe").click()
    page.get_by_role("button", name="Recevoir le code").click()
    monkeypatch.setattr("dolenti.diary.codes.LASTS", timedelta(seconds=4))
    page.get_by_label("Le code, six chiffres").fill(
        code_of(Link.objects.get(pk=made.link.pk), Use.CURVE)
    )
    page.get_by_role("button", name="Voir ma courbe").click()
    expect(page.locator("svg.curve")).to_be_visible()
    expect(page.get_by_text("Votre courbe s’est fermée")).to_be_visible(timeout=30_000)
    expect(page.locator("svg.curve")).to_have_count(0)


def test_who_is_reached_by_mistake_says_so_in_two_touches(
    made: Made, window: Callable[..., Page], live_server: object
) -> None:
    page = window(width="phone")
    page.goto(f"{live_server}{reverse('phone', args=[made.token])}")
    page.get_by_role("link", name="Ce n’est pas moi").click()
    looked_at(page)
    page.get_by_role("button", name="Ce n’est pas pour moi").click()
    expect(page.get_by_text("Ce lien ne s’ouvre plus")).to_be_visible()
    looked_at(page)
    assert Alert.objects.get().link_id == made.link.pk


def test_a_consent_is_signed_with_a_name_and_a_code(
    alice: User, window: Callable[..., Page], live_server: object
) -> None:
    read = to_read(alice)
    page = window(width="phone")
    come_in(page, read, live_server)
    page.get_by_role("link", name="Signer maintenant").click()
    page.get_by_role("button", name="Recevoir le code").click()
    looked_at(page)
    page.get_by_label("J’ai reçu les réponses").check()
    page.get_by_label("Votre prénom et votre nom").fill("Anne Durand")
    page.get_by_label("Le code, six chiffres").fill(code_of(Link.objects.get(pk=read.link.pk)))
    page.get_by_role("button", name="Je signe").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce n’est pas le nom que nous connaissons")
    looked_at(page)
    page.get_by_label("Votre prénom et votre nom").fill("Paul Lefèvre")
    page.get_by_role("button", name="Je signe").click()
    page.wait_for_url(re.compile("/consent/done/$"))
    consent = Consent.objects.get()
    assert (consent.signed_by, consent.signature["name_asked"]) == ("Paul Lefèvre", False)

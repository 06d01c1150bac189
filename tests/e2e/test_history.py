"""The history before a visit, on a narrow phone: one tap a question, an emergency said at once,
with or without a network or a script."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.diary import links
from dolenti.diary.models import Alert, History
from dolenti.portal import door
from tests.axe import findings, fits
from tests.web.diary import BACK, BORN, awaited, history_link
from tests.web.world import complaint_of, named, open_every_weekday

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("PHONE_SHOTS", "")
MOST = 40
"""Questions that no form has."""


@pytest.fixture
def address(alice: User, live_server: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """A link to the questions of a back that hurts."""
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    return f"{live_server}{reverse('phone', args=[history_link(alice).token])}"


def looked_at(page: Page, name: str) -> None:
    """What a blind patient, a large thumb and a narrow screen find on it."""
    assert findings(page) == []
    assert fits(page)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"history-{name}.png"), full_page=True)


def come_in(page: Page, address: str) -> None:
    page.goto(address)
    for label, value in (("Jour", BORN.day), ("Mois", BORN.month), ("Année", BORN.year)):
        page.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Oui, c’est le mien").click()
    looked_at(page, "intro")
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_text("Question 1 sur")).to_be_visible()


def press(page: Page, value: str) -> None:
    """One answer, by a tap on its words."""
    page.locator(f'label.choice:has(input[value="{value}"])').click()


def test_an_emergency_is_said_at_once_and_a_mistake_is_mended(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    looked_at(page, "question")
    press(page, "yes")
    call = page.get_by_role("link", name="Appeler le 15")
    expect(call).to_have_attribute("href", "tel:15")
    expect(page.locator(".alarm h1")).to_be_focused()
    page.get_by_role("button", name="Texte plus grand").click()
    expect(page.locator("html")).to_have_class("large")
    looked_at(page, "flagged")
    page.get_by_role("button", name="Texte habituel").click()
    assert Alert.objects.get().urgency == "emergency"
    page.get_by_role("button", name="C’est une erreur").click()
    press(page, "no")
    expect(page.get_by_text("Question 2 sur")).to_be_visible()
    assert Alert.objects.get().state == "raised"


def test_a_tap_answers_a_question_and_everything_is_looked_over_before_it_leaves(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    for asked in range(1, MOST):
        if page.get_by_role("button", name="Envoyer").is_visible():
            break
        if page.locator('input[name="new"]').is_visible():
            page.get_by_label("Nom", exact=True).fill("Pénicilline")
            page.get_by_role("button", name="Ajouter").click()
            expect(page.get_by_role("button", name="Retirer")).to_be_visible()
            looked_at(page, "names")
            page.get_by_role("button", name="Continuer").click()
        elif page.locator('input[value="none"]').count():
            if asked:
                looked_at(page, "choice")
            press(page, "none")
        else:
            press(page, "unknown" if page.locator('input[value="no"]').count() == 0 else "no")
        page.wait_for_function(
            "n => !document.querySelector('main').innerText.includes(`Question ${n} sur`)",
            arg=asked,
        )
    looked_at(page, "review")
    assert not History.objects.exists()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", name="C’est envoyé, merci")).to_be_visible()
    looked_at(page, "sent")
    row = History.objects.get()
    assert row.is_whole
    assert row.answers["allergy"] == {"names": ["Pénicilline"]}


def test_without_a_network_what_to_do_is_said_and_the_answer_leaves_later(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    page.context.set_offline(True)
    press(page, "yes")
    told = page.locator("#not-sent")
    expect(told).to_contain_text("Appelez le 15 ou le 112 maintenant")
    expect(told).to_contain_text("Pas de réseau")
    looked_at(page, "no-network")
    assert not Alert.objects.exists()
    expect(told.get_by_role("link", name="Appeler le 15")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".alarm")).to_be_visible()
    assert Alert.objects.count() == 1


def test_back_and_reload_ask_for_the_question_again_and_send_nothing(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="narrow")
    come_in(page, address)
    sent: list[str] = []
    press(page, "no")
    expect(page.get_by_text("Question 2 sur")).to_be_visible()
    page.on("request", lambda one: sent.append(one.method) if one.method == "POST" else None)
    page.reload()
    expect(page.get_by_text("Question 2 sur")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Question 1 sur")).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("Question 2 sur")).to_be_visible()
    assert sent == []


def test_on_a_network_that_never_answers_what_to_do_is_said_before_anything_leaves(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    asked = re.compile(r"/history/(\?step=\d+)?$")
    page.route(asked, lambda _route: None)  # neither answered nor refused
    press(page, "yes")
    told = page.locator("#not-sent")
    expect(told).to_contain_text("Appelez le 15 ou le 112 maintenant", timeout=1500)
    expect(page.locator("#status")).to_have_text("Envoi en cours…")
    expect(told).to_contain_text("Pas de réseau", timeout=12_000)
    page.unroute(asked)
    expect(page.locator(".alarm")).to_be_visible(timeout=15_000)
    assert Alert.objects.count() == 1


def test_a_form_that_was_left_is_taken_up_on_ones_own_phone(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    press(page, "no")
    expect(page.get_by_text("Question 2 sur")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Question 2 sur")).to_be_visible()
    page.goto(address)
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_text("Question 2 sur")).to_be_visible()


def test_keys_move_among_the_answers_and_send_nothing(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    page.keyboard.press("Tab")
    page.locator('input[value="yes"]').focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator('input[value="no"]')).to_be_checked()
    expect(page.get_by_text("Question 1 sur")).to_be_visible()
    page.get_by_role("button", name="Continuer").press("Enter")
    expect(page.get_by_text("Question 2 sur")).to_be_visible()


def test_without_a_script_each_page_works(
    address: str, browser: object, live_server: object
) -> None:
    context = browser.new_context(  # type: ignore[attr-defined]
        java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="fr-FR"
    )
    try:
        page = context.new_page()
        page.goto(address)
        for label, value in (("Jour", BORN.day), ("Mois", BORN.month), ("Année", BORN.year)):
            page.get_by_label(label).fill(str(value))
        page.get_by_role("button", name="Continuer").click()
        page.get_by_role("button", name="Non, il est partagé").click()
        page.get_by_role("button", name="Commencer").click()
        press(page, "yes")
        expect(page.get_by_text(re.compile("Question 1 sur"))).to_be_visible()
        page.get_by_role("button", name="Continuer").click()
        expect(page.get_by_role("link", name="Appeler le 15")).to_be_visible()
        assert Alert.objects.get().urgency == "emergency"
    finally:
        context.close()


def test_an_appointment_is_given_up_by_its_link(
    alice: User, live_server: object, window: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    open_every_weekday(alice.site)
    appointment = awaited(alice, named(complaint_of(alice, BACK)))
    made = links.make_for_appointment(alice, appointment)
    page = window(width="phone")
    page.goto(f"{live_server}{reverse('phone', args=[made.token])}")
    for label, value in (("Jour", BORN.day), ("Mois", BORN.month), ("Année", BORN.year)):
        page.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Oui, c’est le mien").click()
    looked_at(page, "visit")
    page.get_by_role("link", name="Déplacer le rendez-vous").click()
    looked_at(page, "visit-move")
    page.get_by_role("link", name="Aucune de ces dates ne me convient").click()
    looked_at(page, "visit-wish")
    page.get_by_role("link", name="Retour").click()
    page.get_by_role("link", name="Annuler le rendez-vous").click()
    looked_at(page, "visit-cancel")
    page.get_by_role("button", name="Annuler le rendez-vous").click()
    expect(page.get_by_role("heading", name="Votre rendez-vous est annulé")).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.state == "cancelled"


def test_a_closed_tab_loses_nothing_of_a_history(address: str, window: Callable[..., Page]) -> None:
    page = window(width="phone")
    come_in(page, address)
    for number in (1, 2, 3):
        expect(page.get_by_text(f"Question {number} sur")).to_be_visible()
        press(page, "no")
    expect(page.get_by_text("Question 4 sur")).to_be_visible()
    said = page.locator("input[name=said]").count()
    assert said
    page.wait_for_timeout(500)
    assert page.evaluate("Object.keys(localStorage).some(one => one.startsWith('draft-'))")
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(address)
    expect(again.locator("#begun")).to_contain_text("vous reprenez où vous en étiez")
    again.get_by_role("button", name="Commencer").click()
    expect(again.get_by_text("Question 4 sur")).to_be_visible()
    assert again.locator("input[name=said]").count() == said

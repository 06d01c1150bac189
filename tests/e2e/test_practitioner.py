"""A quick assessment without a patient on file: at any width, without script, on a bad line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pains import find_diagnosis
from tests.e2e.rows import SETTLING, no_to_all

pytestmark = pytest.mark.browser

BUNDLES = Path(__file__).parents[2] / "examples" / "fhir"
WARFARIN = (
    "patient: {birth-date: 1968-03-02, sex: male}\n"
    "complaint: {condition: knee-osteoarthritis, side: right}\n"
    "facts: {anticoagulant: vka}\n"
)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def describe_a_knee(page: Page, *, by_press: bool = False) -> None:
    page.get_by_role("link", name="Décrire un cas").first.click()
    find_diagnosis(page, "gonarthrose", "Gonarthrose", by_press=by_press)
    page.get_by_role("radio", name="Droite").check()
    page.get_by_role("radio", name="Femme").check()
    page.get_by_label("Date de naissance").fill("1961-04-02")
    page.get_by_role("button", name="Évaluer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gonarthrose, à droite")


def think_of_cryoneurolysis(page: Page) -> None:
    """Add what this doctor performs not, and may think of all the same."""
    page.locator(".chips").get_by_role("link", name="Cryoneurolyse").click()
    expect(column(page, "Cryoneurolyse")).to_be_visible()


def column(page: Page, name: str) -> Any:
    return page.get_by_role("article", name=name)


@pytest.mark.parametrize("width", ["desk", "phone", "narrow"])
def test_a_case_is_described_assessed_saved_and_read_again(
    width: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(width)
    describe_a_knee(page)
    assert fits(page)
    think_of_cryoneurolysis(page)
    expect(column(page, "Cryoneurolyse")).to_contain_text("À préciser")

    question = page.locator("#q-cryoglobulinaemia")
    expect(question).to_be_visible()  # no width folds a question away
    question.get_by_role("button", name="Oui").click()
    expect(column(page, "Cryoneurolyse")).to_contain_text("Contre-indication")
    expect(page.locator("#q-cryoglobulinaemia")).to_have_count(0)

    assert no_to_all(page)
    page.get_by_role("button", name="Enregistrer l’évaluation").click()
    expect(page.get_by_text("Résultat reproduit à l’identique")).to_be_visible()
    expect(column(page, "Cryoneurolyse")).to_contain_text("Contre-indication")
    assert fits(page)

    page.get_by_role("link", name="Évaluations").first.click()
    page.get_by_role("link", name="Gonarthrose").first.click()
    expect(page.get_by_text("Résultat reproduit à l’identique")).to_be_visible()


def test_without_script_everything_still_works(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    describe_a_knee(page, by_press=True)
    think_of_cryoneurolysis(page)
    page.locator("#q-cryoglobulinaemia").get_by_role("button", name="Oui").click()
    expect(column(page, "Cryoneurolyse")).to_contain_text("Contre-indication")
    assert no_to_all(page)
    page.get_by_role("button", name="Enregistrer l’évaluation").click()
    expect(page.get_by_text("Résultat reproduit à l’identique")).to_be_visible()


def send_text(page: Page, text: str) -> None:
    page.get_by_role("link", name="Envoyer un fichier").first.click()
    page.get_by_label("Ou collez le texte ici").fill(text)
    page.get_by_role("button", name="Envoyer et évaluer").click()


def test_a_wrong_value_is_explained_in_place_and_kept(open_page: Callable[..., Page]) -> None:
    page = open_page()
    send_text(page, WARFARIN)
    question = page.locator("#q-inr")
    question.get_by_role("textbox").fill("99")
    question.get_by_role("button", name="Enregistrer").click()
    expect(question.get_by_role("alert")).to_contain_text("impossible ici")
    expect(question.get_by_role("textbox")).to_have_value("99")
    expect(question.get_by_role("textbox")).to_be_focused()
    question.get_by_role("textbox").fill("2,1")
    page.wait_for_timeout(SETTLING)
    question.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#q-inr")).to_have_count(0)


def test_a_bundle_is_sent_and_shows_what_can_hurt_first(open_page: Callable[..., Page]) -> None:
    page = open_page("phone")
    page.get_by_role("link", name="Envoyer un fichier").first.click()
    page.get_by_label("Fichier", exact=True).set_input_files(BUNDLES / "elbow-pregnant.json")
    page.get_by_role("button", name="Envoyer et évaluer").click()
    strip = page.locator(".strip")
    expect(strip).to_contain_text("Grossesse")
    expect(strip).to_contain_text("Oui")
    assert fits(page)


def test_a_lost_connection_is_said_and_nothing_is_pretended(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    describe_a_knee(page)
    think_of_cryoneurolysis(page)
    page.route(re.compile("/answer/$"), lambda route: route.abort())
    page.locator("#q-cryoglobulinaemia").get_by_role("button", name="Oui").click()
    expect(page.locator("#unsaved")).to_be_visible()
    expect(page.locator("#q-cryoglobulinaemia")).to_be_visible()


def test_english_is_one_press_away_and_stays(open_page: Callable[..., Page]) -> None:
    page = open_page()
    describe_a_knee(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("right")
    expect(column(page, "Infiltration")).to_contain_text("More to ask")
    page.get_by_role("link", name="Knowledge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Knowledge")

"""The emergency page: with the network cut, and its doses against those of the
program."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.clinic.emergency.shown import said
from dolenti.guideline import session as guided
from dolenti.guideline.session import Someone
from dolenti.readiness import cards
from tests.axe import findings, fits
from tests.web.world import sent

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("SESSION_SHOTS", "")
PEOPLE = (
    (8, None), (22, None), (49.9, None), (50, None), (66.7, None), (69.9, 480), (70, 480),
    (110, 480), (None, 480), (None, 30), (12.5, 24), (20, 70), (41, 216), (0.5, 0), (300, 1000),
)  # fmt: skip


ANSWERS = """async () => {
    const there = await navigator.serviceWorker.getRegistration("/emergency/");
    const kept = await (await caches.open("dolenti-emergency")).match("/emergency/");
    return Boolean(kept && there && there.active && there.active.state === "activated");
}"""


@pytest.fixture
def signed(alice: User) -> User:
    """Every card, signed by the doctor of the site."""
    for one in cards.standing(alice.site):
        cards.sign(sent(alice), alice.site, one.card.id, one.sha256)
    return alice


def shot(page: Page, name: str) -> None:
    """A picture to look at, where somebody asked for them."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def kept(page: Page, address: str) -> None:
    """Wait until the browser holds the page for when the network is cut, and answers with it."""
    page.goto(address)
    until = time.monotonic() + 30
    while not page.evaluate(ANSWERS):
        assert time.monotonic() < until, "the browser does not keep the emergency page"
        page.wait_for_timeout(50)


def test_the_emergency_page_opens_with_the_network_cut_and_keeps_nothing_typed(
    window: Callable[..., Page], live_server: object, signed: User
) -> None:
    page = window(signed)
    base = str(live_server)
    kept(page, f"{base}/")
    page.context.set_offline(True)
    page.goto(f"{base}/emergency/#local-anaesthetic-toxicity")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#local-anaesthetic-toxicity")).to_be_visible()
    page.fill("#kg", "55")
    expect(page.locator("#local-anaesthetic-toxicity [data-rule]").first).to_have_text("82\u00a0mL")
    page.locator("#local-anaesthetic-toxicity [data-done]").first.click()
    expect(page.locator("#local-anaesthetic-toxicity [data-hours]").first).not_to_be_empty()
    shot(page, "emergency_offline")
    page.reload()
    assert page.input_value("#kg") == ""
    keys = page.evaluate(
        "async () => (await (await caches.open('dolenti-emergency')).keys()).map(k => k.url)"
    )
    assert all("/emergency/" in one or "/static/" in one for one in keys)
    page.context.set_offline(False)


def test_every_dose_of_the_page_is_the_dose_of_the_program(
    window: Callable[..., Page], live_server: object, signed: User
) -> None:
    page = window(signed)
    page.goto(f"{live_server}/emergency/")
    doses = [dose for one in cards.standing(signed.site) for dose in one.doses]
    for kg, months in PEOPLE:
        page.fill("#kg", "" if kg is None else f"{kg:g}".replace(".", ","))
        years = "" if months is None else f"{months / 12:.2f}"
        page.evaluate(
            "([years, months]) => { const f = document.getElementById('years'); f.value = years;"
            "f.dataset.months = months; f.dataset.shown = years;"
            "f.dispatchEvent(new Event('input')); }",
            [years, "" if months is None else str(months)],
        )
        shown = page.locator("[data-rule]").all_text_contents()
        by_rule = dict.fromkeys(shown)
        for dose in doses:
            for one in guided.figures(dose, Someone(kg=kg, months=months)):
                assert said(one, "fr") in by_rule, (dose.id, kg, months)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_accessible_and_fits(
    window: Callable[..., Page], live_server: object, signed: User, width: int
) -> None:
    page = window(signed)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server}/emergency/")
    shot(page, f"emergency_{width}")
    assert findings(page) == []
    page.goto(f"{live_server}/emergency/#anaphylaxis")
    shot(page, f"anaphylaxis_{width}")
    assert findings(page) == []
    assert fits(page)

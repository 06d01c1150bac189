"""The bar on a telephone: every entry of the menu and the quick search are within reach."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.access.roles import Role
from tests.axe import findings, fits
from tests.e2e.rows import SETTLING
from tests.web.world import registered

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("MENU_SHOTS", "")
# What lies outside the window, or is covered by something else, is not within reach.
_OUT_OF_REACH = """() => [...document.querySelectorAll('.top-inner :is(a, button, summary, #find)')]
  .filter(one => {
    const box = one.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return box.width < 24 || box.height < 24 || box.left < 0 || box.right > innerWidth
      || one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow === 'hidden'
      || !(hit && (one === hit || one.contains(hit)));
  })
  .map(one => one.outerHTML.slice(0, 120))"""


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def expanded(page: Page) -> bool:
    """What the menu says of itself to somebody who hears the page."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    document = session.send("DOM.getDocument")
    at = session.send(
        "DOM.querySelector",
        {"nodeId": document["root"]["nodeId"], "selector": ".nav-fold > summary"},
    )
    said = session.send("Accessibility.getPartialAXTree", {**at, "fetchRelatives": False})
    (node,) = said["nodes"]
    said_of = {one["name"]: one["value"]["value"] for one in node["properties"]}
    return bool(said_of["expanded"])


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PRACTITIONER, Role.AUDITOR])
@pytest.mark.parametrize("width", ["phone", "narrow"])
def test_the_menu_opens_by_the_keyboard_and_shows_every_entry(
    width: str,
    role: Role,
    script: bool,
    window: Callable[..., Page],
    person: Callable[[Role], User],
    live_server: object,
) -> None:
    page = window(person(role), width, java_script_enabled=script)
    page.goto(str(live_server))
    entries = page.locator(".nav a")
    assert entries.count() >= 3
    expect(entries.first).to_be_hidden()
    menu = page.locator(".nav-fold > summary")
    expect(menu).to_have_text("Menu")
    assert not expanded(page)
    menu.focus()
    page.keyboard.press("Enter")
    assert expanded(page)
    for entry in entries.all():
        expect(entry).to_be_visible()
    for way in ("EN", "Se déconnecter"):
        expect(page.locator(".top-end button", has_text=way)).to_be_visible()
    shot(page, f"{width}-{role}")
    page.wait_for_timeout(SETTLING)  # what has just come takes no press
    assert page.evaluate(_OUT_OF_REACH) == []
    assert fits(page)
    page.keyboard.press("Tab")
    last = entries.last.get_attribute("href")
    with page.expect_navigation():
        entries.last.press("Enter")
    assert page.url.endswith(last or "-")


def test_a_patient_is_found_from_any_page_on_a_telephone(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    zoe = registered(alice)
    page = window(alice, "phone")
    page.goto(f"{live_server}/absences/")
    page.locator("#find").fill("durnad")
    found = page.locator("#found a").first
    expect(found).to_be_visible()
    box = found.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    shot(page, "found")
    assert findings(page) == []
    found.click()
    page.wait_for_url(f"**/{zoe.public_id}/**")


@pytest.mark.parametrize("role", list(Role))
def test_at_a_desk_the_menu_stands_open_without_a_fold(
    role: Role, window: Callable[..., Page], person: Callable[[Role], User], live_server: object
) -> None:
    page = window(person(role))
    page.goto(str(live_server))
    expect(page.locator(".nav-fold > summary")).to_be_hidden()
    for entry in page.locator(".nav a").all():
        expect(entry).to_be_visible()
    shot(page, f"desk-{role}")
    assert fits(page)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PRACTITIONER, Role.SECRETARY])
def test_the_bar_at_a_desk_is_one_row_and_says_who_is_here_in_full(
    role: Role,
    language: str,
    window: Callable[..., Page],
    person: Callable[[Role], User],
    live_server: object,
) -> None:
    who = person(role)
    type(who.site).objects.update(name="Démonstration")
    page = window(who, "desk", language)
    page.goto(f"{live_server}/")
    bar = page.locator(".top-inner").bounding_box()
    assert bar is not None
    assert bar["height"] < 60
    cut = "one => one.scrollWidth > one.clientWidth"
    assert not any(one.evaluate(cut) for one in page.locator(".who > *").all())

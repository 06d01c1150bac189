"""What was begun on the patient's own device is found again, is read by nobody else, and leaves
nothing behind; on a shared one nothing is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from dolenti.access.models import User
from dolenti.diary.models import Alert, Answer
from tests.e2e.visiting import asked_after_two_days, come_in, say_birth_date, say_fever

pytestmark = pytest.mark.browser
DRAFTS = "Object.keys(localStorage).filter(one => one.startsWith('draft-'))"
KEPT = f"{DRAFTS}.length"


@pytest.fixture
def address(alice: User, live_server: object, monkeypatch: pytest.MonkeyPatch) -> str:
    return asked_after_two_days(alice, live_server, monkeypatch)


def kept(page: Page) -> None:
    """Wait until what was said so far lies sealed on the device."""
    page.wait_for_function(f"() => {KEPT} === 1")
    page.wait_for_timeout(300)


def reopened(page: Page, address: str) -> Page:
    """The same device, another tab: its visit may have ended meanwhile."""
    context = page.context
    page.close()
    context.clear_cookies(name=re.compile("phone$"))
    again = context.new_page()
    again.goto(address)
    say_birth_date(again)
    again.wait_for_url(re.compile("/answer/$"))
    return again


def test_a_closed_tab_without_a_network_loses_no_answer(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    page.context.set_offline(True)
    say_fever(page)
    page.get_by_role("button", name="Continuer").click()
    page.locator('.question:not([hidden]) input[value="over-38"]').click()
    kept(page)
    page.context.set_offline(False)
    page = reopened(page, address)
    expect(page.locator("#begun")).to_contain_text("Commencé le")
    expect(page.get_by_role("heading", name="Tout est juste")).to_be_visible()
    expect(page.locator("#now")).to_contain_text("Appelez aujourd’hui")  # before it is sent
    assert not Answer.objects.exists()
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url(re.compile("/done/$"))
    assert Answer.objects.get().answers["fever-value"] == "over-38"
    assert page.evaluate(KEPT) == 0


def test_what_was_to_be_sent_is_looked_over_and_arrives_once(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    for value in ("3", "falling", "none"):
        page.locator(f'.question:not([hidden]) input[value="{value}"]').click()

    def lose(route: Route) -> None:  # it arrives, and its answer does not
        if route.request.method != "POST":
            return route.continue_()
        route.fetch()
        return route.abort()

    page.route("**/answer/", lose)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#not-sent")).to_be_visible()
    assert Answer.objects.count() == 1
    kept(page)
    page.unroute_all(behavior="ignoreErrors")
    again = reopened(page, address)
    expect(again.get_by_text("Vous avez répondu à")).to_be_visible()
    again.wait_for_function(f"() => {KEPT} === 0")  # it was received as it was sent
    assert Answer.objects.count() == 1


def test_what_lies_on_the_device_says_nothing_without_the_birth_date(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    say_fever(page)
    kept(page)
    (name,) = page.evaluate(DRAFTS)
    lies = page.evaluate("one => localStorage.getItem(one)", name)
    assert set(json.loads(lies)) == {"until", "key", "pressed", "iv", "sealed"}
    assert not re.search("fever|rising|pain|signs", lies + name)
    assert "seal" not in page.evaluate("JSON.stringify(Object.keys(sessionStorage))")


def test_a_shared_device_keeps_nothing_and_lets_go_of_what_was_kept(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    say_fever(page)
    kept(page)
    page.goto(f"{address}device/")
    page.get_by_role("button", name="Non, il est partagé").click()
    page.wait_for_url(re.compile("/answer/$"))
    page.wait_for_function(f"() => {KEPT} === 0")
    say_fever(page)
    page.wait_for_timeout(500)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_what_is_past_its_time_or_erased_goes(address: str, window: Callable[..., Page]) -> None:
    page = window(width="phone")
    come_in(page, address)
    say_fever(page)
    kept(page)
    page.evaluate(
        f"for (const one of {DRAFTS}) {{ const kept = JSON.parse(localStorage.getItem(one));"
        "localStorage.setItem(one, JSON.stringify({...kept, until: Date.now() - 1})); }"
    )
    page.goto(f"{address}problem/")
    page.wait_for_function(f"() => {KEPT} === 0")
    page.locator('.question:not([hidden]) input[value="fever"]').click()
    kept(page)
    page.get_by_role("link", name="Effacer ce qui est sur cet appareil").click()
    page.get_by_role("button", name="Effacer").click()
    page.wait_for_function(f"() => {KEPT} === 0")


def test_a_danger_in_free_text_is_said_without_a_network(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    page.goto(f"{address}problem/")
    page.locator('.question:not([hidden]) input[value="other"]').click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Continuer").click()
    page.locator("textarea").fill("je n’en peux plus, je voudrais en finir")
    page.locator("textarea").blur()
    first = page.locator("#now a.button:visible").first
    expect(first).to_have_text("Appeler le 3114")
    expect(first).to_have_attribute("href", "tel:3114")
    page.context.set_offline(False)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url(re.compile("/done/$"))
    expect(page.locator(".alarm")).to_contain_text("Appelez le 3114 maintenant")
    expect(page.locator(".alarm a").first).to_have_attribute("href", "tel:3114")
    assert Alert.objects.get().urgency == "emergency"


def test_at_twice_the_size_nothing_runs_out_of_its_frame(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    page.set_viewport_size({"width": 195, "height": 422})
    come_in(page, address)
    narrow = page.locator(".question:not([hidden]) .choice").evaluate_all(
        "all => Math.min(...all.map(one => one.getBoundingClientRect().width))"
    )
    assert narrow >= 40
    say_fever(page)
    page.get_by_role("button", name="Continuer").click()
    page.locator('.question:not([hidden]) input[value="over-38"]').click()
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url(re.compile("/done/$"))
    runs = ".alarm h1, .alarm p, .alarm a, main h1"
    over = page.locator(runs).evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1)"
        ".map(one => one.textContent)"
    )
    assert over == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 195

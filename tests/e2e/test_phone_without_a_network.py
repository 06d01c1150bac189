"""A patient without a network opens their link, or the icon of the phone: both name the signs that
ask for help, and the number to press."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from tests.axe import fits
from tests.e2e.visiting import asked_after_two_days, come_in

pytestmark = pytest.mark.browser
KEPT = "async (page) => Boolean(await caches.match(page))"
"""Whether a page lies on the device."""


def wait_for(page: Page, kept: str) -> None:
    """Until the phone keeps a page."""
    for _ in range(100):
        if page.evaluate(KEPT, kept):
            return
        page.wait_for_timeout(100)
    raise AssertionError(kept)


def test_a_link_and_the_icon_open_without_a_network_and_name_the_signs(
    alice: User, live_server: object, monkeypatch: pytest.MonkeyPatch, open_page: object
) -> None:
    page: Page = open_page("phone")  # type: ignore[operator]
    address = asked_after_two_days(alice, live_server, monkeypatch)
    come_in(page, address)
    link = page.url.partition("/answer/")[0].removeprefix(str(live_server)) + "/"
    for kept in (f"{link}offline/", reverse("phone-start")):
        wait_for(page, kept)
    page.reload()  # its worker has it now
    page.context.set_offline(True)
    for where, title in ((link, "Pas de réseau"), (reverse("phone-start"), "Ouvrez le lien")):
        page.goto(f"{live_server}{where}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        expect(
            page.get_by_role("heading", name="appelez le 15 ou le 112 maintenant")
        ).to_be_visible()
        expect(page.get_by_text("Du mal à respirer ou mal dans la poitrine")).to_be_visible()
        expect(page.get_by_role("link", name="Appeler le 15").first).to_be_visible()
        assert fits(page), where
    page.context.set_offline(False)

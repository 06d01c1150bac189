"""The phone at 78 years: letters twice as large, 390 px across, in French; nothing runs out of the
screen, nothing is asked that cannot be passed over where it may be left."""

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
from dolenti.diary import links
from dolenti.diary.models import Answer
from dolenti.portal import door
from tests.axe import fits
from tests.e2e.looks import broken
from tests.web.diary import BORN, treated

pytestmark = pytest.mark.browser
TWICE = "html { font-size: 225% !important }"  # of 112.5%
WIDTHS = {320: "h1, h2, legend, button, .button, .choice, .tell", 390: "body"}
"""Pixels across, and where no word is broken: on the narrowest telephone what is read first."""
SAID = {"medicine-today": "usual", "medicine-which": "tramadol", "activity": "full"}
"""What is answered of what is offered; the rest is passed over."""


def in_large_print(page: Page, name: str) -> None:
    page.add_style_tag(content=TWICE)
    for wide, whole in WIDTHS.items():
        page.set_viewport_size({"width": wide, "height": 844})
        assert fits(page), (name, wide)
        assert broken(page, whole) == [], (name, wide)


def alarmed(page: Page, address: str, sign: str, look: Callable[[str], None]) -> None:
    """A problem is told, and what to do is read, page after page."""
    here = page.locator(".question:not([hidden])")
    page.goto(address)
    page.locator(f'input[value="{sign}"]').click()
    look(f"{sign}: the list")
    page.get_by_role("button", name="Continuer").click()
    while here.count():
        page.get_by_role("button", name="Passer").click()
    look(f"{sign}: review")
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url(re.compile("/done/$"))
    look(f"{sign}: what to do")


def test_a_month_is_answered_in_letters_twice_as_large(
    alice: User,
    live_server: object,
    monkeypatch: pytest.MonkeyPatch,
    window: Callable[..., Page],
) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    with time_machine.travel(timezone.now() - timedelta(days=30)):
        course = treated(alice)
    made = links.make(alice, course, "m1", "last")
    page = window(width="phone", bypass_csp=True)
    seen: list[str] = []

    def looked_at(name: str) -> None:
        in_large_print(page, name)
        seen.append(name)

    page.goto(f"{live_server}{reverse('phone', args=[made.token])}")
    looked_at("birth date")
    for label, value in (("Jour", 2), ("Mois", 2), ("Année", 1948)):
        page.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at("another birth date")
    for label, value in (("Jour", BORN.day), ("Mois", BORN.month), ("Année", BORN.year)):
        page.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Continuer").click()
    looked_at("device")
    page.get_by_role("button", name="Oui, c’est le mien").click()
    page.wait_for_url(re.compile("/answer/$"))

    here = page.locator(".question:not([hidden])")
    for value in ("3", "2", "still", "none"):
        looked_at(value)
        here.locator(f'input[value="{value}"]').click()
    expect(page.get_by_role("heading", name="Tout est juste")).to_be_visible()
    looked_at("review")
    page.context.set_offline(True)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#not-sent")).to_be_visible()
    looked_at("no network")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="C’est envoyé, merci")).to_be_visible()
    looked_at("done")
    assert Answer.objects.get().answers["change"] == "2"

    page.get_by_role("link", name="Répondre à quelques questions de plus").click()
    page.wait_for_url(re.compile("/more/$"))
    for _ in range(20):
        if not here.count():
            break
        asked = str(here.get_attribute("data-question"))
        looked_at(asked)
        if asked == "tramadol-mg":
            here.get_by_role("textbox").fill("150")
            page.get_by_role("button", name="Continuer").click()
        elif asked in SAID:
            here.locator(f'input[value="{SAID[asked]}"]').click()
            if asked == "medicine-which":
                page.get_by_role("button", name="Continuer").click()
        else:
            page.get_by_role("button", name="Passer").click()
        expect(page.locator(f'[data-question="{asked}"]')).to_be_hidden()
    looked_at("review of more")
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url(re.compile("/done/$"))
    more = Answer.objects.get(window="more-m1").answers
    assert more == {
        "medicine-today": "usual", "medicine-which": ["tramadol"], "tramadol-mg": 150.0,
        "activity": "full",
    }  # fmt: skip
    for name in ("phone-problem", "phone-call", "phone-leaflet", "phone-stop"):
        page.goto(f"{live_server}{reverse(name, args=[made.token])}")
        looked_at(name)
    address = f"{live_server}{reverse('phone-problem', args=[made.token])}"
    alarmed(page, address, "fever", looked_at)
    alarmed(page, address, "breathing", looked_at)
    page.get_by_role("button", name="J’ai terminé, fermer").click()
    expect(page.get_by_role("heading", name="C’est fermé")).to_be_visible()
    looked_at("closed")
    assert len(seen) >= 20

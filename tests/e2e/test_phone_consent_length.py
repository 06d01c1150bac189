"""A consent at home in letters twice as large: as few screens as its sentences take, none of them
left out, and what may happen or be done instead never folded away."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.diary import consenting
from dolenti.portal import door
from dolenti.ui.consents import told
from tests.axe import findings, fits
from tests.e2e.looks import broken
from tests.web.diary import BORN, to_read

pytestmark = pytest.mark.browser
TWICE = "html { font-size: 200% !important }"
MOST = 21.0
"""Heights of the window, of an infiltration of a knee; it was 25.4 with everything said twice."""


def test_a_consent_in_letters_twice_as_large_is_short_and_whole(
    alice: User,
    window: Callable[..., Page],
    live_server: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    made, page = to_read(alice), window(width="phone", bypass_csp=True)
    page.goto(f"{live_server}{reverse('phone', args=[made.token])}")
    for label, value in (("Jour", BORN.day), ("Mois", BORN.month), ("Année", BORN.year)):
        page.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Non, il est partagé").click()
    page.wait_for_url(re.compile("/consent/$"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_style_tag(content=TWICE)
    assert page.evaluate("document.documentElement.scrollHeight / innerHeight") <= MOST

    said = told(consenting.text_of(made.link), "fr")
    open_text = " ".join(page.locator("article.words").inner_text().split())
    shown = [sentence for part in (*said.before, *said.after) for sentence, _ in part.sentences]
    shown += [one for _, risks in said.risks for one in risks] + [one.says for one in said.serious]
    shown += [text for one in said.benefits for text in (one.claim, one.found)]
    assert [one for one in shown if " ".join(one.split()) not in open_text] == []
    assert said.declarations[0] not in open_text
    page.get_by_text("Ce que vous déclarez en signant").click()
    for one in said.declarations:
        expect(page.get_by_text(one)).to_be_visible()
    assert fits(page)
    assert broken(page, "body") == []
    assert findings(page) == []
    # The page of the signature has them whole.
    page.goto(f"{live_server}{reverse('phone-consent-sign', args=[made.token])}")
    for one in said.declarations:
        expect(page.get_by_text(one)).to_be_visible()

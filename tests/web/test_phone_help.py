"""« J'ai un problème » and « Demander un appel » on every screen of the phone, whatever link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import dolenti.portal
from dolenti.access.models import User
from dolenti.diary import links
from dolenti.diary.links import Made
from dolenti.diary.models import Alert, Wish
from dolenti.portal import door, urls
from tests.web.diary import (
    BORN,
    LINKS,
    after,
    link_to,
    treated,
)
from tests.web.phones import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
# A questionnaire is named behind the link: its page is asked in test_questionnaires.
PAGES = [str(one.name) for one in urls.urlpatterns if set(one.pattern.converters) == {"token"}]
HELP = re.compile(r"<footer>.*J’ai un problème.*Demander un appel.*112.*</footer>", re.DOTALL)


def screens(browser: Client, token: str) -> dict[str, str]:
    """Every page that shows itself by this link, by its name."""
    found = {}
    for name in PAGES:
        answer = browser.get(reverse(name, args=[token]))
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            found[name] = answer.content.decode()
    return found


def test_every_kind_of_link_is_walked() -> None:
    assert {"answer", *LINKS} == set(links.Purpose.values)


@pytest.mark.parametrize("purpose", links.Purpose.values)
def test_on_every_screen(alice: User, purpose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    if purpose != "answer":
        walk(LINKS[purpose](alice), purpose)
        return
    course = treated(alice)
    with after(50):
        walk(link_to(alice, course), purpose)


def walk(made: Made, purpose: str) -> None:
    browser, place = Phone(), f"/s/{made.token}/"
    before = screens(browser, made.token)
    assert {"phone", "phone-help", "phone-stop"} <= set(before)
    strange = screens(browser, "x" * 32)
    assert set(strange) == set(before)  # a link that nobody knows shows the same
    browser.post(place, BIRTH)
    browser.post(f"{place}device/", {"own": "yes"})
    inside = screens(browser, made.token)
    assert {"phone-device", "phone-problem"} < set(inside)
    for name, page in [*before.items(), *inside.items()]:
        assert HELP.search(page), name
    told = inside["phone-problem"]
    if purpose in ("answer", "aftercare"):
        assert "<form" in told.partition("<main")[2]
    else:  # the link is for something else: whom to call
        assert 'href="tel:0123456789"' in told
    problem = inside["phone-problem"]
    asks = re.search(r'<footer>.*href="([^"]+)">Demander un appel', problem, re.DOTALL)
    assert asks is not None
    address = asks[1].partition("?")[0]
    assert browser.post(address, {"kind": "call", "based_on": "1"}, follow=True).status_code == 200
    assert Alert.objects.exists() or Wish.objects.filter(kind="call").exists()


def test_no_template_of_the_phone_leaves_it_out() -> None:
    folder = Path(dolenti.portal.__file__).parent
    for file in folder.rglob("*.html"):
        text = file.read_text("utf-8")
        assert file.name == "base.html" or "block help" not in text, file.name
        assert file.name == "base.html" or "<footer" not in text, file.name

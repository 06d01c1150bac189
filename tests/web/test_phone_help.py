"""« J'ai un problème » and « Être appelé » on every screen of the phone, whatever its link."""

from __future__ import annotations

import re
from collections.abc import Callable
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
    after,
    aftercare_link,
    awaited,
    history_link,
    link_to,
    to_read,
    treated,
)
from tests.web.world import complaint_of, named

pytestmark = pytest.mark.django_db
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
PAGES = [str(one.name) for one in urls.urlpatterns]
HELP = re.compile(r"<footer>.*J’ai un problème.*Être appelé.*112.*</footer>", re.DOTALL)


def to_come(user: User) -> Made:
    return links.make_for_appointment(user, awaited(user, named(complaint_of(user))))


LINKS: dict[str, Callable[[User], Made]] = {
    "history": history_link,
    "appointment": to_come,
    "consent": to_read,
    "aftercare": aftercare_link,
}


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
    browser, place = Client(), f"/s/{made.token}/"
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
    asks = re.search(r'<footer>.*href="([^"]+)">Être appelé', inside["phone-problem"], re.DOTALL)
    assert asks is not None
    address = asks[1].partition("?")[0]
    assert browser.post(address, {"kind": "call"}, follow=True).status_code == 200
    assert Alert.objects.exists() or Wish.objects.filter(kind="call").exists()


def test_no_template_of_the_phone_leaves_it_out() -> None:
    folder = Path(dolenti.portal.__file__).parent
    for file in folder.rglob("*.html"):
        text = file.read_text("utf-8")
        assert file.name == "base.html" or "block help" not in text, file.name
        assert file.name == "base.html" or "<footer" not in text, file.name

"""On the narrowest telephone, 320 px, no word and no telephone number of a patient's page goes on
in the next line. For the pages of the clinic ``test_every_page`` looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from dolenti.access.models import User
from dolenti.diary.links import Made
from dolenti.portal import door, urls
from dolenti.records.patients import contacting
from tests.axe import fits
from tests.e2e.looks import broken, told
from tests.web.diary import (
    ADDRESS,
    BORN,
    LINKS,
    NUMBER,
    aftercare_link,
    answered,
    link_to,
    opened,
    treated,
)
from tests.web.world import sent, state

pytestmark = pytest.mark.browser
LANGUAGES = ("fr", "en")
# All of one practitioner: each course has a week of its own.
MAKE = {**LINKS, "aftercare": partial(aftercare_link, days=21)}
# What a page says anew at each load, and nobody sees: the keys of its forms, the link it came by.
_OF_THE_LOAD = re.compile(r'(?<=value=")[\w-]{30,}(?=")|(?<=/s/)[\w-]+')


def made_for(alice: User, purpose: str) -> Made:
    if purpose in MAKE:
        return MAKE[purpose](alice)
    with time_machine.travel(timezone.now() - timedelta(hours=50)):
        course = treated(alice)
    contacting.add(sent(alice), course.patient, {"kind": "self", "phone": NUMBER, "email": ADDRESS})
    state(alice, course.patient, **{"protected-adult": False})  # type: ignore[arg-type]
    made = link_to(alice, course)
    answered(opened(made))
    return made


def addresses(root: str) -> list[str]:
    """Every page behind a link, and what it may be asked besides."""
    found = []
    for one in urls.urlpatterns:
        path = str(one.pattern).removeprefix("s/<slug:token>/")
        if "<" in path or path.endswith(("worker.js", "calendar/", "copy/", "details/")):
            continue
        found += [f"{root}{path}{asked}" for asked in ("", "?sent=1", "?kind=call", "?again=1")]
    return found


def said_by(client: Client, address: str) -> str | None:
    """What a page says, without what no reader sees of it; None where there is no page."""
    answer = client.get(address)
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return None
    return _OF_THE_LOAD.sub("", answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_phone_breaks_a_word(
    language: str,
    alice: User,
    window: Callable[..., Page],
    live_server: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page that says what one before it said, by another link or asked something else, is the
    same page, and is not loaded again: that leaves one of twelve."""
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    seen: set[str | None] = {None}
    wrong: dict[str, list[str]] = {}
    for purpose in ("answer", *MAKE):
        page = window(width="narrow", language=language)
        root = f"/s/{made_for(alice, purpose).token}/"

        def look(name: str, page: Page = page) -> None:
            found = broken(page) + ([] if fits(page) else ["scrolls sideways"])
            if found:
                wrong.setdefault(name, found)

        page.goto(f"{live_server}{root}")
        look(f"{purpose}: birth date")
        page.locator("[name=day]").fill("99")
        page.locator("form button.main").click()
        look(f"{purpose}: birth date refused")
        for part in ("day", "month", "year"):
            page.locator(f"[name={part}]").fill(str(getattr(BORN, part)))
        page.locator("form button.main").click()
        look(f"{purpose}: device")
        with page.expect_navigation():
            page.locator("[name=own][value=yes]").click()
        client = Client()
        for one in page.context.cookies():
            client.cookies[one["name"]] = one["value"]
        for address in addresses(root):
            said = said_by(client, address)
            if said not in seen:
                seen.add(said)
                page.goto(f"{live_server}{address}")
                look(f"{purpose}: {address.removeprefix(root)}")
    assert len(seen) > 40, "as many pages are behind the links"
    assert not wrong, told(wrong)


def test_the_page_of_a_link_that_is_locked_breaks_no_number(
    alice: User, window: Callable[..., Page], live_server: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    made = made_for(alice, "answer")
    page = window(width="narrow")
    page.goto(f"{live_server}/s/{made.token}/")
    for _ in range(5):
        for part, typed in (("day", "1"), ("month", "1"), ("year", "1950")):
            page.locator(f"[name={part}]").fill(typed)
        page.locator("form button.main").click()
    call = page.locator("a.main")
    assert call.inner_text() == "Appeler le 01\u00a023\u00a045\u00a067\u00a089"
    assert broken(page) == []

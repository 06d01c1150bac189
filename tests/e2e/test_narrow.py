"""On the narrowest telephone, 320 px, no word and no telephone number goes on in the next line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.diary.links import Made
from dolenti.portal import door, urls
from dolenti.records.models import Assessment, Complaint
from dolenti.records.patients import contacting
from tests.axe import fits
from tests.e2e.looks import broken, told, who_may
from tests.web.addresses import address
from tests.web.diary import ADDRESS, BORN, LINKS, NUMBER, answered, link_to, opened, treated
from tests.web.matrix import PAGES as LISTED
from tests.web.matrix import SHOWN
from tests.web.world import assessed, complaint_of, named, sent, state

pytestmark = pytest.mark.browser
LANGUAGES = ("fr", "en")
# With the keyboard on a field, come from below: is its label to be seen, or under the strip?
_COVERED = """() => {
  const strip = document.querySelector('.strip-section');
  if (!strip || getComputedStyle(strip).position !== 'sticky') return [];
  const covered = [];
  for (const field of document.querySelectorAll('main input, main select, main textarea')) {
    const label = field.closest('label') || document.querySelector(`label[for="${field.id}"]`);
    if (!label || !field.checkVisibility() || !label.checkVisibility()) continue;
    window.scrollTo(0, document.body.scrollHeight);
    field.focus();
    const [under, above] = [label.getBoundingClientRect(), strip.getBoundingClientRect()];
    if (under.top < above.bottom - 1 && under.bottom > above.top) {
      covered.push(`the label of ${field.name} is under the strip`);
    }
  }
  return covered;
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_clinic_breaks_a_word(
    language: str,
    alice: User,
    window: Callable[..., Page],
    person: Callable[[Role], User],
    live_server: object,
) -> None:
    knee: Complaint = complaint_of(alice)
    stored: Assessment = assessed(alice, named(knee))
    windows: dict[User | None, Page] = {}
    wrong: dict[str, list[str]] = {}
    for name in SHOWN:
        if name.startswith(("phone", "mfa")):
            continue
        user = who_may(LISTED[name], person)
        page = windows.get(user) or window(user, "narrow", language)
        windows[user] = page
        page.goto(f"{live_server}{address(name, knee, stored)}")
        if found := broken(page):
            wrong[name] = found
        for across in (320, 390) if "consent" in name else ():
            page.set_viewport_size({"width": across, "height": 844})
            wrong.setdefault(name, []).extend(page.evaluate(_COVERED))
        page.set_viewport_size({"width": 320, "height": 700})
    wrong = {name: found for name, found in wrong.items() if found}
    assert not wrong, told(wrong)


def made_for(alice: User, purpose: str) -> Made:
    if purpose in LINKS:
        return LINKS[purpose](alice)
    with time_machine.travel(timezone.now() - timedelta(hours=50)):
        course = treated(alice)
    contacting.add(sent(alice), course.patient, {"kind": "self", "phone": NUMBER, "email": ADDRESS})
    state(alice, course.patient, **{"protected-adult": False})  # type: ignore[arg-type]
    made = link_to(alice, course)
    answered(opened(made))
    return made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", ["answer", *LINKS])
def test_no_page_of_the_phone_breaks_a_word(
    purpose: str,
    language: str,
    alice: User,
    window: Callable[..., Page],
    live_server: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    made = made_for(alice, purpose)
    page = window(width="narrow", language=language)
    root = f"{live_server}/s/{made.token}/"
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found = broken(page) + ([] if fits(page) else ["scrolls sideways"])
        if found:
            wrong.setdefault(name, found)

    page.goto(root)
    look("birth date")
    page.locator("[name=day]").fill("99")
    page.locator("form button.main").click()
    look("birth date refused")
    for part in ("day", "month", "year"):
        page.locator(f"[name={part}]").fill(str(getattr(BORN, part)))
    page.locator("form button.main").click()
    look("device")
    page.locator("[name=own][value=yes]").click()
    for one in urls.urlpatterns:
        path = str(one.pattern).removeprefix("s/<slug:token>/")
        if "<" in path or path.endswith(("worker.js", "calendar/", "copy/", "details/")):
            continue
        for asked in ("", "?sent=1", "?kind=call", "?again=1"):
            answer = page.goto(f"{root}{path}{asked}")
            if answer is not None and answer.ok:
                look(f"{path}{asked}")
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

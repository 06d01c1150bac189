"""Every page of the site, for somebody who may see it: French and English, wide and narrow, light
and dark. A page that joins the permission matrix is looked at without a word here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from dolenti.access.models import User
from dolenti.access.roles import PERMISSIONS, Permission, Role
from dolenti.records.models import Assessment, Complaint
from tests.axe import findings, fits
from tests.people import enter, give_app
from tests.web.addresses import address
from tests.web.conftest import complaint_of
from tests.web.courses import HEAD, REDIRECT, assessed, named
from tests.web.patients import registered
from tests.web.test_permissions import MATRIX

pytestmark = pytest.mark.browser

# Answers to programs, to a form that is sent, or files: nothing that a person looks at. That each
# of them is no page is held by a test below.
NO_PAGE = {
    "health",
    "health-ready",
    "metrics",
    "language",
    "account_logout",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "patient-care",
    "patient-care-end",
    "contact-end",
    "document",
    "draft-keep",
    "draft-discard",
    "knowledge-attest",
    "complaint-resolve",
    "complaint-answer",
    "complaint-nothing-else",
    "complaint-store",
    "course-start",
    "course-complete",
    "course-calendar",
    "session-calendar",
    "session-arrive",
    "session-undo-arrival",
    "session-finish",
    "absence-end",
    "course-consent-document",
    "consent-document",
    "quotation-document",
    "patient-erasure-propose",
    "drafts-forget",
    "erasure-drop",
    "site-room-close",
    "site-closure-take-back",
    "site-fee-end",
    "opening-end",
    "trail-export",
    "person-role",
    "person-leave",
    "person-back",
    "person-invite",
    "person-second-step",
}
# Open only in the middle of a log-in, once, or with a passkey of one's own: see test_door.py.
AT_THE_DOOR = {
    "mfa_authenticate",
    "account_reset_password_from_key",
    "mfa_remove_webauthn",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_reauthenticate_webauthn",
}
# There for a record outside one's care alone: see test_days.py.
OF_A_CLOSED_RECORD = {"patient-open"}
PAGES = [name for name in MATRIX if name not in NO_PAGE | AT_THE_DOOR | OF_A_CLOSED_RECORD]
PARTS = 4  # as many tests, so that every core of a machine has its share
# Language, then each window in it: width, colours.
LOOKS = {
    "fr": ((1280, "light"), (390, "dark")),
    "en": ((390, "light"), (1280, "dark")),
}
TALL = 16_000  # the bar that stays at the foot of a window covers nothing
FLAGGED = (
    "patient: {birth-date: 1948-03-02, sex: female}\n"
    "complaint: {condition: knee-osteoarthritis, side: right}\n"
    "facts: {anticoagulant: vka, allergy: {has: [sulfite], not: []}, cryoglobulinaemia: true,\n"
    "  hot-swollen-joint: true, fever: true, inr: {value: 2.0, at: 2020-01-01}}\n"
)
TWO = "complaints: [{id: a, condition: knee-osteoarthritis}, {id: b, zone: elbow}]\n"
CHAPTERS = ("evidence", "protocol", "aftercare", "practice")

# Each thing that can hold the keyboard, with the keyboard on it: is it shown?
_UNSEEN = """() => {
  const shown = element => {
    const box = element.closest('.option') || element;
    const style = getComputedStyle(box);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
      || (style.stroke && style.stroke !== 'none' && parseFloat(style.strokeWidth) >= 2);
  };
  const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary,'
    + '[tabindex="0"]';
  const unseen = [];
  for (const element of document.querySelectorAll(all)) {
    element.focus({preventScroll: true});
    if (document.activeElement === element && !shown(element)) {
      unseen.push('no focus to be seen: ' + element.outerHTML.slice(0, 120));
    }
  }
  return unseen;
}"""
_SMALL = """() => [...document.querySelectorAll(
    'main .button, main input[type=text], main input[type=date], main select, main .option')]
  .map(element => [element.getBoundingClientRect(), element])
  .filter(([box]) => box.height > 0 && box.height < 43.5)
  .map(([box, element]) =>
    `${Math.round(box.height)} px high: ${element.outerHTML.slice(0, 90)}`)"""


def who_may(permission: object, person: Callable[[Role], User]) -> User | None:
    """Somebody who holds a permission, a practitioner before others; nobody for a stranger's."""
    if permission is None:
        return None
    if isinstance(permission, Permission):
        return person(next(role for role in Role if permission in PERMISSIONS[role]))
    return person(Role.PRACTITIONER)


@pytest.fixture
def knee(alice: User) -> Complaint:
    return complaint_of(alice)


@pytest.fixture
def stored(alice: User, knee: Complaint) -> Assessment:
    return assessed(alice, named(knee))


def told(wrong: dict[str, list[str]]) -> str:
    """Every fault on a line of its own."""
    return "\n".join(f"{name}: {one}" for name, found in wrong.items() for one in found)


def faults(page: Page, language: str) -> list[str]:
    """What every page must have, whatever its width and colours."""
    page.keyboard.press("Tab")  # from here on it is the keyboard that moves: focus must be shown
    found: list[str] = page.evaluate(_UNSEEN)
    for across in (320, 640):  # the narrowest telephone; 1280 px enlarged twice
        page.set_viewport_size({"width": across, "height": 700})
        if not fits(page):
            found.append(f"scrolls sideways at {across} px")
    if page.locator("html").get_attribute("lang") != language:
        found.append("says another language than it speaks")
    if page.locator("h1").count() != 1:
        found.append(f"has {page.locator('h1').count()} headings of the first level")
    title, dash, site = page.title().rpartition(" – ")
    if not title or not dash or site != "Dolenti":
        found.append(f"its title says nothing: {page.title()}")
    return found


def looked_at(page: Page, language: str) -> list[str]:
    """Everything wrong with the page that is open."""
    found = []
    for across, scheme in LOOKS[language]:
        page.set_viewport_size({"width": across, "height": TALL})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [
            f"{one} ({across} px, {scheme})" for one in findings(page, contrast=language == "fr")
        ]
        if across < 400:
            found += page.evaluate(_SMALL)
    return found + faults(page, language)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible_in_every_look(
    part: int,
    window: Callable[..., Page],
    person: Callable[[Role], User],
    live_server: object,
    knee: Complaint,
    stored: Assessment,
) -> None:
    windows: dict[tuple[User | None, str], Page] = {}
    wrong: dict[str, list[str]] = {}
    for name in PAGES[part::PARTS]:
        user = who_may(MATRIX[name], person)
        if name == "mfa_deactivate_totp":  # there for whoever has an app
            give_app(knee.author)
        path = address(name, knee, stored)
        for language in LOOKS:
            page = windows.get((user, language)) or window(user, "desk", language)
            windows[user, language] = page
            answer = page.goto(f"{live_server}{path}")
            assert answer is not None
            if (answer.status, page.url) != (200, f"{live_server}{path}"):
                wrong[name] = [f"is no page: {answer.status}, {page.url}"]
                break
            found = looked_at(page, language)
            if found:
                wrong[f"{name} {language}"] = sorted(set(found))[:8]
    assert not wrong, told(wrong)


def test_what_is_not_looked_at_is_no_page(
    person: Callable[[Role], User], live_server: object, knee: Complaint, stored: Assessment
) -> None:
    assert not (NO_PAGE | AT_THE_DOOR) - set(MATRIX)
    for name in NO_PAGE:
        user = who_may(MATRIX[name], person)
        client = Client()
        if user is not None:
            enter(client, user)
        answer = client.get(address(name, knee, stored))
        is_page = answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]
        assert not is_page, name


def test_what_can_hurt_is_accessible_too(
    alice: User, window: Callable[..., Page], live_server: object
) -> None:
    """Red flags, dangers, two complaints at once, an empty record, a page that is not there."""
    flagged, two = complaint_of(alice, FLAGGED), complaint_of(alice, TWO)
    unasked, sent_away = complaint_of(alice, HEAD), complaint_of(alice, REDIRECT)
    paths = [
        reverse("complaint", args=[flagged.public_id]),
        reverse("patient", args=[flagged.patient.public_id]),
        reverse("patient-facts", args=[flagged.patient.public_id]),
        reverse("complaint", args=[unasked.public_id]),
        reverse("complaint", args=[two.public_id]),
        reverse("assessment", args=[assessed(alice, sent_away).public_id]),
        reverse("patient", args=[registered(alice).public_id]),
        *(reverse("knowledge-therapy-part", args=["mesotherapy", one]) for one in CHAPTERS),
        "/no-such-page/",
    ]
    wrong: dict[str, list[str]] = {}
    for language in LOOKS:
        page = window(alice, "desk", language)
        for path in paths:
            page.goto(f"{live_server}{path}")
            if found := looked_at(page, language):
                wrong[f"{path} {language}"] = found
    assert not wrong, told(wrong)


def test_no_two_pages_have_one_title(
    person: Callable[[Role], User], live_server: object, knee: Complaint, stored: Assessment
) -> None:
    titles: dict[str, Any] = {}
    for name in PAGES:
        user = who_may(MATRIX[name], person)
        if name == "mfa_deactivate_totp":
            give_app(knee.author)
        client = Client()
        if user is not None:
            enter(client, user)
        text = client.get(address(name, knee, stored)).content.decode()
        title = text.partition("<title>")[2].partition("</title>")[0]
        titles.setdefault(title, []).append(name)
    # A therapy opens on its rules.
    titles = {t: [n for n in names if n != "knowledge-therapy"] for t, names in titles.items()}
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}

"""Every page of the site, for somebody who may see it: in French or in English, wide or narrow,
light or dark, each by turns, and in all of these by `make looks`. A page that joins the permission
matrix is looked at without a word here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.records.models import Assessment, Complaint
from tests.e2e.arriving import AT_ONCE
from tests.e2e.looks import (
    LOOKS,
    looked_at,
    narrow,
    one_of_many,
    told,
    under_the_strip,
    who_may,
)
from tests.people import give_app
from tests.web.addresses import address
from tests.web.matrix import PAGES as LISTED
from tests.web.matrix import SHOWN
from tests.web.world import HEAD, REDIRECT, assessed, complaint_of, named, registered

pytestmark = pytest.mark.browser

# Shown to whoever has an app, and so not to those whom the matrix was approved with.
PAGES = [*SHOWN, "mfa_deactivate_totp"]
PARTS = 4  # as many tests, so that every core of a machine has its share
FLAGGED = (
    "patient: {birth-date: 1948-03-02, sex: female}\n"
    "complaint: {condition: knee-osteoarthritis, side: right}\n"
    "facts: {anticoagulant: vka, allergy: {has: [sulfite], not: []}, cryoglobulinaemia: true,\n"
    "  hot-swollen-joint: true, fever: true, inr: {value: 2.0, at: 2020-01-01}}\n"
)
TWO = "complaints: [{id: a, condition: knee-osteoarthritis}, {id: b, zone: elbow}]\n"
CHAPTERS = ("evidence", "protocol", "aftercare", "practice")


@pytest.fixture
def knee(alice: User) -> Complaint:
    return complaint_of(alice)


@pytest.fixture
def stored(alice: User, knee: Complaint) -> Assessment:
    return assessed(alice, named(knee))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible_and_breaks_no_word(
    part: int,
    window: Callable[..., Page],
    person: Callable[[Role], User],
    live_server: object,
    knee: Complaint,
    stored: Assessment,
) -> None:
    """Each page is made once, and loaded on the narrowest telephone in French, whose words are the
    longer ones, and in the language of its looks."""
    windows: dict[tuple[User | None, str], Page] = {}
    wrong: dict[str, list[str]] = {}
    for number, name in enumerate(PAGES[part::PARTS]):
        user = who_may(LISTED[name], person)
        if name == "mfa_deactivate_totp":  # there for whoever has an app
            give_app(knee.author)
        path = address(name, knee, stored)
        looks = one_of_many(number)
        for language in dict.fromkeys(("fr", *looks)):
            if (user, language) not in windows:
                windows[user, language] = window(user, "narrow", language)
                windows[user, language].add_init_script(AT_ONCE)
            page = windows[user, language]
            answer = page.goto(f"{live_server}{path}")
            assert answer is not None
            if (answer.status, page.url) != (200, f"{live_server}{path}"):
                wrong[name] = [f"is no page: {answer.status}, {page.url}"]
                break
            found = page.evaluate("window.taking")  # before anybody could have read the page
            found += narrow(page) + (under_the_strip(page) if "consent" in name else [])
            if language in looks:
                found += looked_at(page, language, looks[language])
            if found:
                wrong[f"{name} {language}"] = sorted(set(found))[:8]
    assert not wrong, told(wrong)


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
    windows = {language: window(alice, "desk", language) for language in LOOKS}
    for number, path in enumerate(paths):
        for language, looks in one_of_many(number).items():
            windows[language].goto(f"{live_server}{path}")
            if found := looked_at(windows[language], language, looks):
                wrong[f"{path} {language}"] = found
    assert not wrong, told(wrong)

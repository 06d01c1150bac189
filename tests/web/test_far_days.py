"""Days at the ends of the calendar, and NUL: refused at one place, before anybody reckons with it.

Every page is opened with far days in every parameter that an address takes, and with NUL in one,
another on each: what refuses NUL stands before every page. The forms are
sent in ``every_form/bad_input.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import cycle
from typing import Any, Final
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import PERMISSIONS, Role
from dolenti.clinic.common.forms import day_field
from dolenti.clinic.common.typed import DayField
from dolenti.guideline.dates import FIRST_YEAR, LAST_YEAR
from dolenti.records.models import Assessment, Complaint
from tests.web.addresses import address
from tests.web.forms import FAR
from tests.web.matrix import PAGES, SHOWN, dozens, first_of
from tests.web.parameters import parameters

pytestmark = pytest.mark.any_database

BrowserOf = Callable[[User], Client]
Apart = Callable[..., AbstractContextManager[Any]]
PASSWORD: Final = "correct horse battery"


@pytest.mark.parametrize("text", FAR)
def test_a_far_day_is_refused_by_every_field_of_days_in_words(text: str) -> None:
    for field in (day_field("x"), DayField()):
        with pytest.raises(Exception, match=f"{FIRST_YEAR}|date|jour"):
            field.clean(text)


def test_the_first_and_the_last_year_are_days() -> None:
    for year in (FIRST_YEAR, LAST_YEAR):
        assert DayField().clean(f"31/12/{year}").year == year
        assert day_field("x").clean(f"{year}-01-01").year == year


def asked(alice: User, name: str, browser_of: BrowserOf) -> Client:
    permission = PAGES[name].permission
    roles = [Role.PRACTITIONER, *Role]
    alice.role = next((r for r in roles if permission in PERMISSIONS[r]), Role.PRACTITIONER)
    alice.set_password(PASSWORD)  # without one, nobody confirms who they are
    alice.save()
    return browser_of(alice)


def test_the_parameters_of_addresses_are_found() -> None:
    by_a_word, of_a_form = {"day", "after", "draft", "file", "page"}, {"first", "last", "actor"}
    by_a_constant, by_another_name = {"step", "with", "for"}, {"window", "anchor", "all"}
    assert by_a_word | of_a_form | by_a_constant | by_another_name <= set(parameters())


@pytest.mark.parametrize("names", dozens(SHOWN), ids=first_of)
def test_no_page_breaks_at_a_far_day_or_nul_in_its_address(
    names: list[str],
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: BrowserOf,
    apart: Apart,
) -> None:
    ends, by_turns = cycle(FAR[:2]), cycle(parameters())
    for name in names:
        with apart(name, alice, knee, stored) as (alice_here, *of_a_case):
            path = address(name, *of_a_case)
            browser = asked(alice_here, name, browser_of)
            end, parameter = next(ends), next(by_turns)
            both = dict.fromkeys((*parameters(), "start"), end)
            assert browser.get(path, both).status_code in (200, 302, 403, 404, 422), end
            assert browser.get(path, {parameter: "a\0b"}).status_code == 400, parameter


def test_nul_in_a_path_or_in_the_name_of_a_field_is_answered_400(at_alice: Client) -> None:
    assert at_alice.get("/patients/a%00b/").status_code == 400
    assert at_alice.get("/places/", {"a\0b": "x"}).status_code == 400
    assert at_alice.post("/places/", {"a\0b": "x"}).status_code == 400


@pytest.mark.parametrize("text", FAR[:2])
def test_an_auditor_who_mistypes_a_year_is_told(
    text: str, ada: User, browser_of: BrowserOf
) -> None:
    browser = browser_of(ada)
    for field in ("first", "last"):
        assert browser.get(reverse("trail"), {field: text}).status_code == 422
        assert browser.post(reverse("trail-export"), {field: text}).status_code == 302
    today = timezone.localdate().isoformat()
    assert browser.get(reverse("trail"), {"first": "1900-01-01", "last": today}).status_code == 200


@pytest.mark.parametrize("sign", ["\x07", "\x1b", "\x0b", "\x7f", "\x9b"])
def test_a_control_character_reaches_no_page(sign: str, at_alice: Client) -> None:
    assert at_alice.get(f"/patients/a{quote(sign)}b/").status_code == 400
    assert at_alice.get("/places/", {f"a{sign}b": "x"}).status_code == 400
    assert at_alice.post("/places/", {"q": f"a{sign}b"}).status_code == 400


@pytest.mark.parametrize("sign", ["\t", "\n", "\r\n", "\x85", "\x1d", "\x1e"])
def test_ends_of_lines_and_what_a_scanner_types_reach_one(sign: str, at_alice: Client) -> None:
    assert at_alice.get("/patients/", {"q": f"a{sign}b"}).status_code == 200

"""Every form and parameter of the site with what nobody should send, by every role: an answer or a
refusal, never a fault, and soon. ``make fuzz`` sends all sixty values in each field of each form; a
usual run sends each form once (``every_form/nasty.py``), and each page its parameters."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.records.models import Assessment, Complaint
from tests.nasty import LARGE, VALUES, bounded, some
from tests.people import put_in_role
from tests.web.addresses import address
from tests.web.forms import asked, files_of, forms_of, raw, ready_to_send, sent
from tests.web.matrix import FORMS, SHOWN
from tests.web.parameters import parameters

ALONE = 6
"""As many parameters are sent alone with each of sixty values: each meets some eight of them."""
GROUPS = 8
"""Forms are tried in so many tests of each role: a site is made for each."""


if LARGE:

    @pytest.mark.parametrize("role", list(Role))
    @pytest.mark.parametrize("group", range(GROUPS))
    def test_no_form_breaks(
        group: int,
        role: Role,
        alice: User,
        knee: Complaint,
        stored: Assessment,
        browser_of: Callable[[User], Client],
    ) -> None:
        for name in FORMS[group::GROUPS]:
            browser, path, _, page = ready_to_send(name, alice, knee, stored, browser_of, role)
            tried = set()
            for form in forms_of(page, path, alice):
                alone = [(field, value) for field in form for value in VALUES]
                for field, value in alone:
                    told = {**form, field: value}
                    if (key := tuple(sorted(told.items()))) in tried:
                        continue
                    tried.add(key)
                    # Whatever it wrote is undone: the next one meets the same site.
                    with transaction.atomic(), bounded((name, role, told)):
                        answer = sent(browser, path, raw(told))
                        transaction.set_rollback(True)
                    assert answer.status_code < 500, (name, role, told)

    @pytest.mark.parametrize("role", list(Role))
    def test_no_file_breaks(
        role: Role,
        alice: User,
        knee: Complaint,
        stored: Assessment,
        browser_of: Callable[[User], Client],
    ) -> None:
        for name in FORMS:
            browser, path, fields, page = ready_to_send(name, alice, knee, stored, browser_of, role)
            for field in files_of(page):
                for value in VALUES:
                    content = value.encode("utf-8", "surrogatepass")
                    named = value.encode("utf-8", "replace").decode()[:200]
                    for called in ("a.json", f"{named}.pdf"):
                        file = SimpleUploadedFile("a", content)
                        file.name = called  # as a program sends it, unlike what a browser would
                        with transaction.atomic(), bounded((name, role, field, value)):
                            answer = sent(browser, path, {**fields, field: file})
                            transaction.set_rollback(True)
                        assert answer.status_code < 500, (name, role, field, called, value)


@pytest.mark.parametrize("role", list(Role))
def test_no_parameter_breaks(
    role: Role,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    shown = SHOWN if LARGE else SHOWN[list(Role).index(role) :: len(Role)]
    paths = {name: address(name, knee, stored) for name in shown}  # what is there a physician made
    put_in_role(alice, role)
    browser = browser_of(alice)
    for name, path in paths.items():
        values = some(f"{name} {role}", len(names_sent()))
        rounds = [[value] * len(names_sent()) for value in VALUES] if LARGE else [values]
        for drawn in rounds:
            together = {p: v[:2_000] for p, v in zip(names_sent(), drawn, strict=True)}
            for told in by_turns(name, together):
                with transaction.atomic(), bounded((name, role, told)):
                    answer = asked(browser, path, told)
                    transaction.set_rollback(True)
                assert answer.status_code < 500, (name, role, told)


@cache
def names_sent() -> list[str]:
    """Those that the program names itself, and some that a form takes from an address."""
    return sorted({*parameters(), "to", "next", "side", "zone", "view", "lang", "id"})


def by_turns(name: str, together: dict[str, str]) -> list[dict[str, str]]:
    """Many at once, or one alone, which no refusal of another hides: another on each page."""
    if LARGE:
        draw = random.Random(f"{name} {together}")
        return [together, *({p: together[p]} for p in draw.sample(names_sent(), ALONE))]
    place = SHOWN.index(name)
    alone = names_sent()[place // 2 % len(names_sent())]
    return [together if place % 2 else {alone: together[alone]}]

"""Every form of the site, by every check of ``every_form/``, each as if it were alone.

What a form stands on is dear to make, so it is made once for all the checks, and each of them is
undone when it ends. A form that the code has and ``matrix.txt`` does not list fails here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.records.models import Assessment, Complaint
from tests.web.every_form.bad_input import stands_or_is_refused
from tests.web.every_form.changed_meanwhile import comes_back_on_what_stands
from tests.web.every_form.met import Met
from tests.web.every_form.nasty import breaks_at_nothing_nasty
from tests.web.every_form.sent_twice import written_once
from tests.web.every_form.whole import sends_every_hidden_field_that_it_needs
from tests.web.forms import ready_to_send, sent
from tests.web.matrix import FORMS, PAGES, READERS, dozens, first_of

BrowserOf = Callable[[User], Client]
Apart = Callable[..., AbstractContextManager[Any]]
CHECKS: Final[tuple[Callable[[Met], None], ...]] = (
    written_once,
    sends_every_hidden_field_that_it_needs,
    stands_or_is_refused,
    breaks_at_nothing_nasty,
    comes_back_on_what_stands,
)
OTHERS = [
    (name, role)
    for name in FORMS
    for role in READERS
    if PAGES[name].opens_to(role) and role != PAGES[name].reader
]


@pytest.mark.parametrize("names", dozens(FORMS), ids=first_of)
def test_a_form_stands_every_check(
    names: list[str],
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: BrowserOf,
    apart: Apart,
) -> None:
    for name in names:
        with apart(name, alice, knee, stored) as world:
            browser, path, fields, page = ready_to_send(name, *world, browser_of)
            for check in CHECKS:
                with apart(f"{name} {check.__name__}"):
                    check(Met(name, browser, path, fields, page, world[0]))


@pytest.mark.any_database
@pytest.mark.parametrize("others", dozens(OTHERS), ids=lambda others: first_of(others[0]))
def test_whoever_may_open_a_form_may_also_send_it(
    others: list[tuple[str, Role]],
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: BrowserOf,
    apart: Apart,
) -> None:
    """What a page does besides its own row asks for no right that its other roles lack."""
    for name, role in others:
        with apart(f"{name} {role}", alice, knee, stored) as world:
            ready = ready_to_send(name, *world, browser_of, role)
            assert sent(ready.browser, ready.path, ready.fields).status_code != 403

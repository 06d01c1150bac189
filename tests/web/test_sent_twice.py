"""Every form of the site, sent twice as it stands: the second time nothing more is written.

The door's forms are allauth's: each has its own test in test_login.py.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.records.models import Assessment, Complaint
from tests.web.forms import ready_to_send, sent
from tests.web.matrix import (
    APPROVED_PAGES,
    FORMS,
    PAGES,
    READERS,
    dozens,
    first_of,
    line_of,
    said,
)

KEPT_OUT = {
    "AuditEntry",
    "AuditKey",
    "Session",
    "UserSession",
}  # the trail says each sending; log-ins
OTHERS = [
    (name, role)
    for name in FORMS
    for role in READERS
    if PAGES[name].opens_to(role) and role != PAGES[name].reader
]


def rows() -> dict[str, int]:
    """How many there are of everything that a form could make."""
    models = (model for model in apps.get_models() if model.__name__ not in KEPT_OUT)
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.mark.parametrize("names", dozens(FORMS), ids=first_of)
def test_a_form_sent_twice_is_written_once(
    names: list[str],
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
    apart: Callable[..., AbstractContextManager[Any]],
) -> None:
    """What so simple a filling gets wrong, or the record is not ready for, is refused twice and
    written by nobody. With its own words it is sent twice elsewhere (tests/crash/test_at_once.py
    and the tests of each view)."""
    for name in names:
        with apart(name, alice, knee, stored) as world:
            browser, path, fields = ready_to_send(name, *world, browser_of)
            before = rows()
            first = sent(browser, path, fields)
            refused = first.status_code in (404, 409, 422)
            assert refused or first.status_code in (200, 204, 302)
            becomes = "refused" if refused else "written"
            approved = name in APPROVED_PAGES and APPROVED_PAGES[name].sent == becomes
            assert approved, said(line_of(PAGES[name], sent=becomes))
            after_once = rows()
            assert not refused or after_once == before
            second = sent(browser, path, fields)
            assert second.status_code in (first.status_code, 404, 409, 422)
            assert rows() == after_once


@pytest.mark.any_database
@pytest.mark.parametrize("others", dozens(OTHERS), ids=lambda others: first_of(others[0]))
def test_whoever_may_open_a_form_may_also_send_it(
    others: list[tuple[str, Role]],
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
    apart: Callable[..., AbstractContextManager[Any]],
) -> None:
    """What a page does besides its own row asks for no right that its other roles lack."""
    for name, role in others:
        with apart(f"{name} {role}", alice, knee, stored) as world:
            sending = ready_to_send(name, *world, browser_of, role)
            assert sent(*sending).status_code != 403

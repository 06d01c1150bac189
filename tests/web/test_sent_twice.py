"""Every form of the site, sent twice as it stands: the second time nothing more is written.

The door's forms are allauth's: each has its own test in test_login.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.test import Client

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.records.models import Assessment, Complaint
from tests.web.forms import ready_to_send, sent
from tests.web.matrix import APPROVED_PAGES, FORMS, PAGES, READERS, line_of, said

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


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_twice_is_written_once(
    name: str,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    """What so simple a filling gets wrong, or the record is not ready for, is refused twice and
    written by nobody. With its own words it is sent twice elsewhere (tests/crash/test_at_once.py
    and the tests of each view)."""
    browser, path, fields = ready_to_send(name, alice, knee, stored, browser_of)
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
@pytest.mark.parametrize("name, role", OTHERS)
def test_whoever_may_open_a_form_may_also_send_it(
    name: str,
    role: Role,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    """What a page does besides its own row asks for no right that its other roles lack."""
    sending = ready_to_send(name, alice, knee, stored, browser_of, role)
    assert sent(*sending).status_code != 403

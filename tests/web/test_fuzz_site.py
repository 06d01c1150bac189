"""Every form and parameter of the site with what nobody should send, by every role: an answer or a
refusal, never a fault, and soon. ``make fuzz`` sends all sixty values in each field of each form; a
usual run sends each form once (``every_form/nasty.py``), and each page its parameters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.records.models import Assessment, Complaint
from tests.nasty import LARGE, VALUES, bounded, some
from tests.web.addresses import address
from tests.web.forms import ready_to_send, sendable, sent
from tests.web.matrix import FORMS, SHOWN
from tests.web.parameters import PARAMETERS as FOUND

PARAMETERS = sorted({*FOUND, "to", "next", "side", "zone", "view", "lang", "id"})
"""Those that the program names itself, and some that a form takes from an address."""
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
            browser, path, fields, _ = ready_to_send(name, alice, knee, stored, browser_of, role)
            for field in fields:
                for value in VALUES:
                    told = {**fields, field: value}
                    # Whatever it wrote is undone: the next one meets the same site.
                    with transaction.atomic(), bounded((name, role, told)):
                        answer = sent(browser, path, sendable(told))
                        transaction.set_rollback(True)
                    assert answer.status_code < 500, (name, role, told)


@pytest.mark.parametrize("role", list(Role))
def test_no_parameter_breaks(
    role: Role,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    alice.role = role
    alice.save()
    browser = browser_of(alice)
    shown = SHOWN if LARGE else SHOWN[list(Role).index(role) :: len(Role)]
    for name in shown:
        path = address(name, knee, stored)
        values = some(f"{name} {role}", len(PARAMETERS))
        rounds = [[value] * len(PARAMETERS) for value in VALUES] if LARGE else [values]
        for drawn in rounds:
            told = sendable({p: v[:2_000] for p, v in zip(PARAMETERS, drawn, strict=True)})
            with transaction.atomic(), bounded((name, role, told)):
                answer = browser.get(path, told)
                if answer.streaming:
                    b"".join(answer)
                transaction.set_rollback(True)
            assert answer.status_code < 500, (name, role, told)

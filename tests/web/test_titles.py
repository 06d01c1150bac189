"""Each page says by its title which one it is."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.test import Client

from dolenti import __version__
from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.records.models import Assessment, Complaint
from tests.people import enter, give_app
from tests.web.addresses import address
from tests.web.matrix import PAGES as LISTED
from tests.web.matrix import SHOWN
from tests.web.world import person

pytestmark = pytest.mark.any_database


def test_no_two_pages_have_one_title(
    alice: User, north: Site, knee: Complaint, stored: Assessment
) -> None:
    alice.set_password("correct horse battery")  # without one there is none to change
    alice.save()
    people: dict[Role | None, User] = {None: alice, Role.PRACTITIONER: alice}
    titles: dict[str, list[str]] = defaultdict(list)
    for name in [*SHOWN, "mfa_deactivate_totp"]:
        page = LISTED[name]
        if name == "mfa_deactivate_totp":  # there for whoever has an app
            give_app(alice)
        role = None if page.permission is None else page.reader
        if role not in people:
            people[role] = person(str(role), role, north)
        browser = Client()
        if role is not None:
            enter(browser, people[role])
        text = browser.get(address(name, knee, stored)).text
        # No page may take the words of the frame for its own; a patient's phone has another one.
        if "<footer" in text and not name.startswith("phone"):
            assert f"Dolenti {__version__}" in text.partition("<footer")[2], name
        titles[text.partition("<title>")[2].partition("</title>")[0]].append(name)
    # A therapy opens on its rules.
    titles = {t: [n for n in names if n != "knowledge-therapy"] for t, names in titles.items()}
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}

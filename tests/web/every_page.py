"""Every page of the site as somebody who may open it reads it: asked once, and looked at by every
test that has something to say of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.test import Client

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import VerdictChange
from tests.people import enter, give_app
from tests.web.addresses import address
from tests.web.matrix import PAGES, SHOWN
from tests.web.world import assessed, complaint_of, person

FOR_AN_APP: Final = "mfa_deactivate_totp"
"""A page that is there for whoever has an app, and changes others: it is asked last."""


def read() -> Mapping[str, str]:
    """The text of each page that is shown, by its name; what it is about is made before it."""
    north = Site.objects.create(name="North")
    alice = person("Alice", Role.PRACTITIONER, north)
    alice.set_password("correct horse battery")  # without one there is none to change
    alice.save()
    knee = complaint_of(alice)
    stored = assessed(alice, knee)
    VerdictChange.objects.create(
        assessment=stored, site=north, edition=snapshot_in_force(), therapy="infiltration",
        was="not-indicated", now="possible",
    )  # fmt: skip
    people: dict[Role, User] = {Role.PRACTITIONER: alice}
    pages = {}
    for name in [*SHOWN, FOR_AN_APP]:
        if name == FOR_AN_APP:
            give_app(alice)
        page, browser = PAGES[name], Client()
        if page.permission is not None:
            role = page.reader
            if role not in people:
                people[role] = person(str(role), role, north)
            enter(browser, people[role])
        answer = browser.get(address(name, knee, stored))
        assert answer.status_code == 200, f"{name}: {answer.status_code}"
        pages[name] = answer.text
    return pages

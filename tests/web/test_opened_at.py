"""A form is written at the site where it was opened, or not at all: whoever went to another site
in a second tab is told, writes nothing there, and loses nothing of what they typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver

from dolenti.access import accounts
from dolenti.access.guard import LOGGED_IN
from dolenti.access.models import AuditEntry, Membership, Site, User
from dolenti.access.opened_at import FIELD
from dolenti.access.roles import Role
from dolenti.agenda.models import Room
from tests.people import enter
from tests.web.matrix import PAGES
from tests.web.world import administrator

CARRIED = re.compile(rf'name="{FIELD}" value="([^"]*)"')


@pytest.fixture
def both(north: Site, south: Site) -> User:
    """Somebody who administers two sites, and acts at the north."""
    made = administrator(north, "Both")
    Membership.objects.create(user=made, site=south, role=Role.ADMINISTRATOR)
    return made


def fields(page: str, action: str = "") -> dict[str, str]:
    wanted = f'action="{action}"' if action else 'name="token"'
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if wanted in one)
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def test_every_form_of_the_clinic_says_where_it_was_opened(every_page: Mapping[str, str]) -> None:
    seen = 0
    for name, text in every_page.items():
        if PAGES[name].permission is None:
            continue
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
            carried = CARRIED.search(form)
            assert carried, f"{name}: a form without a token"
            assert re.fullmatch(r"[A-Za-z0-9]{64}_[a-z0-9]{16}", carried[1]), f"{name}: no site"
            seen += 1
    assert seen > 100


def test_every_form_that_needs_a_permission_is_refused_at_another_site(
    both: User, north: Site, south: Site
) -> None:
    client = Client()
    enter(client, both)
    accounts.go_to(both, south.public_id)
    before, walked = AuditEntry.objects.count(), 0
    for name, keys in get_resolver().reverse_dict.items():
        if not isinstance(name, str) or not (keys and keys[0]):
            continue
        (form, wanted), *_ = keys[0]
        path = "/" + form % dict.fromkeys(wanted, "1" * 16)
        view = get_resolver().resolve(path).func if _resolves(path) else None
        if not getattr(view, "takes_form", False) or view.permission == LOGGED_IN:  # type: ignore[union-attr]
            continue
        answer = client.post(path, {FIELD: f"x_{north.public_id}"})
        assert answer.status_code == 409, name
        assert north.name in answer.text, name
        assert south.name in answer.text, name
        walked += 1
    assert walked > 100
    assert AuditEntry.objects.count() == before


def _resolves(path: str) -> bool:
    try:
        get_resolver().resolve(path)
    except Resolver404:  # an address with another kind of part
        return False
    return True


def test_what_was_typed_goes_on_once_one_is_back_where_it_was_opened(
    both: User, north: Site, south: Site
) -> None:
    client = Client(enforce_csrf_checks=True)
    enter(client, both)
    said = fields(client.get("/site/rooms/").text) | {"name": "Blue room"}
    accounts.go_to(both, south.public_id)
    refused = client.post("/site/rooms/", said)
    assert refused.status_code == 409
    assert not Room.objects.filter(name="Blue room").exists()
    again = fields(refused.text, "/site/rooms/")
    assert again["name"] == "Blue room"
    assert client.post("/site/rooms/", again).status_code == 409  # still at the south
    way = fields(refused.text, "/places/")
    back = client.post("/places/", way | {"site": north.public_id})
    assert back.status_code == 302
    assert client.post("/site/rooms/", again).status_code == 302
    assert Room.objects.get(name="Blue room").site == north


def test_a_form_that_another_site_sent_is_no_form_of_ours_and_nothing_of_it_is_offered(
    both: User, north: Site, south: Site
) -> None:
    client = Client(enforce_csrf_checks=True)
    enter(client, both)
    accounts.go_to(both, south.public_id)
    answer = client.post("/site/rooms/", {FIELD: f"x_{north.public_id}", "name": "Evil"})
    assert answer.status_code == 403
    assert "Evil" not in answer.text


def test_the_site_is_read_of_a_header_too(both: User, north: Site, south: Site) -> None:
    client = Client()
    enter(client, both)
    accounts.go_to(both, south.public_id)
    said = {"X-CSRFToken": f"x_{north.public_id}"}
    answer = client.post("/site/rooms/", "{}", "application/json", headers=said)
    assert answer.status_code == 409


def test_the_phone_of_a_patient_and_the_own_account_are_of_no_one_site(
    both: User, north: Site, south: Site
) -> None:
    client = Client()
    enter(client, both)
    accounts.go_to(both, south.public_id)
    for address in ("/s/abc/", "/places/", "/account/password/"):
        answer = client.post(address, {FIELD: f"x_{north.public_id}", "site": south.public_id})
        assert answer.status_code != 409, address

"""The token of a form makes a second sending the same write, of the same thing: sent to another
patient, or to make something else, it is refused, and what was typed is not lost."""

from __future__ import annotations

import html
import re
import uuid

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.ledger.models import Receipt
from dolenti.ledger.once import AnotherFormError, Submission, made_before, once, was_written
from dolenti.records.models import Contact, Patient, VisitNote
from dolenti.records.patients import contacting
from tests.people import enter
from tests.web.world import crowd

pytestmark = pytest.mark.each


@pytest.fixture
def two(alice: User) -> list[Patient]:
    return crowd(alice, 2)


def test_a_token_sent_to_another_patient_is_refused_and_what_was_typed_is_kept(
    alice: User, two: list[Patient]
) -> None:
    client, token = Client(), str(uuid.uuid4())
    enter(client, alice)
    first, second = (f"/patients/{one.public_id}/contacts/new/" for one in two)
    said = fields_of(client, first) | {"name": "Dr Durand", "token": token}
    assert client.post(first, said).status_code == 302
    assert client.post(first, said).status_code == 302  # the same: one write
    refused = client.post(second, said)
    assert refused.status_code == 409
    assert list(Contact.objects.values_list("patient", flat=True)) == [two[0].pk]
    again = fields(refused.content.decode(), second)
    assert again["name"] == "Dr Durand"
    assert again["token"] != token
    assert client.post(second, again).status_code == 302
    assert set(Contact.objects.values_list("patient", flat=True)) == {one.pk for one in two}


def fields_of(client: Client, address: str) -> dict[str, str]:
    page = client.get(address).content.decode()
    found = fields(page, "") | {"phone": "01 23 45 67 89"}
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        found[name] = next(one for one in re.findall(r'value="([^"]*)"', options) if one)
    return found


def fields(page: str, action: str) -> dict[str, str]:
    wanted = f'action="{action}"' if action else 'name="token"'
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if wanted in one)
    found = {}
    for one in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', one)
        value = re.search(r'value="([^"]*)"', one)
        if name and name[1] != "csrfmiddlewaretoken" and 'type="checkbox"' not in one:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def test_another_object_or_another_kind_of_row_is_another_form(
    alice: User, two: list[Patient]
) -> None:
    token = uuid.uuid4()
    said = {"kind": "doctor", "name": "Dr Durand"}
    one, other = Submission(alice, token, "a" * 64), Submission(alice, token, "b" * 64)
    made = contacting.add(one, two[0], said)
    assert contacting.add(one, two[0], said) == made
    for again in (
        lambda: contacting.add(other, two[1], said),
        lambda: was_written(other),
        lambda: made_before(other, Contact),
        lambda: made_before(one, VisitNote),
        lambda: once(one, VisitNote, VisitNote),
    ):
        with pytest.raises(AnotherFormError):
            again()
    assert Contact.objects.count() == Receipt.objects.filter(token=token).count() == 1


def test_a_part_of_a_form_is_about_the_same(alice: User) -> None:
    whole = Submission(alice, uuid.uuid4(), "c" * 64)
    assert whole.of_part("x").about == whole.about
    assert whole.of_part("x").token == whole.of_part("x").token != whole.token

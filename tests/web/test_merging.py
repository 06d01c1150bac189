"""Two records of one person, read as one, and taken apart again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import AuditEntry, User
from dolenti.guideline.errors import InputError
from dolenti.identity.ins import read_ins
from dolenti.identity.person import Identity
from dolenti.ledger.once import Submission
from dolenti.records.judging import complaints as pains
from dolenti.records.models import Complaint, Merge, Patient, VisitNote
from dolenti.records.patients import merging
from tests.web.forms import form_of
from tests.web.world import PAUL, ZOE, namesake, registered

pytestmark = pytest.mark.each


@pytest.fixture
def twice(alice: User) -> tuple[Patient, Patient]:
    first = registered(alice)
    return first, namesake(alice, first)


def pain_of(user: User, patient: Patient) -> Complaint:
    values = {"condition": "knee-osteoarthritis", "side": "right"}
    return pains.describe(Submission(user, uuid.uuid4()), patient, values)


ALL = list(merging.TRAITS)


def send(browser: Client, first: Patient, second: Patient, **changes: Any) -> Any:
    read = merging.stamp(*Patient.objects.filter(pk__in=(first.pk, second.pk)))
    form = {"token": str(uuid.uuid4()), "keep": first.public_id, "reason": "same card"}
    form |= {"read": read, **changes}
    address = reverse("patient-merge-with", args=[first.public_id, second.public_id])
    return browser.post(address, form)


def test_both_are_shown_side_by_side_first(
    twice: tuple[Patient, Patient], at_alice: Client
) -> None:
    first, second = twice
    choose = at_alice.get(reverse("patient-merge", args=[first.public_id])).content.decode()
    assert second.public_id in choose
    address = reverse("patient-merge-with", args=[first.public_id, second.public_id])
    page = at_alice.get(address).content.decode()
    assert page.count("MARTIN") >= 2
    assert not Merge.objects.exists()


def test_the_kept_record_is_read_with_what_the_other_held(
    twice: tuple[Patient, Patient], alice: User, at_alice: Client
) -> None:
    first, second = twice
    pain = pain_of(alice, second)
    assert send(at_alice, first, second).status_code == 302
    pain.refresh_from_db()
    assert pain.patient == second  # no row moves
    page = at_alice.get(reverse("patient", args=[first.public_id])).content.decode()
    assert pain.public_id in page
    old = at_alice.get(reverse("patient", args=[second.public_id]))
    assert old.headers["Location"] == reverse("patient", args=[first.public_id])
    found = at_alice.post(reverse("patients"), {"q": "Durand"}, follow=True).content.decode()
    assert first.public_id in found
    assert second.public_id not in found
    line = AuditEntry.objects.get(action="merge")
    assert line.detail == {"absorbed": second.public_id}


def test_a_merge_asks_why(twice: tuple[Patient, Patient], at_alice: Client) -> None:
    response = send(at_alice, *twice, reason="")
    assert response.status_code == 422
    assert not Merge.objects.exists()


def test_a_merge_is_taken_back_and_each_record_has_its_own_again(
    twice: tuple[Patient, Patient], alice: User, at_alice: Client
) -> None:
    first, second = twice
    pain = pain_of(alice, second)
    send(at_alice, first, second)
    made = Merge.objects.get()
    undo = reverse("merge-undo", args=[made.public_id])
    assert at_alice.post(undo, {"token": str(uuid.uuid4()), "reason": ""}).status_code == 422
    form = {"token": str(uuid.uuid4()), "reason": "two sisters"}
    assert at_alice.post(undo, form).status_code == 302
    page = at_alice.get(reverse("patient", args=[first.public_id])).content.decode()
    assert pain.public_id not in page
    page = at_alice.get(reverse("patient", args=[second.public_id])).content.decode()
    assert pain.public_id in page
    kept = at_alice.get(reverse("patient-identity", args=[first.public_id])).content.decode()
    assert "two sisters" in kept  # the trace stays


def test_a_merge_sent_twice_is_one(twice: tuple[Patient, Patient], at_alice: Client) -> None:
    token = str(uuid.uuid4())
    for _ in range(2):
        assert send(at_alice, *twice, token=token).status_code == 302
    assert Merge.objects.count() == 1


def test_a_record_does_not_merge_with_itself(
    twice: tuple[Patient, Patient], at_alice: Client
) -> None:
    response = send(at_alice, twice[0], twice[0])
    assert response.status_code == 422
    assert "avec lui-même" in response.content.decode()


def test_what_is_merged_already_does_not_merge_again(
    twice: tuple[Patient, Patient], alice: User, at_alice: Client
) -> None:
    paul = registered(alice, PAUL)
    send(at_alice, *twice)
    answer = send(at_alice, paul, twice[1], checked=ALL)
    assert "déjà fusionné" in answer.content.decode()
    answer = send(at_alice, paul, twice[0], checked=ALL)
    assert "en a lui-même absorbé" in answer.content.decode()


def test_two_health_numbers_are_two_people(alice: User) -> None:
    first = read_ins("255081416802538")
    second = read_ins("1880575123456" + key_of("1880575123456"))
    anne = Identity("Roux", "Anne", date(1955, 8, 3), "female", ins=first)
    marc = Identity("Blanc", "Marc", date(1988, 5, 20), "male", ins=second)
    rows = [registered(alice, replace(ZOE, identity=one)) for one in (anne, marc)]
    with pytest.raises(InputError, match="different health numbers"):
        merging.merge(Submission(alice, uuid.uuid4()), rows[0], rows[1], "looks alike")
    assert not Merge.objects.exists()


def key_of(matricule: str) -> str:
    return f"{97 - int(matricule) % 97:02}"


def test_another_sites_record_is_not_merged(
    alice: User, chloe: User, at_alice: Client, browser_of: Callable[[User], Client]
) -> None:
    here, there = registered(alice), registered(chloe)
    assert send(at_alice, here, there).status_code == 404
    assert send(browser_of(chloe), here, there).status_code == 404
    assert not Merge.objects.exists()


def test_a_nurse_does_not_merge(
    twice: tuple[Patient, Patient], bob: User, browser_of: Callable[[User], Client]
) -> None:
    assert send(browser_of(bob), *twice).status_code == 403


def test_what_was_typed_into_a_record_merged_meanwhile_goes_to_the_one_that_was_kept(
    twice: tuple[Patient, Patient], at_alice: Client
) -> None:
    kept, gone = twice
    path = reverse("note-new", args=[gone.public_id])
    fields = form_of(at_alice.get(path), path, gone.author)
    send(at_alice, kept, gone)
    typed = {**fields, "note": "Va mieux depuis lundi"}
    answer = at_alice.post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "MARTIN" in page  # whose the other record is, before it is sent there
    assert "Va mieux depuis lundi" in page
    assert not VisitNote.objects.exists()
    there = reverse("note-new", args=[kept.public_id])
    assert f'action="{there}"' in page
    assert at_alice.post(there, typed).status_code == 302
    assert VisitNote.objects.get().patient == kept

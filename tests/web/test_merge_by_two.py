"""Two people who differ are merged by two people, of whom one has both records in care."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.guideline.errors import InputError
from dolenti.records import gate
from dolenti.records.models import Merge, MergeProposal, Patient
from dolenti.records.patients import care, merge_proposals, merging, opening
from tests.web.merges import asked_for, merged
from tests.web.world import PAUL, ZOE, namesake, person, registered, sent

pytestmark = pytest.mark.each

BrowserOf = Callable[[User], Client]


@pytest.fixture
def denis(north: Site) -> User:
    return person("Denis", Role.PRACTITIONER, north)


@pytest.fixture
def nina(north: Site) -> User:
    return person("Nina", Role.ADMINISTRATOR, north)


@pytest.fixture
def two(alice: User, denis: User) -> tuple[Patient, Patient]:
    """Two records that differ in all, both in the care of Alice and of Denis."""
    rows = registered(alice), registered(alice, PAUL)
    for one in rows:
        care.entrust(alice, one, denis)
    return rows


def press(browser: Client, one: Patient, other: Patient, **changes: Any) -> Any:
    address = reverse("patient-merge-with", args=[one.public_id, other.public_id])
    form = {"token": str(uuid.uuid4()), "keep": one.public_id, "reason": "same card"}
    form["read"] = merging.stamp(one, other)
    return browser.post(address, {**form, "checked": list(merging.TRAITS), **changes})


def confirm(browser: Client, asked: MergeProposal, **changes: Any) -> Any:
    address = reverse("merge-confirm", args=[asked.public_id])
    read = merging.stamp(asked.kept, asked.absorbed)
    return browser.post(
        address, {"token": str(uuid.uuid4()), "sure": "on", "read": read, **changes}
    )


PAIR = {"birth_name": "Martin", "first_name": "Zoé", "sex": "female"}
BORN = date(1971, 4, 23)


@pytest.mark.parametrize(
    "changes, apart",
    [
        ({}, []),
        ({"sex": "male"}, ["sex"]),
        ({"birth_date": date(1971, 4, 24)}, ["birth_date"]),
        ({"birth_name": "Lefèvre"}, ["birth_name"]),
        ({"first_name": "Paul"}, ["first_name"]),
        ({"birth_name": "Matin"}, []),  # one letter
        ({"birth_name": "de Martin"}, []),  # a particle
        ({"first_name": "Zoée"}, []),
        ({"birth_name": "Zoé", "first_name": "Martin"}, []),  # the one written for the other
        ({"birth_name": "Durand", "used_name": "Martin"}, []),  # married since
        ({"sex": "", "birth_date": None, "first_name": ""}, []),  # not known is not another
        (
            {"birth_name": "Lefèvre", "first_name": "Paul", "sex": "male", "birth_date": None},
            ["birth_name", "first_name", "sex"],
        ),
    ],
)
def test_what_is_apart_is_more_than_a_slip(changes: dict[str, Any], apart: list[str]) -> None:
    one = Patient(**PAIR, birth_date=BORN)
    other = Patient(**{**PAIR, "birth_date": BORN, **changes})
    assert merging.apart(one, other) == apart
    assert merging.apart(other, one) == apart


def test_one_person_does_not_merge_two_who_differ(
    alice: User, two: tuple[Patient, Patient], at_alice: Client
) -> None:
    with pytest.raises(InputError, match="two people"):
        merging.merge(sent(alice), *two, "same card", merging.TRAITS)
    address = reverse("patient-merge-with", args=[one.public_id for one in two])
    assert "Proposer la fusion" in at_alice.get(address).content.decode()
    assert press(at_alice, *two).headers["Location"] == reverse("merges")
    assert not Merge.objects.exists()
    asked = MergeProposal.objects.get()
    assert (asked.author, asked.reason) == (alice, "same card")
    again = confirm(at_alice, asked)  # by herself
    assert again.status_code == 422
    assert "Vous avez proposé cette fusion" in again.content.decode()
    with pytest.raises(InputError, match="someone else"):
        merge_proposals.confirm(alice, asked)
    assert not Merge.objects.exists()


def test_the_database_knows_no_merge_by_one_person_twice(
    alice: User, two: tuple[Patient, Patient]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.create(
            kept=two[0], absorbed=two[1], reason="x", author=alice, proposed_by=alice
        )


def test_a_second_person_confirms_what_was_proposed(
    alice: User,
    denis: User,
    two: tuple[Patient, Patient],
    at_alice: Client,
    browser_of: BrowserOf,
) -> None:
    press(at_alice, *two)
    asked = MergeProposal.objects.get()
    browser = browser_of(denis)
    patients = browser.get(reverse("patients")).content.decode()
    assert "1 fusion de deux dossiers attend" in patients
    waiting = browser.get(reverse("merges")).content.decode()
    assert "same card" in waiting
    assert reverse("merge-confirm", args=[asked.public_id]) in waiting
    page = browser.get(reverse("merge-confirm", args=[asked.public_id])).content.decode()
    assert "same card" in page
    assert alice.name in page
    assert confirm(browser, asked, sure="").status_code == 422
    assert confirm(browser, asked).status_code == 302
    made = Merge.objects.get()
    assert (made.kept, made.absorbed, made.author, made.proposed_by) == (*two, denis, alice)
    lines = AuditEntry.objects.filter(action__in=("propose-merge", "merge")).order_by("sequence")
    assert [one.action for one in lines] == ["propose-merge", "merge"]
    assert lines[1].detail["proposed_by"] == alice.public_id
    identity = browser.get(reverse("patient-identity", args=[two[0].public_id])).content.decode()
    assert f"proposée par {alice.name}" in identity
    assert confirm(browser, asked).status_code == 404  # settled: it waits no more
    assert merge_proposals.confirm(denis, asked) is None
    assert "attend une seconde" not in browser.get(reverse("patients")).content.decode()


def test_who_confirms_has_both_in_care(
    alice: User, nina: User, two: tuple[Patient, Patient], north: Site, browser_of: BrowserOf
) -> None:
    asked = asked_for(*two, author=alice)
    with pytest.raises(InputError, match="a practitioner confirms"):
        merge_proposals.confirm(nina, asked)
    assert confirm(browser_of(nina), asked).status_code == 422
    emma = person("Emma", Role.PRACTITIONER, north)
    care.entrust(alice, two[0], emma)
    assert confirm(browser_of(emma), asked).status_code == 403
    with pytest.raises(gate.ClosedRecordError):
        merge_proposals.confirm(emma, asked)
    opening.break_glass(sent(emma), two[1], "Consultation urgente, confrère absent")
    with pytest.raises(InputError, match="for an hour only"):
        merge_proposals.confirm(emma, asked)
    assert not Merge.objects.exists()


def test_an_administrator_merges_nobody_alone_even_where_nothing_differs(
    alice: User, nina: User, browser_of: BrowserOf
) -> None:
    first = registered(alice)
    second = namesake(alice, first)
    with pytest.raises(InputError, match="two people"):
        merging.merge(sent(nina), first, second, "same card")
    assert press(browser_of(nina), first, second, checked=[]).status_code == 302
    assert not Merge.objects.exists()
    asked = MergeProposal.objects.get()
    assert merge_proposals.confirm(alice, asked) is not None


def test_what_was_proposed_once_is_not_proposed_twice_in_either_order(
    alice: User, denis: User, nina: User, two: tuple[Patient, Patient]
) -> None:
    asked = asked_for(*two, author=alice)
    for pair in (two, two[::-1]):
        with pytest.raises(InputError, match="already"):
            asked_for(*pair, author=denis)
    merge_proposals.drop(nina, asked)
    assert AuditEntry.objects.filter(action="drop-merge").count() == 1
    merge_proposals.drop(nina, asked)
    assert AuditEntry.objects.filter(action="drop-merge").count() == 1
    assert merge_proposals.confirm(denis, asked) is None
    assert not Merge.objects.exists()
    asked_for(*two, author=denis)


def test_a_trait_that_differs_since_is_looked_at_again(alice: User, nina: User) -> None:
    first = registered(alice)
    second = namesake(alice, first)
    asked = merge_proposals.propose(sent(nina), first, second, "same card")
    Patient.objects.filter(pk=second.pk).update(sex="male")
    with pytest.raises(InputError, match="differ"):
        merge_proposals.confirm(alice, asked)
    assert not Merge.objects.exists()


def test_proposals_are_of_ones_own_site_and_for_who_merges(
    alice: User, bob: User, chloe: User, two: tuple[Patient, Patient], browser_of: BrowserOf
) -> None:
    asked = asked_for(*two, author=alice)
    assert confirm(browser_of(chloe), asked).status_code == 404
    assert "same card" not in browser_of(chloe).get(reverse("merges")).content.decode()
    with pytest.raises(Http404):
        merge_proposals.proposal(chloe, asked.public_id)
    assert browser_of(bob).get(reverse("merges")).status_code == 403
    drop = browser_of(alice).post(reverse("merge-drop", args=[asked.public_id]))
    assert drop.headers["Location"] == reverse("merges")
    assert not merge_proposals.waiting(alice).exists()


def test_a_merge_by_two_is_taken_apart_and_proposed_anew(
    alice: User, two: tuple[Patient, Patient]
) -> None:
    made = merged(alice, *two)
    merging.unmerge(alice, made, "two sisters")
    assert merged(alice, *two).pk != made.pk


def test_both_are_of_the_identity_that_was_registered(two: tuple[Patient, Patient]) -> None:
    """What the other tests rest on: these two differ in everything."""
    assert (two[0].birth_name, two[1].birth_name) == (
        ZOE.identity.birth_name, PAUL.identity.birth_name,
    )  # fmt: skip
    assert set(merging.apart(*two)) == set(merging.TRAITS)

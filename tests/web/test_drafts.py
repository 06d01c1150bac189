"""Drafts: what was typed and not sent waits for its owner, on the server."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.ledger import drafts
from dolenti.ledger.models import Draft
from dolenti.records.models import Patient
from tests.web.world import registered, typed

pytestmark = pytest.mark.each


def keep(browser: Client, form: str = "patient-new", **fields: str) -> Any:
    return browser.post(reverse("draft-keep", args=[form]), {"birth_name": "Mart", **fields})


def test_what_is_typed_is_offered_again_and_taken_up(at_alice: Client) -> None:
    assert keep(at_alice, first_name="Zoé").json()["said"].startswith("Brouillon")
    page = at_alice.get(reverse("patient-new")).content.decode()
    assert "Vous aviez commencé" in page
    assert 'value="Mart"' not in page
    draft = Draft.objects.get()
    again = at_alice.get(f"{reverse('patient-new')}?draft={draft.public_id}").content.decode()
    assert 'value="Mart"' in again
    assert 'value="Zoé"' in again


def test_later_typing_replaces_the_draft(at_alice: Client) -> None:
    keep(at_alice)
    keep(at_alice, birth_name="Martin")
    assert Draft.objects.get().content["birth_name"] == ["Martin"]


def test_a_draft_is_gone_once_its_form_is_written(at_alice: Client) -> None:
    keep(at_alice)
    form = typed()
    assert at_alice.post(reverse("patient-new"), form).status_code == 302
    assert not Draft.objects.exists()
    # What was still under way when the form was sent comes too late.
    assert keep(at_alice, token=form["token"]).status_code == 204
    assert not Draft.objects.exists()


def test_a_draft_is_discarded(at_alice: Client) -> None:
    keep(at_alice)
    form = {"draft-about": "", "next": reverse("patient-new")}
    response = at_alice.post(reverse("draft-discard", args=["patient-new"]), form)
    assert response.headers["Location"] == reverse("patient-new")
    assert not Draft.objects.exists()


def test_discarding_leads_to_no_other_site(at_alice: Client) -> None:
    form = {"next": "https://example.com/"}
    response = at_alice.post(reverse("draft-discard", args=["patient-new"]), form)
    assert response.headers["Location"] == "/"


def test_nobody_sees_another_persons_draft(
    at_alice: Client, bob: User, browser_of: Callable[[User], Client]
) -> None:
    keep(at_alice)
    draft = Draft.objects.get()
    browser = browser_of(bob)
    assert browser.get(f"{reverse('patient-new')}?draft={draft.public_id}").status_code == 404
    assert "Vous aviez commencé" not in browser.get(reverse("patient-new")).content.decode()
    browser.post(reverse("draft-discard", args=["patient-new"]), {"draft-about": ""})
    assert Draft.objects.exists()


def test_a_draft_belongs_to_its_form_and_its_record(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    keep(at_alice, "patient-edit", **{"draft-about": zoe.public_id, "based_on": "1"})
    draft = Draft.objects.get()
    assert at_alice.get(f"{reverse('patient-new')}?draft={draft.public_id}").status_code == 404
    address = reverse("patient-edit", args=[zoe.public_id])
    page = at_alice.get(f"{address}?draft={draft.public_id}")
    assert 'value="Mart"' in page.content.decode()


def test_a_draft_of_an_older_version_meets_the_later_one(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    Patient.objects.filter(pk=zoe.pk).update(version=2, doctor="Dr Blanc")
    keep(at_alice, "patient-edit", **{"draft-about": zoe.public_id, "based_on": "1"})
    address = reverse("patient-edit", args=[zoe.public_id])
    page = at_alice.get(f"{address}?draft={Draft.objects.get().public_id}")
    assert page.context["form"]["based_on"].value() == "1"


@pytest.mark.parametrize("text", ["Mar\u202etin", "<script>", "é" * 100_000])
def test_a_draft_keeps_whatever_was_typed(text: str, at_alice: Client) -> None:
    assert keep(at_alice, birth_name=text).status_code == 200
    draft = Draft.objects.get()
    assert draft.content["birth_name"] == [text]
    page = at_alice.get(f"{reverse('patient-new')}?draft={draft.public_id}").content.decode()
    assert "<script>Mar" not in page


def test_a_draft_has_an_end(at_alice: Client) -> None:
    response = keep(at_alice, birth_name="x" * 600_000)
    assert response.status_code == 413
    assert "Trop long" in response.json()["said"]
    assert not Draft.objects.exists()


def test_no_secret_is_ever_kept(at_alice: Client) -> None:
    keep(at_alice, password="secret", token=str(uuid.uuid4()), csrfmiddlewaretoken="x")
    assert set(Draft.objects.get().content) == {"birth_name"}


def test_a_stranger_keeps_no_draft(client: Client, db: None) -> None:
    assert keep(client).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.parametrize("form", ["waiting-file", "invented", "patient"])
def test_nothing_is_kept_under_a_name_that_is_no_form(form: str, at_alice: Client) -> None:
    """Above all not among the files that wait, which are unpacked when they are taken up."""
    assert keep(at_alice, form).status_code == 302
    assert not Draft.objects.exists()


def test_a_file_that_waits_is_not_discarded_by_name(alice: User, at_alice: Client) -> None:
    drafts.hold(alice, "waiting-file", {"data": ""})
    about = Draft.objects.get().about
    at_alice.post(reverse("draft-discard", args=["waiting-file"]), {"draft-about": about})
    assert Draft.objects.exists()


def test_of_too_many_drafts_the_one_left_alone_longest_goes(
    alice: User, bob: User, at_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST", 3)
    drafts.hold(bob, "waiting-file", {})
    for number in range(5):
        keep(at_alice, "contact-edit", **{"draft-about": f"p{number}"})
    kept = Draft.objects.filter(owner=alice).order_by("pk").values_list("about", flat=True)
    assert list(kept) == ["p2", "p3", "p4"]
    assert Draft.objects.filter(owner=bob).count() == 1

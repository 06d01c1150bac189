"""Stored assessments: what was seen, kept whole, and the same when judged again."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AppendOnlyError, User
from dolenti.guideline.loading import edition_hash
from dolenti.ledger.models import pack
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.judging import assessing
from dolenti.records.models import Assessment, Complaint, EditionSnapshot

pytestmark = pytest.mark.any_database


def store(browser: Client, complaint: Complaint, seen: str, token: uuid.UUID | None = None) -> Any:
    form = {"token": str(token or uuid.uuid4()), "seen": seen}
    return browser.post(reverse("complaint-store", args=[complaint.public_id]), form)


def seen_by(browser: Client, complaint: Complaint) -> str:
    page = browser.get(reverse("complaint", args=[complaint.public_id])).content.decode()
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def test_an_assessment_keeps_inputs_edition_and_verdict(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    response = store(at_alice, knee, seen_by(at_alice, knee))
    kept = Assessment.objects.get()
    assert response.headers["Location"] == reverse("assessment", args=[kept.public_id])
    assert kept.author == alice
    assert kept.inputs["facts"]["weight"]["value"] == 82
    assert edition_hash(kept.edition.texts) == kept.edition.sha256
    assert kept.results["fr"]["verdicts"][0]["status"] == kept.statuses["mesotherapy"]
    assert kept.results["fr"] != kept.results["en"]


def test_what_is_shown_later_is_what_was_stored_and_says_identical(
    at_alice: Client, stored: Assessment
) -> None:
    address = reverse("assessment", args=[stored.public_id])
    page = at_alice.get(address).content.decode()
    assert "Résultat reproduit à l’identique" in page
    for verdict in stored.results["fr"]["verdicts"]:
        for reason in verdict["reasons"]:
            assert reason["because"] in page


def test_a_later_answer_changes_the_case_and_not_the_assessment(
    at_alice: Client, alice: User, stored: Assessment
) -> None:
    before = stored.results
    token = Submission(alice, uuid.uuid4())
    assessing.answer(token, stored.complaint, {"cryoglobulinaemia": True}, timezone.localdate())
    again = Assessment.objects.get(pk=stored.pk)
    assert again.results == before
    page = at_alice.get(reverse("assessment", args=[stored.public_id])).content.decode()
    assert "Résultat reproduit à l’identique" in page


def test_a_replay_by_the_stored_edition_needs_no_shipped_one(stored: Assessment) -> None:
    shipped = engine.edition_in_force()
    from_texts = engine.load_known(stored.edition.texts)
    assert from_texts is not shipped
    assert from_texts.sha256 == shipped.sha256
    assert engine.replay(stored).identical


def test_a_newer_program_may_say_more_and_never_less_or_other(stored: Assessment) -> None:
    for result in stored.results.values():
        for verdict in result["verdicts"]:
            del verdict["known"]  # as one stored before that was said
    assert engine.replay(stored).identical
    verdict = stored.results["fr"]["verdicts"][0]
    verdict["told-then"] = "and said by nobody now"
    assert not engine.replay(stored).identical
    del verdict["told-then"]
    assert engine.replay(stored).identical
    verdict["criteria"].pop()
    assert not engine.replay(stored).identical


def test_a_tampered_result_is_found_out(at_alice: Client, stored: Assessment) -> None:
    results = stored.results
    results["fr"]["verdicts"][0]["status"] = "possible"
    results["fr"]["verdicts"][0]["reasons"] = []
    Assessment.objects.filter(pk=stored.pk).update(packed=pack(results))
    page = at_alice.get(reverse("assessment", args=[stored.public_id])).content.decode()
    assert "Résultat non reproduit" in page
    assert "Résultat reproduit à l’identique" not in page


def test_a_stored_edition_that_reads_no_more_is_said_and_the_text_stands(
    at_alice: Client, stored: Assessment
) -> None:
    EditionSnapshot.objects.filter(pk=stored.edition_id).update(
        sha256="0" * 64, packed=pack({"edition.yaml": "nonsense: true"})
    )
    page = at_alice.get(reverse("assessment", args=[stored.public_id])).content.decode()
    assert "Résultat non reproduit" in page
    assert stored.results["fr"]["verdicts"][0]["label"] in page


def test_the_same_form_sent_twice_is_one_assessment(at_alice: Client, knee: Complaint) -> None:
    seen, token = seen_by(at_alice, knee), uuid.uuid4()
    first, second = (store(at_alice, knee, seen, token) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Assessment.objects.count() == 1


def test_two_assessments_share_one_edition(at_alice: Client, knee: Complaint) -> None:
    for _ in range(2):
        store(at_alice, knee, seen_by(at_alice, knee))
    assert Assessment.objects.count() == 2
    assert EditionSnapshot.objects.count() == 1


def test_what_was_not_seen_is_not_stored(at_alice: Client, bob: User, knee: Complaint) -> None:
    seen = seen_by(at_alice, knee)
    token = Submission(bob, uuid.uuid4())
    assessing.answer(token, knee, {"cryoglobulinaemia": True}, timezone.localdate())
    response = store(at_alice, knee, seen)
    assert response.status_code == 409
    assert "Le cas a changé" in response.content.decode()
    assert not Assessment.objects.exists()


def test_the_next_day_is_another_assessment(
    alice: User, knee: Complaint, browser_of: Any, time_machine: Any
) -> None:
    time_machine.move_to("2026-11-22T10:00:00Z")
    seen = seen_by(browser_of(alice), knee)
    time_machine.move_to("2026-11-23T10:00:00Z")
    assert store(browser_of(alice), knee, seen).status_code == 409
    assert not Assessment.objects.exists()


def test_what_is_written_once_is_never_changed_or_removed(stored: Assessment) -> None:
    with pytest.raises(AppendOnlyError):
        stored.save()
    with pytest.raises(AppendOnlyError):
        stored.delete()
    with pytest.raises(AppendOnlyError):
        stored.edition.delete()

"""The strip of a stored assessment says what the page said when it was stored: what was supposed,
spoken of and not clear, too old to count, or told by a name, as such; and none of it in green."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.facts.allergens import Allergy
from dolenti.records.judging import assessing
from dolenti.records.models import Assessment, Complaint, Statement
from dolenti.records.patients import allergies
from tests.web.asked_page import AskedPage, Node, parsed
from tests.web.world import complaint_of

pytestmark = pytest.mark.any_database
TODAY = timezone.localdate


@pytest.fixture
def knee(alice: User) -> Complaint:
    """A knee of which nothing is known."""
    return complaint_of(
        alice,
        "patient: {birth-date: 1958-03-02, sex: female}\n"
        "complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}\n",
    )


def say(knee: Complaint, alice: User, fact: str, value: Any, **more: Any) -> None:
    Statement.objects.create(
        patient=knee.patient, fact=fact, value=value, author=alice, submission=uuid.uuid4(),
        **{"at": TODAY(), **more},
    )  # fmt: skip


def kept(alice: User, knee: Complaint) -> Assessment:
    seen = assessing.look(alice, knee, TODAY()).fingerprint
    return assessing.store_assessment(Submission(alice, uuid.uuid4()), knee, TODAY(), seen)


def item(browser: Client, kind: str, public_id: str, label: str) -> Node:
    html = browser.get(reverse(kind, args=[public_id])).content.decode()
    items = parsed(html).all("dl", class_="strip")[0].all("div", class_="strip-item")
    return next(one for one in items if one.text.startswith(label))


def both(browser: Client, stored: Assessment, label: str) -> Node:
    """An item of the stored strip, which is the one that the living page shows."""
    now = item(browser, "complaint", stored.complaint.public_id, label)
    then = item(browser, "assessment", stored.public_id, label)
    assert (then.attributes, then.text) == (now.attributes, now.text)
    return then


def test_what_was_supposed(at_alice: Client, alice: User, knee: Complaint) -> None:
    say(knee, alice, "allergy", [], origin="assumed")
    stored = kept(alice, knee)
    shown = both(at_alice, stored, "Allergies")
    assert "strip-unknown" in shown.attributes["class"]
    assert "supposé" in shown.text
    assert engine.replay(stored).identical


def test_what_was_too_old_to_count(at_alice: Client, alice: User) -> None:
    elbow = complaint_of(
        alice,
        f"patient: {{birth-date: {TODAY().year - 30}-01-01, sex: female}}\n"
        "complaint: {condition: lateral-epicondylitis, side: right, since: 2026-03-15}\n",
    )
    say(elbow, alice, "pregnancy", False, at=TODAY() - timedelta(days=60))
    stored = kept(alice, elbow)
    shown = both(at_alice, stored, "Grossesse")
    assert "strip-unknown" in shown.attributes["class"]
    assert "À redemander" in shown.text
    assert "il y a 2 mois" in shown.text or "il y a 60 jours" in shown.text
    assert engine.replay(stored).identical


def test_what_a_document_spoke_of_and_not_clearly(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    say(knee, alice, "anticoagulant", None, origin="document")
    shown = both(at_alice, kept(alice, knee), "Anticoagulant")
    assert "strip-unknown" in shown.attributes["class"]
    assert "à confirmer" in shown.text


def test_an_allergy_told_by_a_name_that_no_rule_knows(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    allergies.add(
        Submission(alice, uuid.uuid4()), knee.patient, Allergy("Pénicilline"),
        Statement.SaidBy.PATIENT, TODAY(),
    )  # fmt: skip
    AskedPage(at_alice, knee, "infiltration").no("allergy")  # no other: the rules know of none
    stored = kept(alice, knee)
    shown = both(at_alice, stored, "Allergies")
    assert "strip-danger" in shown.attributes["class"]
    assert "Pénicilline" in shown.text
    assert engine.replay(stored).identical


def test_an_allergy_named_since_the_page_was_read_is_read_before_it_is_stored(
    alice: User, knee: Complaint
) -> None:
    seen = assessing.look(alice, knee, TODAY()).fingerprint
    allergies.add(
        Submission(alice, uuid.uuid4()), knee.patient, Allergy("Pénicilline"),
        Statement.SaidBy.PATIENT, TODAY(),
    )  # fmt: skip
    with pytest.raises(assessing.ChangedMeanwhileError):
        assessing.store_assessment(Submission(alice, uuid.uuid4()), knee, TODAY(), seen)


def test_what_changes_later_changes_nothing_of_what_was_stored(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    say(knee, alice, "allergy", [], origin="assumed")
    stored = kept(alice, knee)
    AskedPage(at_alice, knee, "infiltration").no("allergy")
    shown = item(at_alice, "assessment", stored.public_id, "Allergies")
    assert "supposé" in shown.text

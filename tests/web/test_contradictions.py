"""What a record says does not contradict itself: of a reassuring answer that something else speaks
against, nothing is known, and it is asked."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dolenti.access.models import User
from dolenti.guideline.agreeing import contradicted
from dolenti.guideline.facts import NEVER, Known
from dolenti.records import engine
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint, Statement
from tests.web.world import clinic

pytestmark = pytest.mark.django_db
YEAR, LATEST = "corticosteroid_infiltrations_12_months", "last_corticosteroid_infiltration"
FROZEN, BEFORE = "previous_cryoneurolysis", "injected_before"
STEROID = ["corticosteroid-infiltration"]
LAST, COUNT = "last-corticosteroid-infiltration", "corticosteroid-infiltrations-12-months"


@pytest.fixture
def knee(alice: User) -> Complaint:
    return clinic(alice).complaint


def say(user: User, complaint: Complaint, **said: Any) -> None:
    """What one form says, of the patient or of the pain."""
    form, facts = uuid.uuid4(), engine.edition_in_force().facts
    about = {one.id: one.about for one in facts}
    for fact, value in said.items():
        name = fact.replace("_", "-")
        Statement.objects.create(
            patient=complaint.patient,
            complaint=complaint if about[name] == "complaint" else None,
            fact=name, value=value, at=timezone.localdate(), author=user, submission=form,
        )  # fmt: skip


def heard(user: User, complaint: Complaint) -> Any:
    return assessing.look(user, complaint, timezone.localdate()).judgement


def test_never_is_not_kept_beside_an_injection_here_and_a_corticosteroid_this_year(
    alice: User, knee: Complaint
) -> None:
    say(alice, knee, last_corticosteroid_infiltration="never")
    say(alice, knee, injected_before="here", corticosteroid_infiltrations_12_months=1)
    found = heard(alice, knee)
    assert LAST not in found.case.facts
    assert LAST in found.questions, "the date is asked, and with it the three-month rule"
    (infiltration,) = [one for one in found.verdicts if one.therapy.id == "infiltration"]
    assert infiltration.status == "needs-information"
    lately = (timezone.localdate() - timedelta(days=40)).isoformat()
    say(alice, knee, last_corticosteroid_infiltration=lately)
    found = heard(alice, knee)
    assert LAST not in found.questions
    (infiltration,) = [one for one in found.verdicts if one.therapy.id == "infiltration"]
    assert "infiltration-last-corticosteroid-infiltration-recent" in {
        one.rule.id for one in infiltration.criteria if one.proof.holds
    }


def test_never_said_again_in_the_knowledge_of_it_stands(alice: User, knee: Complaint) -> None:
    say(alice, knee, injected_before="here", corticosteroid_infiltrations_12_months=1)
    assert LAST in heard(alice, knee).questions, "no press supposes it away"
    say(alice, knee, last_corticosteroid_infiltration="never")
    found = heard(alice, knee)
    assert found.case.facts[LAST].value is NEVER
    assert LAST not in found.questions


@pytest.mark.parametrize(
    "first,then,doubted",
    [
        ({BEFORE: "none"}, {YEAR: 2}, "injected-before"),
        ({BEFORE: "none"}, {"tried": STEROID}, "injected-before"),
        ({YEAR: 0}, {LATEST: 90}, COUNT),
        ({LATEST: "never"}, {"tried": STEROID}, LAST),
        ({"last_cryoneurolysis": "never"}, {FROZEN: True}, "last-cryoneurolysis"),
        ({FROZEN: False}, {"last_cryoneurolysis": 90}, "previous-cryoneurolysis"),
    ],
)  # fmt: skip
def test_every_pair_that_can_disagree_is_asked(
    alice: User, knee: Complaint, first: dict[str, Any], then: dict[str, Any], doubted: str
) -> None:
    day = (timezone.localdate() - timedelta(days=90)).isoformat()
    say(alice, knee, **first)
    assert doubted in heard(alice, knee).case.facts
    say(alice, knee, **{fact: day if value == 90 else value for fact, value in then.items()})
    case = heard(alice, knee).case
    assert doubted not in case.facts
    assert doubted in case.in_doubt


def test_nothing_but_the_reassuring_answer_is_doubted() -> None:
    edition = engine.edition_in_force()
    dictionary = engine.judge(edition, {}).dictionary
    today = date(2026, 11, 30)
    known = {
        "tried": Known({"corticosteroid-infiltration": True}),
        LAST: Known(date(2025, 1, 1)),
        COUNT: Known(1.0),
        "injected-before": Known("here"),
    }
    assert contradicted(known, dictionary, today) == {}
    for fact in edition.facts:
        if fact.contradicted_by is not None:
            assert fact.reassuring is not None or fact.when_irrelevant is not None, fact.id

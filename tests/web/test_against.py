"""What the rules of a product hold against a patient is said with the verdict, on the plan and to
the patient, and not first with the syringe in hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.guideline.mixture import judge_known
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint
from dolenti.treatment import consents, room
from tests.web.world import clinic, state

pytestmark = pytest.mark.django_db
STEROID, SAID = "betamethasone", "les interdisent sous anticoagulant"
TAKING = """
patient: {birth-date: 1951-03-02, sex: female}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}
facts: {anticoagulant: doac, weight: 82}
"""
NONE = TAKING.replace("doac", "none")


def thinned(alice: User, said: str = TAKING) -> Complaint:
    return clinic(alice).with_complaint(said).complaint


def test_it_stands_at_the_verdict_before_and_after_it_is_stored(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    world = clinic(alice).with_complaint(TAKING)
    pages = [
        reverse("complaint", args=[world.complaint.public_id]),
        reverse("assessment", args=[world.assessment.public_id]),
    ]
    for address in pages:
        told = browser_of(alice).get(address).content.decode()
        column = told[told.index('aria-labelledby="therapy-infiltration"') :]
        assert SAID in column.partition("</article>")[0], address


def test_it_stands_on_the_plan_and_the_patient_is_told(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    world = clinic(alice).with_complaint(TAKING)
    plan = reverse("course-new", args=[world.assessment.public_id, "infiltration"])
    course = world.with_course("infiltration", products=[STEROID]).course
    for address in (
        plan,
        reverse("course", args=[course.public_id]),
        reverse("course-products", args=[course.public_id]),
    ):
        assert SAID in browser_of(alice).get(address).content.decode(), address
    said = consents.words_for(course, timezone.localdate())
    (medicine,) = said.medicines
    (warning,) = [one for one in medicine.warnings if one.id == "corticosteroid-anticoagulant"]
    assert "anticoagulant" in warning.says.fr


def test_nothing_is_said_to_whom_it_does_not_concern(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    world = clinic(alice).with_complaint(NONE)
    course = world.with_course("infiltration", products=[STEROID]).course
    assert (
        SAID
        not in browser_of(alice).get(reverse("course", args=[course.public_id])).content.decode()
    )
    (medicine,) = consents.words_for(course, timezone.localdate()).medicines
    assert "corticosteroid-anticoagulant" not in {one.id for one in medicine.warnings}


def test_every_product_rule_that_holds_is_found_whatever_the_dose(alice: User) -> None:
    """An allergy too; and nothing of what nobody knows."""
    complaint = thinned(alice)
    judge = room.judge({})
    case = assessing.judged(alice, complaint, timezone.localdate()).case
    found = judge_known(judge, "infiltration", [STEROID], case)
    assert {one.rule for one in found} == {"corticosteroid-anticoagulant"}
    assert all(one.proof.holds for one in found)
    state(alice, complaint.patient, allergy={"has": ["corticosteroid"]})
    case = assessing.judged(alice, complaint, timezone.localdate()).case
    assert "block" in {one.severity for one in judge_known(judge, "infiltration", [STEROID], case)}

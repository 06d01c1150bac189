"""An assessment is of its day: a later list shows its verdicts as past, and none of them green."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.clinic.common.listing import assessment_lines
from dolenti.clinic.common.request import words
from dolenti.records import gate
from dolenti.records.judging import passings
from dolenti.records.models import Assessment, Complaint
from tests.web.asked_page import Node, parsed
from tests.web.queries import MORE, own_queries
from tests.web.world import CAUTION, POSSIBLE, allow, assessed, complaint_of, named, sent, state


@pytest.fixture
def pain(alice: User) -> Complaint:
    return named(complaint_of(alice, POSSIBLE))


def lines(browser: Client, where: str, *of: str) -> list[Node]:
    page = parsed(browser.get(reverse(where, args=of)).content.decode())
    return [one for one in page.all("li") if one.all("span", class_="badge")]


def shown(browser: Client, stored: Assessment) -> list[tuple[bool, str]]:
    """Of each list that has it: whether some verdict of it has its colour, and its words."""
    found = []
    for where in (["patient", stored.complaint.patient.public_id], ["assessments"]):
        for line in lines(browser, *where):
            if line.all("a", href=reverse("assessment", args=[stored.public_id])):
                coloured = any(
                    "status-" in badge.attributes["class"]
                    for badge in line.all("span", class_="badge")
                )
                found.append((coloured, line.text))
    assert len(found) == 2
    return found


def later(alice: User, pain: Complaint, stored: Assessment) -> str:
    assessed(alice, pain)
    return "Remplacée par une plus récente"


def said(alice: User, pain: Complaint, stored: Assessment) -> str:
    state(alice, pain.patient, pregnancy=False)
    return "À réévaluer"


def test_a_verdict_of_today_has_its_colour(alice: User, pain: Complaint, at_alice: Client) -> None:
    for coloured, text in shown(at_alice, assessed(alice, pain)):
        assert coloured
        assert "À réévaluer" not in text


@pytest.mark.parametrize("change", [later, said])
def test_a_verdict_that_something_followed_is_past(
    change: Callable[[User, Complaint, Assessment], str],
    alice: User,
    pain: Complaint,
    at_alice: Client,
) -> None:
    stored = assessed(alice, pain)
    expected = change(alice, pain, stored)
    for coloured, text in shown(at_alice, stored):
        assert not coloured
        assert expected in text


def test_a_verdict_of_another_day_or_edition_is_past(alice: User, pain: Complaint) -> None:
    stored = assessed(alice, pain)
    today = timezone.localdate()
    found = list(gate.assessments(alice))
    assert [one.past for one in assessment_lines(found, words(), today)] == [""]
    (line,) = assessment_lines(found, words(), today + timedelta(days=1))
    assert line.public_id == stored.public_id
    assert line.past
    found[0].edition.sha256 = "0" * 64
    assert assessment_lines(found, words(), today)[0].past


def test_a_course_is_planned_past_a_caution_within_the_queries_of_a_page(
    alice: User, at_alice: Client
) -> None:
    stored = assessed(alice, named(complaint_of(alice, CAUTION)))
    allow(alice)
    passings.go_past(sent(alice), stored, "infiltration", "Vu avec l’endocrinologue lundi.")
    address = reverse("course-new", args=[stored.public_id, "infiltration"])
    at_alice.get(address)
    with own_queries() as asked:
        assert at_alice.get(address).status_code == 200
    assert len(asked) <= MORE["course-new"], "\n".join(asked.own)

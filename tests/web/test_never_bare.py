"""Wherever a verdict lets a therapy be done, it is said what that rests on: “Possible” never stands
alone, and what is only claimed does not look as what studies bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.clinic.assess.shown import show
from dolenti.clinic.common.lookup import lookup
from dolenti.guideline.loading import ENGINE
from dolenti.records import engine
from dolenti.records.judging import supports
from dolenti.records.models import Assessment
from dolenti.ui.labels import LABELS
from tests.web.asked_page import Node, parsed
from tests.web.world import assessed, complaint_of, named

pytestmark = pytest.mark.any_database
BARE = re.compile(r"(\A|: |\()possible\)?\Z", re.IGNORECASE)
COUNTED = ("th", "td")
"""Over a column of counts, a verdict is of nobody."""
PLACES = (
    "patient: {birth-date: 1958-03-02, sex: male}\n"
    "complaint: {condition: %s, side: left, since: 2025-05-01}\nfacts: {}\n"
)


def every(node: Node) -> Iterator[Node]:
    for child in node.children:
        if isinstance(child, Node):
            yield child
            yield from every(child)


def bare(page: str) -> list[str]:
    """The verdicts of a page that let a therapy be done and say no more."""
    nodes = list(every(parsed(page)))
    said = [
        one.text
        for one in nodes
        if one.tag not in (*COUNTED, "title", "option") and BARE.search(one.text)
    ]
    badges = [
        one.text
        for one in nodes
        if {"badge", "status-possible"} <= set(one.attributes.get("class", "").split())
        and "support-" not in one.attributes["class"]
    ]
    return [*said, *badges]


def test_no_page_says_possible_alone(every_page: Mapping[str, str]) -> None:
    assert {name: wrong for name, text in every_page.items() if (wrong := bare(text))} == {}
    seen = {name for name, text in every_page.items() if "support-" in text}
    assert {
        "patient", "assessments", "assessment", "course", "course-new", "changed-verdicts",
    } <= seen, "pages that show a verdict"  # fmt: skip


def test_a_bare_verdict_is_found() -> None:
    badge = '<p><span class="badge status-possible"><span>Possible</span></span></p>'
    assert bare(badge) != []
    assert bare("<p>Infiltration (possible)</p>") != []
    assert bare("<p><b>Infiltration : possible</b></p>") != []
    assert bare("<p><span>Possible<small> – allégué</small></span></p>") == []


@pytest.mark.parametrize("condition", ["knee-osteoarthritis", "lateral-epicondylitis", "sciatica"])
def test_a_list_says_what_the_page_of_the_assessment_says(condition: str, alice: User) -> None:
    stored = assessed(alice, named(complaint_of(alice, PLACES % condition)))
    assert stored.engine == ENGINE
    words = lookup(engine.edition_in_force(), "fr")
    columns = show(stored.results["fr"], stored.inputs, stored.attestations, words).columns
    listed = supports.supports_of([Assessment.objects.get(pk=stored.pk)])
    for column in columns:
        assert listed.get((stored.pk, column.therapy), "") == column.support


def test_each_degree_has_a_word_and_a_shape_of_its_own(alice: User, at_alice: Client) -> None:
    words = LABELS["support-short"]
    assert set(words) == set(LABELS["support"])
    assert len({str(word) for word in words.values()}) == len(words)
    stored = assessed(alice, named(complaint_of(alice)))
    page = parsed(at_alice.get(reverse("assessment", args=[stored.public_id])).text)
    badges = [one for one in every(page) if "badge" in one.attributes.get("class", "").split()]
    for badge in badges:
        degree = re.search(r"support-([a-z-]+)", badge.attributes["class"])
        if degree:
            assert badge.text.endswith(f"– {words[degree[1]]}"), "read aloud, not by colour alone"

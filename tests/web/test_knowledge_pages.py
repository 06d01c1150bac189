"""The Knowledge pages: nothing the site decides by is left unsaid."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dolenti.clinic.common.request import words
from dolenti.clinic.knowledge import library
from dolenti.guideline.coverage import coverage
from dolenti.records import engine

pytestmark = pytest.mark.any_database

EDITION = engine.edition_in_force()
THERAPIES = [therapy.id for therapy in EDITION.therapies]


def read(browser: Client, name: str, *arguments: str) -> str:
    response = browser.get(reverse(name, args=arguments))
    assert response.status_code == 200
    return unescape(response.content.decode())


@pytest.mark.parametrize("therapy", EDITION.therapies, ids=THERAPIES)
def test_every_rule_stands_with_sentence_basis_and_examples(therapy: Any, at_alice: Client) -> None:
    page = read(at_alice, "knowledge-therapy", therapy.id)
    for rule in therapy.criteria:
        start = page.index(f'id="{rule.id}"')
        card = page[start : page.index("</article>", start)]
        assert rule.because.fr in card
        assert rule.told is None or rule.told.fr in card
        assert card.count('class="truth-') == len(rule.examples)
        for example in rule.examples:
            assert example.says.fr in card
        assert ("Non vérifié" in card) is not EDITION.verified(rule.sources)


@pytest.mark.parametrize("therapy", EDITION.therapies, ids=THERAPIES)
def test_every_part_of_a_therapy_is_readable(therapy: Any, at_alice: Client) -> None:
    evidence = read(at_alice, "knowledge-therapy-part", therapy.id, "evidence")
    for claim in therapy.claims:
        assert claim.claims.fr in evidence
        for finding in claim.findings:
            assert finding.says.fr in evidence
    protocol = read(at_alice, "knowledge-therapy-part", therapy.id, "protocol")
    for entry in (*therapy.protocol.limits, *therapy.protocol.next_steps):
        assert entry.because.fr in protocol
    for technique in therapy.techniques:
        assert technique.describes.fr in protocol
    aftercare = read(at_alice, "knowledge-therapy-part", therapy.id, "aftercare")
    for advice in therapy.aftercare:
        assert advice.says.fr in aftercare
    for effect in therapy.adverse_effects:
        assert effect.label.fr in aftercare
        assert effect.told.fr in aftercare
    practice = read(at_alice, "knowledge-therapy-part", therapy.id, "practice")
    for entry in (*therapy.process, *therapy.practice):
        assert entry.says.fr in practice
    for entry in therapy.practice:
        assert not entry.told or entry.told.fr in practice


def test_every_red_flag_contradiction_source_and_choice_is_readable(at_alice: Client) -> None:
    flags = read(at_alice, "knowledge-red-flags")
    assert all(flag.because.fr in flags for flag in EDITION.red_flags)
    contradictions = read(at_alice, "knowledge-contradictions")
    for entry in EDITION.contradictions:
        for text in (entry.title, entry.one_side.says, entry.other_side.says, entry.policy):
            assert text.fr in contradictions
    sources = read(at_alice, "knowledge-sources")
    assert all(f'id="{source.id}"' in sources for source in EDITION.sources)
    choices = read(at_alice, "knowledge-choices")
    assert all(policy.label.fr in choices for policy in EDITION.policies)
    assert all(notice.says.fr in choices for notice in EDITION.notices)


def test_every_numbered_statement_is_accounted_for(at_alice: Client) -> None:
    page = read(at_alice, "knowledge-coverage")
    for one in coverage(EDITION):
        assert f'id="{one.statement}"' in page


def test_every_product_fact_score_and_mixture_is_readable(at_alice: Client) -> None:
    listed = read(at_alice, "knowledge-products")
    for product in EDITION.products:
        assert product.label.fr in listed
        page = read(at_alice, "knowledge-product", product.id)
        for entry in (*product.rules, *product.ceilings, *product.status, *product.sport):
            assert entry.because.fr in page
    facts = read(at_alice, "knowledge-facts")
    assert all(fact.ask.fr in facts for fact in EDITION.facts)
    measures = read(at_alice, "knowledge-measures")
    assert all(measure.label.fr in measures for measure in EDITION.measures)
    mixtures = read(at_alice, "knowledge-mixtures")
    for entry in (*EDITION.mixture_rules, *EDITION.compatibilities):
        assert entry.because.fr in mixtures


@pytest.mark.parametrize(
    "address",
    [
        "/knowledge/therapies/leeches/",
        "/knowledge/therapies/mesotherapy/astrology/",
        "/knowledge/products/snake-oil/",
    ],
)
def test_what_does_not_exist_is_not_found(address: str, at_alice: Client) -> None:
    assert at_alice.get(address).status_code == 404


def test_who_reviews_what_and_by_when_is_readable(at_alice: Client) -> None:
    page = read(at_alice, "knowledge-reviews")
    for review in EDITION.reviews:
        assert review.asked.fr in page
        for name in review.covers:
            with translation.override("fr"):
                assert library.covered(name, words()) in page
    assert "personne encore" in page
    rules = read(at_alice, "knowledge-red-flags")
    assert rules.count("À relire") == len(EDITION.red_flags)
    assert "avant le" in rules

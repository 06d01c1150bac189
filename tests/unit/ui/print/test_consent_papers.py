"""What is signed stands on two pages; what stands behind it, on another paper."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from itertools import product as every
from typing import Any

import pytest

from dolenti.guideline.consent import RECORD, Consent, ConsentRequest, compose, digest, in_short
from dolenti.guideline.knowledge import NEVER_USED, Product, Therapy
from dolenti.guideline.mixture.one_product import status_on
from dolenti.ui.print import (
    CONSENT_PAGES,
    ConsentDetails,
    ConsentDocument,
    Signature,
    consent,
    consent_details,
)
from dolenti.ui.print.pages import page_count
from dolenti.ui.print.writing import fingerprint
from tests.printed import Print
from tests.unit.ui.print.people import ALICE, AT, CLINIC, EDITION, PAUL, SIGNATURE

KEPT = Signature("Paul Durand", AT, "Clinique Nord", kept="armoire des consentements, tiroir 3")
MOST_CAUTIONS = 10
"""More than anybody has been found to have: a text that grows has to stay on its paper."""


def usable(product: Product, therapy: Therapy) -> bool:
    period = status_on(product, "FR", AT.date())
    return (
        therapy.id in product.used_in
        and (period is None or period.state not in NEVER_USED)
        and not set(product.classes) & set(therapy.description.not_done_with)
    )


def longest_products(therapy: Therapy) -> tuple[str, ...]:
    """The two of which most is said."""

    def said(product: Product) -> int:
        told = product.off_label
        return len(told.told.fr) if told and told.told and therapy.id in told.therapies else 0

    found = sorted((p for p in EDITION.products if usable(p, therapy)), key=said)
    return tuple(product.id for product in found[-2:])


def longest(therapy: Therapy, condition: str = "knee-osteoarthritis") -> Consent:
    """A text of which most is said: every indication, many cautions, two products, a price."""
    cautions = [
        rule.id
        for rule in (*EDITION.red_flags, *therapy.criteria)
        if getattr(rule, "effect", "") == "alerts"
        or getattr(rule, "kind", "") in ("relative-contraindication", "precaution")
    ]
    chosen = [rule.id for rule in therapy.criteria if rule.kind == "indication"][:1]
    return compose(
        EDITION,
        ConsentRequest(
            therapy.id, AT.date(), condition=condition, side="right",
            zone=next(c.zones[0] for c in EDITION.conditions if c.id == condition),
            holding=(*chosen, *cautions[:MOST_CAUTIONS]),
            statuses={t.id: "caution" for t in EDITION.therapies},
            products=longest_products(therapy), price_cents=125_050,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("therapy", EDITION.therapies, ids=lambda one: one.id)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_paper_that_is_signed_has_two_pages_at_most(therapy: Therapy, language: str) -> None:
    told = longest(therapy)
    bare = replace(told, particular=(), medicines=(), price=told.price[:1])
    for said, signature in every((told, bare), (SIGNATURE, KEPT, None)):
        document = ConsentDocument(said, CLINIC, ALICE, PAUL, AT, signature)
        assert page_count(consent(document, language)) <= CONSENT_PAGES


def test_the_condition_of_which_most_is_said_stands_on_two_pages() -> None:
    mesotherapy = max(EDITION.therapies, key=lambda one: len(one.adverse_effects))
    texts = [longest(mesotherapy, condition.id) for condition in EDITION.conditions]
    most = max(texts, key=lambda told: sum(len(s.says.fr) for s in in_short(told).statements()))
    document = ConsentDocument(most, CLINIC, ALICE, PAUL, AT, SIGNATURE)
    assert page_count(consent(document, "fr")) <= CONSENT_PAGES


@pytest.mark.parametrize("therapy", EDITION.therapies, ids=lambda one: one.id)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_short_text_keeps_what_weighs_and_the_details_hold_every_source(
    therapy: Therapy, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = longest(therapy)
    short = in_short(told)
    printed = Print()
    monkeypatch.setattr(import_module("dolenti.ui.print.consent"), "fitted", printed.fitted)
    monkeypatch.setattr(import_module("dolenti.ui.print.consent_details"), "pdf", printed.pdf)

    consent(ConsentDocument(told, CLINIC, ALICE, PAUL, AT, None), language)
    on_paper = _texts(printed.content)
    assert printed.content is not None
    assert printed.content["sources"] == []
    planned = {
        c for one in EDITION.products if one.id in longest_products(therapy) for c in one.classes
    }
    told_here = [
        one
        for one in therapy.adverse_effects
        if (not (planned and one.classes) or not planned.isdisjoint(one.classes))
        and (not one.zones or "knee" in one.zones)
    ]
    grave = [effect for effect in told_here if effect.serious]
    assert grave
    assert [row["text"] for row in printed.content["risks"]["serious"]] == [
        effect.told.in_language(language)
        for often in ("common", "uncommon", "rare", "unknown")
        for effect in grave
        if effect.told and effect.frequency == often
    ]
    kept = (*told.proposal, *told.purpose, *told.particular, *told.urgent, *told.alternatives,
            *told.price, *told.rights, *told.declarations, *(r.statement for r in told.risks),
            *(b.claim for b in told.benefits), *(b.found for b in told.benefits))  # fmt: skip
    for statement in kept:
        assert statement.says.in_language(language) in on_paper, statement.id
    for medicine in told.medicines:
        assert (medicine.off_label is None) or (
            medicine.off_label.says.in_language(language) in on_paper
        )
    assert not [s.id for s in short.statements() if s.note]
    assert fingerprint(digest(told, language)) in on_paper

    consent_details(ConsentDetails(told, EDITION.sources, CLINIC, AT), language)
    assert printed.content is not None
    in_details = _texts(printed.content)
    for statement in told.statements():
        assert statement.says.in_language(language) in in_details, statement.id
        assert not statement.note or statement.note.in_language(language) in in_details
    hidden = {citation.id for s in told.particular for citation in s.sources}
    cited = {
        citation.id for s in told.statements() if s not in told.particular for citation in s.sources
    } - {RECORD.id}
    listed = {source["text"].split(",")[0] for source in printed.content["sources"]}
    titles = {source.id: source.title.split(",")[0] for source in EDITION.sources}
    assert listed == {titles[name] for name in cited}
    assert hidden
    assert fingerprint(digest(told, language)) in in_details
    assert PAUL.birth_name not in " ".join(in_details)


def test_off_label_use_is_said_of_each_product_or_of_them_all() -> None:
    """Once, and never not at all."""
    (mesotherapy,) = [one for one in EDITION.therapies if one.id == "mesotherapy"]
    told = longest(mesotherapy)
    practice = "mesotherapy-off-label"
    assert practice not in [s.id for s in in_short(told).practice]
    assert practice in [s.id for s in in_short(replace(told, medicines=())).practice]


def _texts(content: Any) -> set[str]:
    """Every string of nested dicts and lists."""
    if isinstance(content, str):
        return {content}
    inside = content.values() if isinstance(content, dict) else content
    return (
        set().union(*(_texts(one) for one in inside))
        if isinstance(content, (dict, list, tuple))
        else set()
    )

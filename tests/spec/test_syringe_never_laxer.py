"""No syringe is more permissive than the verdict on the therapy it is for, whoever the patient."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.facts import Case, Complaint, Dictionary, read_facts
from dolenti.guideline.knowledge import Product
from dolenti.guideline.mixture import MixtureJudge
from dolenti.guideline.mixture.file import Component, Mixture, Vehicle
from tests.spec.strategies import EDITION, JUDGE, cases

TODAY = date(2026, 11, 22)
MIXTURES = MixtureJudge(EDITION)
ORDER = ("allowed", "override", "incomplete", "blocked")
AT_LEAST = {
    "possible": "allowed",
    "caution": "override",
    "not-indicated": "override",
    "needs-information": "incomplete",
    "contraindicated": "blocked",
    "redirect": "blocked",
}
PLAIN = next(product for product in EDITION.products if product.id == "lidocaine")


def syringe(therapy: str, case: Case, product: Product = PLAIN) -> Mixture:
    drawn = Component(product, product.strength_range[0], 0.1)
    return Mixture(therapy, case, (drawn,), Vehicle("none"), given_today=())


@given(cases(), st.sampled_from(EDITION.products))
def test_a_syringe_is_judged_at_least_as_strictly_as_its_therapy(
    case: Case, product: Product
) -> None:
    for verdict in JUDGE.assess(case).verdicts:
        result = MIXTURES.judge(syringe(verdict.therapy.id, case, product))
        assert ORDER.index(result.verdict) >= ORDER.index(AT_LEAST[verdict.status])
        if verdict.status == "needs-information" and result.verdict == "incomplete":
            assert set(verdict.questions) <= set(result.questions)


@given(cases())
def test_what_blocks_for_the_therapy_is_named_with_its_own_rule(case: Case) -> None:
    for verdict in JUDGE.assess(case).verdicts:
        if verdict.status in ("contraindicated", "redirect"):
            result = MIXTURES.judge(syringe(verdict.therapy.id, case))
            named = {finding.rule for finding in result.findings if finding.severity == "block"}
            held = {j.rule.id for j in verdict.reasons if not is_precaution(j.rule)}
            assert held <= named


def is_precaution(rule: object) -> bool:
    return getattr(rule, "kind", None) == "precaution"


GRAVEST = {asked.fact for row in EDITION.asking for asked in row.facts if asked.tier == "button"}
CALM: dict[str, Any] = {
    "anticoagulant": "none", "pregnancy": False, "breastfeeding": False, "fever": False,
    "infection-local": False, "infection-systemic": False, "allergy": [], "cold-illness": [],
    "anaphylaxis-history": False, "cryoglobulinaemia": False, "cold-urticaria": False,
    "injected-before": "none",
}  # fmt: skip


def waiting_for(therapy: str, facts: dict[str, Any]) -> set[str]:
    """What the rules of a therapy wait for in a syringe of no complaint."""
    known, _ = read_facts(facts, Dictionary(EDITION), TODAY)
    result = MIXTURES.judge(syringe(therapy, Case(TODAY, Complaint("mixture"), known)))
    rules = {rule.id for one in EDITION.therapies for rule in one.criteria}
    rules |= {flag.id for flag in EDITION.red_flags}
    return {fact for one in result.unknown if one.rule in rules for fact in one.proof.open}


@pytest.mark.parametrize("therapy", [therapy.id for therapy in EDITION.therapies])
def test_without_a_complaint_only_what_is_gravest_is_asked(therapy: str) -> None:
    assert waiting_for(therapy, {}) <= GRAVEST
    assert waiting_for(therapy, CALM) == set()


@pytest.mark.parametrize(
    "fact", ["anticoagulant", "pregnancy", "infection-local", "infection-systemic", "fever"]
)
def test_a_danger_that_nobody_told_of_is_asked_of_an_infiltration(fact: str) -> None:
    without = {name: value for name, value in CALM.items() if name != fact}
    assert waiting_for("infiltration", without) == {fact}


@pytest.mark.parametrize(
    "facts, asked",
    [
        ({"fracture-at-site": True}, {"condition"}),
        ({"fracture-at-site": False}, set()),
        ({"anticoagulant": "vka"}, {"inr"}),
        ({"anticoagulant": "none"}, set()),
    ],
)
def test_without_a_complaint_a_danger_that_is_known_asks_what_settles_it(
    facts: dict[str, Any], asked: set[str]
) -> None:
    known, _ = read_facts({**CALM, **facts}, Dictionary(EDITION), TODAY)
    found = MIXTURES.judge(syringe("infiltration", Case(TODAY, Complaint("mixture"), known)))
    of_therapy = {rule.id for t in EDITION.therapies for rule in t.criteria}
    waiting = [one for one in found.unknown if one.rule in of_therapy]
    assert asked <= {fact for one in waiting for fact in one.proof.open}
    assert bool(waiting) is bool(asked)
    assert not any("platelets" in one.rule for one in waiting)  # no danger said concerns these

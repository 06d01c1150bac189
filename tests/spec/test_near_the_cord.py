"""Beside the cord: what the room refuses no syringe allows, whatever is in it; and what a patient
who bleeds is never given there."""

from __future__ import annotations

from typing import Any

import pytest

from dolenti.guideline import session
from dolenti.guideline.knowledge import Product
from tests.spec.syringes import EDITION, HEALTHY, PRODUCTS, asked, judge, spoken

ROOM = session.content(EDITION)
INFILTRATION = next(one for one in EDITION.therapies if one.id == "infiltration")
NEURAXIAL = ("epidural", "sacral-hiatus", "foraminal")
SPINE = ("cervical-spine", "thoracic-spine", "lumbar-spine")
OF_PRODUCTS = [pytest.param(one, id=one.id) for one in EDITION.products]

Named = dict[str, Any]
# How a syringe names each act that the room refuses: complaint, facts, technique.
NAMED: dict[str, list[Named]] = {
    "achilles": [{"complaint": {"condition": "achilles-tendinopathy", "zone": "ankle-foot"}}],
    "patellar-tendon": [{"complaint": {"condition": "patellar-tendinopathy", "zone": "knee"}}],
    "in-tendon": [],  # no technique of ours is one into a tendon: a test below holds it
    "lumbar-foraminal": [{"facts": {"zone": "lumbar-spine"}, "technique": "foraminal"}],
    "cervical-epidural-foraminal": [
        {"facts": {"zone": "cervical-spine"}, "technique": one} for one in NEURAXIAL
    ],
    "thoracic-epidural": [{"facts": {"zone": "thoracic-spine"}, "technique": "epidural"}],
    "prosthesis": [{"facts": {"zone": "knee", "prosthesis-at-site": True}}],
}


def syringe(product: Product, **named: Any) -> Any:
    facts = {"spine-operated": False, **named.pop("facts", {})}
    if "complaint" in named:
        facts["zone"] = ...
    strength = max(product.usual_strengths or product.strength_range)
    return judge((product.id, strength, 0.1), facts=facts, **named)


def test_every_act_that_the_room_refuses_has_a_name_for_a_syringe() -> None:
    assert set(NAMED) == {one.id for one in ROOM.refused if not one.for_serum}


@pytest.mark.parametrize("product", OF_PRODUCTS)
@pytest.mark.parametrize("refused", [one for one, named in NAMED.items() if named])
def test_what_the_room_refuses_no_syringe_allows(refused: str, product: Product) -> None:
    for named in NAMED[refused]:
        assert syringe(product, **dict(named)).verdict in ("blocked", "override")


def test_no_technique_goes_into_a_tendon() -> None:
    assert {one.id for one in INFILTRATION.techniques} == {
        "intra-articular", "bursal", "tendon-sheath", "periarticular", *NEURAXIAL,
    }  # fmt: skip


@pytest.mark.parametrize("technique", NEURAXIAL)
@pytest.mark.parametrize("zone", SPINE[:2])
@pytest.mark.parametrize("product", ["bupivacaine", "lidocaine", "dexamethasone"])
def test_nothing_goes_beside_the_cord_of_the_neck_or_the_chest(
    product: str, zone: str, technique: str
) -> None:
    result = syringe(PRODUCTS[product], facts={"zone": zone}, technique=technique)
    assert result.verdict == "blocked"
    assert "neuraxial-neck-or-chest" in spoken(result)


@pytest.mark.parametrize("technique", NEURAXIAL)
def test_an_anaesthetic_beside_the_lumbar_cord_is_a_written_decision(technique: str) -> None:
    lumbar = {"zone": "lumbar-spine"}
    result = syringe(PRODUCTS["bupivacaine"], facts=lumbar, technique=technique)
    assert "neuraxial-anaesthetic" in spoken(result)
    assert result.verdict == "override"
    beside = syringe(PRODUCTS["bupivacaine"], facts=lumbar, technique="periarticular")
    assert "neuraxial-anaesthetic" not in spoken(beside)


@pytest.mark.parametrize("product", ["dexamethasone", "betamethasone-phosphate"])
@pytest.mark.parametrize("technique", ["epidural", "sacral-hiatus"])
def test_a_dissolved_corticosteroid_has_no_epidural_route(product: str, technique: str) -> None:
    """As the public base has it: of all corticosteroids, prednisolone acetate alone."""
    lumbar = {"zone": "lumbar-spine"}
    result = syringe(PRODUCTS[product], facts=lumbar, technique=technique)
    assert "dissolved-corticosteroid-epidural" in spoken(result)
    assert result.verdict == "override"
    epidural = {
        status.id
        for status in EDITION.statuses
        if "epidural" in status.labelled_routes and "corticosteroid" in PRODUCTS[status.id].classes
    }
    assert epidural == {"prednisolone-acetate"}


@pytest.mark.parametrize("product", ["dexamethasone", "prednisolone-acetate"])
def test_an_operated_spine_asks_for_a_reason_whatever_the_corticosteroid(product: str) -> None:
    operated = {"zone": "lumbar-spine", "spine-operated": True}
    one = PRODUCTS[product]
    assert "corticosteroid-operated-spine" in spoken(
        syringe(one, facts=operated, technique="epidural")
    )
    assert "corticosteroid-operated-spine" not in spoken(
        syringe(one, facts=operated, technique="sacral-hiatus")
    )
    unknown = syringe(one, facts={**operated, "spine-operated": ...}, technique="epidural")
    assert "corticosteroid-operated-spine" in asked(unknown)


@pytest.mark.parametrize("product", OF_PRODUCTS)
@pytest.mark.parametrize("technique", NEURAXIAL)
@pytest.mark.parametrize(
    "known",
    [
        {"anticoagulant": "doac"},
        {"anticoagulant": "heparin"},
        {"anticoagulant": "other"},
        {"anticoagulant": "vka", "inr": 1.6},
    ],
    ids=lambda known: known["anticoagulant"],
)
def test_nothing_goes_beside_the_cord_under_an_anticoagulant(
    product: Product, technique: str, known: dict[str, Any]
) -> None:
    result = syringe(product, facts={"zone": "lumbar-spine", **known}, technique=technique)
    assert result.verdict == "blocked"
    assert "neuraxial-anticoagulant" in spoken(result)


def test_a_vka_that_was_stopped_asks_for_its_inr_then_for_a_reason() -> None:
    one, lumbar = PRODUCTS["prednisolone-acetate"], {"zone": "lumbar-spine", "anticoagulant": "vka"}
    unknown = syringe(one, facts=lumbar, technique="epidural")
    assert unknown.verdict == "incomplete"
    assert "inr" in unknown.questions
    low = syringe(one, facts={**lumbar, "inr": 1.5}, technique="epidural")
    assert low.verdict == "override"


@pytest.mark.parametrize(
    "zone,technique", [("hip", "intra-articular"), ("lumbar-spine", "intra-articular")]
)
def test_at_the_hip_and_in_a_joint_of_the_spine_an_anticoagulant_stays_a_written_decision(
    zone: str, technique: str
) -> None:
    facts = {"zone": zone, "anticoagulant": "doac"}
    result = syringe(PRODUCTS["prednisolone-acetate"], facts=facts, technique=technique)
    assert "corticosteroid-anticoagulant-deep" in spoken(result)
    assert result.verdict == "override"


def test_a_technique_that_nobody_named_is_asked_where_it_can_be_done() -> None:
    doac = {"anticoagulant": "doac"}
    one = PRODUCTS["prednisolone-acetate"]
    at_the_back = syringe(one, facts={**doac, "zone": "lumbar-spine"}, technique=None)
    assert "neuraxial-anticoagulant" in asked(at_the_back)
    assert "technique" in at_the_back.questions
    at_the_knee = syringe(one, facts={**doac, "zone": "knee"}, technique=None)
    assert "neuraxial-anticoagulant" not in asked(at_the_knee)


@pytest.mark.parametrize("technique", NEURAXIAL)
@pytest.mark.parametrize("zone", ["knee", "widespread"])
def test_a_technique_that_is_not_done_in_a_zone_is_no_way_round_its_rules(
    zone: str, technique: str
) -> None:
    result = syringe(PRODUCTS["lidocaine"], facts={"zone": zone}, technique=technique)
    assert "technique-of-another-zone" in spoken(result)
    assert result.verdict == "blocked"


def test_the_policy_under_an_anticoagulant_names_every_rule_that_applies_it() -> None:
    policy = next(
        one for one in EDITION.contradictions if one.id == "corticosteroid-under-anticoagulant"
    )
    rules = {rule.id for rule in EDITION.group_rules}
    about = {
        one for one in rules
        if one.startswith(("corticosteroid-anticoagulant", "neuraxial-anticoagulant"))
    }  # fmt: skip
    assert about <= set(policy.applied_in)
    assert HEALTHY["anticoagulant"] == "none"

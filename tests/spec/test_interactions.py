"""Every rule of a group of products against each of its products, and every class of medicines
against each product that it concerns; all generated from the knowledge."""

from __future__ import annotations

from itertools import product as pairs
from typing import Any

import pytest

from dolenti.guideline.conditions import facts_of
from dolenti.guideline.knowledge import GroupRule, Product
from tests.spec.drawn_up import (
    EDITION,
    ELBOW,
    INTERACTIONS,
    MEDICINES,
    SILENT,
    concerned,
    dose_for,
    drawn,
    members,
    spoken,
)

PAIRS = [
    pytest.param(rule, product, example.facts, id=f"{rule.id}-{product.id}-{number}")
    for rule in EDITION.group_rules
    for product in concerned(rule)
    for number, example in enumerate(rule.examples)
    if example.holds
]


@pytest.mark.parametrize("rule,product,facts", PAIRS)
def test_a_rule_of_a_group_speaks_of_each_of_its_products(
    rule: GroupRule, product: Product, facts: dict[str, Any]
) -> None:
    technique = rule.techniques[0] if rule.techniques else None
    therapy = rule.therapies[0] if rule.therapies else "infiltration"
    result = drawn(product, dose_for(rule, product), facts, technique, therapy=therapy)
    found = next(finding for finding in result.findings if finding.rule == rule.id)
    assert (found.severity, found.products) == (rule.severity, (product.id,))
    assert found.proof.decided


EACH = [
    pytest.param(rule, member, product, id=f"{rule.id}-{member}-{product.id}")
    for rule in INTERACTIONS
    for member, product in pairs(members(rule), concerned(rule))
]


@pytest.mark.parametrize("rule,member,product", EACH)
def test_each_class_of_a_pair_is_looked_at_and_its_absence_is_silent(
    rule: GroupRule, member: str, product: Product
) -> None:
    """One member alone speaks, or is one of several that only speak together."""
    dose = dose_for(rule, product)
    technique = rule.techniques[0] if rule.techniques else None
    nobody = {"medicines": [], "diabetes": "none"}
    assert rule.id not in spoken(drawn(product, dose, nobody, technique))
    example = next(one.facts for one in rule.examples if one.holds)
    others = {name: value for name, value in example.items() if name != "medicines"}
    alone = drawn(product, dose, {**others, "medicines": [member]}, technique)
    together = drawn(product, dose, {**others, "medicines": members(rule)}, technique)
    assert rule.id in spoken(together)
    assert (rule.id in spoken(alone)) or needs_more(rule)


def needs_more(rule: GroupRule) -> bool:
    return rule.id == "nsaid-renin-angiotensin-and-diuretic"


@pytest.mark.parametrize(
    "rule,product",
    [
        pytest.param(rule, product, id=f"{rule.id}-{product.id}")
        for rule in INTERACTIONS
        for product in concerned(rule)
    ],
)
def test_unknown_medicines_are_asked_of_who_is_treated_where_they_would_forbid(
    rule: GroupRule, product: Product
) -> None:
    result = drawn(product, dose_for(rule, product), {}, complaint=ELBOW)
    waits = rule.id in {finding.rule for finding in result.unknown}
    assert waits == (rule.severity in ("block", "override"))
    if waits and result.verdict != "blocked":
        assert result.verdict == "incomplete"
        assert "medicines" in result.questions


def test_what_a_patient_takes_is_asked_first_and_the_rest_of_those_who_take_it() -> None:
    ketoprofen = next(product for product in EDITION.products if product.id == "ketoprofen")
    result = drawn(ketoprofen, 50, {}, complaint=ELBOW)
    waiting = {one.rule: one.proof.open for one in result.unknown}
    of_two_facts = [rule for rule in INTERACTIONS if len(facts_of(rule.when)) > 1]
    asked = [waiting[rule.id] for rule in of_two_facts if rule.id in waiting]
    assert asked
    assert set(asked) == {("medicines",)}


@pytest.mark.parametrize("product", EDITION.products, ids=lambda product: product.id)
def test_a_syringe_looked_at_by_itself_asks_what_the_patient_takes(product: Product) -> None:
    """Wherever an interaction could forbid the product, or call for a reason."""
    dose = product.strength_range[0] * 0.5
    result = drawn(product, dose, {})
    could_forbid = any(
        rule.severity in ("block", "override")
        and rule.over is None
        and rule.over_share is None
        and not rule.techniques
        and not rule.therapies
        and rule.about(product)
        for rule in INTERACTIONS
    )
    waits = {fact for one in result.unknown for fact in one.proof.open}
    assert "medicines" in waits or not could_forbid
    assert result.verdict != "allowed" or not could_forbid
    told = drawn(product, dose, {"medicines": []})
    assert "medicines" not in {fact for one in told.unknown for fact in one.proof.open}


def test_kenacort_of_an_unknown_list_is_never_allowed() -> None:
    """Ritonavir on it would block."""
    kenacort = next(one for one in EDITION.products if one.id == "triamcinolone-acetonide")
    knee = {"zone": "knee", "athlete-tested": False}
    result = drawn(kenacort, 40, knee, technique="intra-articular")
    assert "medicines" in result.questions
    boosted = drawn(kenacort, 40, {**knee, "medicines": ["hiv-booster"]})
    assert boosted.verdict == "blocked"


def test_every_class_that_can_be_taken_meets_a_rule_or_is_known_to_meet_none() -> None:
    met = {member for rule in INTERACTIONS for member in members(rule)}
    assert {option.id for option in MEDICINES.options} - met == SILENT


def test_the_weekly_dose_is_asked_of_who_takes_methotrexate_and_of_nobody_else() -> None:
    ketoprofen = next(product for product in EDITION.products if product.id == "ketoprofen")
    asked = {
        name: "methotrexate-weekly-dose" in drawn(ketoprofen, 50, facts).questions
        for name, facts in {
            "nobody knows": {},
            "takes it": {"medicines": ["methotrexate"]},
            "takes none": {"medicines": []},
        }.items()
    }
    assert asked == {"nobody knows": False, "takes it": True, "takes none": False}


@pytest.mark.parametrize(
    "milligrams,rule",
    [
        (0.05, "adrenaline-amine-low"),
        (0.1, "adrenaline-amine-low"),
        (0.11, "adrenaline-amine"),
        (0.3, "adrenaline-amine"),
        (0.31, "adrenaline-amine-high"),
    ],
)
def test_adrenaline_with_a_tricyclic_is_weighed_by_its_dose(milligrams: float, rule: str) -> None:
    adrenaline = next(product for product in EDITION.products if product.id == "adrenaline")
    result = drawn(adrenaline, milligrams, {"medicines": ["tricyclic"]})
    of_amines = {name for name in spoken(result) if name.startswith("adrenaline-amine")}
    assert of_amines == {rule}


@pytest.mark.parametrize("before,speaks", [(0.04, "-low"), (0.05, "-low"), (0.06, "")])
def test_what_was_given_today_counts_with_the_syringe(before: float, speaks: str) -> None:
    adrenaline = next(product for product in EDITION.products if product.id == "adrenaline")
    given = [{"product": "adrenaline", "dose": before}]
    result = drawn(adrenaline, 0.05, {"medicines": ["tricyclic"]}, given=given)
    of_amines = {name for name in spoken(result) if name.startswith("adrenaline-amine")}
    assert of_amines == {f"adrenaline-amine{speaks}"}


@pytest.mark.parametrize(
    "drawn_up,before,speaks",
    [(99, 0, False), (100, 0, False), (101, 0, True), (60, 40, False), (60, 41, True)],
)
def test_half_of_the_ceiling_is_counted_over_the_day(
    drawn_up: float, before: float, speaks: bool
) -> None:
    """200 mg of lidocaine in France: half of it is 100."""
    lidocaine = next(product for product in EDITION.products if product.id == "lidocaine")
    given = [{"product": "lidocaine", "dose": before}] if before else []
    taken = {"medicines": ["antiarrhythmic-class-1"]}
    result = drawn(lidocaine, drawn_up, taken, given=given)
    assert ("anaesthetic-antiarrhythmic" in spoken(result)) is speaks


@pytest.mark.parametrize("drawn_up,speaks", [(100, False), (101, True)])
def test_where_nobody_said_what_was_given_today_the_syringe_alone_is_counted(
    drawn_up: float, speaks: bool
) -> None:
    lidocaine = next(product for product in EDITION.products if product.id == "lidocaine")
    taken = {"medicines": ["antiarrhythmic-class-1"]}
    result = drawn(lidocaine, drawn_up, taken, given=None)
    assert ("anaesthetic-antiarrhythmic" in spoken(result)) is speaks


@pytest.mark.parametrize(
    "member", ["verapamil-diltiazem", "calcium-channel-blocker", "aminoglycoside", "digoxin"]
)
@pytest.mark.parametrize(
    "product",
    [product for product in EDITION.products if "magnesium" in product.classes],
    ids=lambda product: product.id,
)
def test_what_weighs_on_magnesium_weighs_on_each_of_its_salts(
    product: Product, member: str
) -> None:
    assert any(member in members(rule) and rule.about(product) for rule in INTERACTIONS)


OF_A_DOSE = [
    pytest.param(rule, product, id=f"{rule.id}-{product.id}")
    for rule in EDITION.group_rules
    if (rule.over, rule.at_most, rule.over_share) != (None, None, None)
    for product in concerned(rule)
    if rule.over_share is None or product.ceilings
]


@pytest.mark.parametrize("rule,product", OF_A_DOSE)
def test_the_dose_from_which_a_rule_speaks_is_tried_at_it_under_it_and_over_it(
    rule: GroupRule, product: Product
) -> None:
    facts = next(one.facts for one in rule.examples if one.holds)

    def speaks(dose: float) -> bool:
        return rule.id in spoken(drawn(product, dose, facts))

    if rule.over is not None:
        assert [speaks(rule.over * by) for by in (0.99, 1, 1.01)] == [False, False, True]
    if rule.at_most is not None:
        assert [speaks(rule.at_most * by) for by in (0.99, 1, 1.01)] == [True, True, False]
    if rule.over_share is not None:
        full = next(t for t in drawn(product, 1, facts).totals if t.product.id == product.id)
        assert full.share is not None
        half = rule.over_share / full.share
        assert [speaks(half * by) for by in (0.99, 1.01)] == [False, True]

"""Every ceiling of every product: just under, exactly at, just over; then what adds up.

The ceilings are read from the knowledge, so that those of a new product are tried as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from dolenti.clinic.session.shown import share_of
from dolenti.guideline.conditions import AllOf, AnyOf, Compare, Condition, Holds, Not
from dolenti.guideline.knowledge import NO_JOINT, Ceiling, MixtureRule, Product
from dolenti.guideline.mixture import MixtureJudge, MixtureResult, read_mixture
from dolenti.guideline.numbers import number_in_words
from tests.spec.syringes import (
    DAY,
    EDITION,
    HEALTHY,
    PRODUCTS,
    UNKNOWN,
    asked,
    content,
    judge,
    spoken,
)

WEIGHT = HEALTHY["weight"]
CEILINGS = [
    pytest.param(product, ceiling, id=ceiling.id)
    for product in EDITION.products
    for ceiling in product.ceilings
    # What only the room knows no syringe can show: a nerve's tunnel.
    if ceiling.joint_size not in NO_JOINT or ceiling.techniques
]


def facts_for(condition: Condition | None) -> Iterator[tuple[str, Any]]:
    """Facts of a patient for whom a condition of the knowledge holds."""
    if isinstance(condition, Holds):
        yield condition.fact, True
    elif isinstance(condition, Compare):
        value = condition.operand[0] if condition.operator == "in" else condition.operand  # type: ignore[index]
        yield condition.fact, value
    elif isinstance(condition, AllOf):
        for part in condition.parts:
            yield from facts_for(part)
    elif isinstance(condition, AnyOf):
        yield from facts_for(condition.parts[0])
    elif condition is not None:
        assert isinstance(condition, Not)
        raise AssertionError("no ceiling is for those who are not something")


def only(product: Product, ceiling: Ceiling) -> MixtureJudge:
    """A judge for whom this ceiling is the product's only one."""
    lone = msgspec.structs.replace(product, ceilings=(ceiling,))
    products = tuple(lone if one.id == product.id else one for one in EDITION.products)
    return MixtureJudge(msgspec.structs.replace(EDITION, products=products))


def exceeded(product: Product, ceiling: Ceiling, drawn: float, given: float = 0) -> bool:
    """Whether the ceiling speaks of a patient to whom it applies."""
    strength = max(product.usual_strengths)
    volume = drawn / strength if ceiling.concentration is None else 1.0
    partner = [(ceiling.with_product, 0.005, 0.1)] if ceiling.with_product else []
    vehicle: dict[str, Any] = {"fluid": "none"}
    if ceiling.concentration is not None:
        volume = 0.1
        vehicle = {"fluid": "saline", "volume": volume * strength / drawn - volume}
    one = only(product, ceiling)
    told = content(
        (product.id, strength, volume),
        *partner,
        given=[{"product": product.id, "dose": given}] if given else [],
        facts=dict(facts_for(ceiling.when)),
        jurisdiction=ceiling.jurisdiction or "FR",
        vehicle=vehicle,
        **({"technique": ceiling.techniques[0]} if ceiling.techniques else {}),
    )
    result = one.judge(read_mixture(told, one.edition, DAY))
    found = [
        f for f in result.findings if f.rule == "ceiling-exceeded" and product.id in f.products
    ]
    assert all(f.because == ceiling.because and f.severity == ceiling.severity for f in found)
    return bool(found)


def limit(ceiling: Ceiling) -> float:
    if ceiling.concentration is not None:
        return ceiling.concentration
    if ceiling.per_kg is not None:
        return ceiling.per_kg * WEIGHT
    assert ceiling.absolute is not None
    return ceiling.absolute


@pytest.mark.parametrize("product,ceiling", CEILINGS)
def test_a_dose_at_its_ceiling_is_kept_and_one_over_is_not(
    product: Product, ceiling: Ceiling
) -> None:
    most = limit(ceiling)
    assert not exceeded(product, ceiling, most * 0.99)
    assert not exceeded(product, ceiling, most)
    assert exceeded(product, ceiling, most * 1.01)


@pytest.mark.parametrize("product,ceiling", CEILINGS)
def test_what_was_given_today_counts_where_the_ceiling_is_one_of_hours(
    product: Product, ceiling: Ceiling
) -> None:
    if ceiling.concentration is not None:
        return
    half = limit(ceiling) / 2
    of_hours = ceiling.per in ("12 h", "24 h")
    assert not exceeded(product, ceiling, half, half)
    assert exceeded(product, ceiling, half * 1.02, half) is of_hours


@pytest.mark.parametrize("product", EDITION.products, ids=lambda product: product.id)
def test_every_product_keeps_a_ceiling_or_says_that_none_is_on_file(product: Product) -> None:
    """Ten times the highest of its ceilings is never allowed; without one, no dose is."""
    strength = max(product.usual_strengths or product.strength_range)
    absolute = [c.absolute for c in product.ceilings if c.absolute is not None]
    volume = min(100.0, 10 * max(absolute, default=0.01) / strength)
    therapy = (*product.used_in, "mesotherapy")[0]
    result = judge((product.id, strength, volume), therapy=therapy)
    expected = {"ceiling-exceeded", "ceiling-not-on-file", "ceiling-missing"}
    assert spoken(result) & expected
    assert result.verdict in ("blocked", "override")


# --- What adds up ---------------------------------------------------------------------------------


def test_diclofenac_and_its_cyclodextrin_are_one_ingredient() -> None:
    given = [{"product": "diclofenac", "dose": 75}]
    kept = judge(("diclofenac-cyclodextrin", 25, 3), given=given, therapy="mesotherapy")
    assert "ceiling-exceeded" not in spoken(kept)
    over = judge(("diclofenac-cyclodextrin", 25, 3.1), given=given, therapy="mesotherapy")
    assert "ceiling-exceeded" in spoken(over)


@pytest.mark.parametrize("by,verdict", [("injection", "blocked"), ("other", "override")])
def test_a_diclofenac_tablet_counts_for_the_day_and_not_for_what_is_injected(
    by: str, verdict: str
) -> None:
    given = [{"product": "diclofenac", "dose": 50, "by": by}]
    result = judge(("diclofenac", 25, 3), given=given, therapy="mesotherapy")
    assert ("ceiling-exceeded" in spoken(result)) is (verdict == "blocked")


@pytest.mark.parametrize("hours,exceeds", [(11, True), (12, False), (None, True)])
def test_thiocolchicoside_may_come_again_after_twelve_hours(
    hours: float | None, exceeds: bool
) -> None:
    dose: dict[str, Any] = {"product": "thiocolchicoside", "dose": 4}
    given = [dose if hours is None else {**dose, "hours-ago": hours}]
    result = judge(("thiocolchicoside", 2, 2), given=given, therapy="mesotherapy")
    assert ("ceiling-exceeded" in spoken(result)) is exceeds


def test_ketoprofen_after_another_nsaid_is_written_down_and_too_much_of_both_is_blocked() -> None:
    little = judge(("ketoprofen", 50, 1), given=[{"product": "diclofenac", "dose": 25}],
                   therapy="mesotherapy")  # fmt: skip
    assert "nsaid-given-today" in spoken(little)
    assert little.verdict == "override"
    much = judge(("ketoprofen", 50, 2), given=[{"product": "diclofenac", "dose": 50}],
                 therapy="mesotherapy")  # fmt: skip
    assert "nsaid-sum" in spoken(much)
    assert much.verdict == "blocked"


@pytest.mark.parametrize("drawn,given", [("piroxicam", "ketoprofen"), ("ketoprofen", "piroxicam")])
def test_piroxicam_and_another_nsaid_on_one_day_is_blocked(drawn: str, given: str) -> None:
    doses = [{"product": given, "dose": 5}]
    strength = PRODUCTS[drawn].usual_strengths[0]
    result = judge((drawn, strength, 0.1), given=doses, therapy="mesotherapy")
    assert "piroxicam-with-nsaid" in spoken(result)
    assert result.verdict == "blocked"


def test_corticosteroids_of_one_day_add_up_by_shares_of_their_day() -> None:
    """Triamcinolone 40 of 80 and methylprednisolone 40 of 80 fill the day; a little more does
    not fit."""
    dose = ("triamcinolone-acetonide", 40, 1)
    kept = judge(dose, given=[{"product": "methylprednisolone", "dose": 40, "joint": "other"}])
    assert kept.verdict == "allowed"
    over = judge(dose, given=[{"product": "methylprednisolone", "dose": 41}])
    assert "corticosteroid-sum" in spoken(over)
    assert over.verdict == "blocked"


def test_forms_of_betamethasone_are_one_ingredient() -> None:
    over = judge(("betamethasone-phosphate", 4, 1),
                 given=[{"product": "betamethasone-dipropionate", "dose": 7}])  # fmt: skip
    assert "ceiling-exceeded" in spoken(over)


def test_the_doses_of_the_day_are_asked_for_every_class_that_adds_up() -> None:
    for product, therapy in (
        ("lidocaine", "mesotherapy"),
        ("ketoprofen", "mesotherapy"),
        ("dexamethasone", "infiltration"),
        ("calcitonin", "mesotherapy"),
    ):
        strength = PRODUCTS[product].usual_strengths[0]
        assert judge((product, strength, 0.2), given=UNKNOWN, therapy=therapy).questions == (
            "given-today",
        )


# --- Who changes them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts,born,volume,verdict",
    [
        ({}, "1981-07-14", 10, "allowed"),
        ({}, "1981-07-14", 10.1, "allowed"),
        ({"hepatic-failure-severe": True}, "1981-07-14", 10, "allowed"),
        ({"hepatic-failure-severe": True}, "1981-07-14", 10.1, "override"),
        ({"heart-failure-severe": True}, "1981-07-14", 10.1, "override"),
        ({}, "1946-09-15", 10.1, "override"),
        ({}, "1946-09-16", 10.1, "allowed"),  # 79 years old
        ({"hepatic-failure-severe": ...}, "1981-07-14", 10, "allowed"),
        ({"hepatic-failure-severe": ...}, "1981-07-14", 10.1, "incomplete"),
    ],
)
def test_liver_heart_and_great_age_halve_the_ceiling_of_an_amide(
    facts: dict[str, Any], born: str, volume: float, verdict: str
) -> None:
    """Half of 200 mg is 100; liver and heart are asked only where it could change the answer."""
    result = judge(("lidocaine", 10, volume), facts=facts, born=born, therapy="mesotherapy")
    assert result.verdict == verdict


@pytest.mark.parametrize(
    "zone,size,volume,verdict",
    [
        ("knee", None, 1, "allowed"),
        ("wrist-hand", "small", 0.25, "allowed"),
        ("wrist-hand", "small", 0.26, "blocked"),
        ("wrist-hand", "medium", 0.5, "allowed"),
        ("wrist-hand", "medium", 1, "override"),
        ("wrist-hand", None, 0.25, "allowed"),
        ("wrist-hand", None, 0.26, "incomplete"),
        (..., None, 0.26, "incomplete"),
    ],
)
def test_a_small_joint_takes_ten_milligrams_of_triamcinolone(
    zone: Any, size: str | None, volume: float, verdict: str
) -> None:
    facts = {"zone": zone, **({"joint-size": size} if size else {})}
    assert judge(("triamcinolone-acetonide", 40, volume), facts=facts).verdict == verdict


def test_a_medium_joint_takes_forty_milligrams_of_methylprednisolone() -> None:
    elbow = {"zone": "elbow"}
    assert judge(("methylprednisolone", 40, 1), facts=elbow).verdict == "allowed"
    assert judge(("methylprednisolone", 40, 1.1), facts=elbow).verdict == "blocked"
    assert judge(("methylprednisolone", 40, 1.1), facts={"zone": "knee"}).verdict == "allowed"


@pytest.mark.parametrize(
    "height,limit_mg",
    [
        (None, 400),  # the real weight: the absolute ceilings bind
        (190, 400),  # 100 kg at 1.90 m is a body mass index of 28
        (160, 227.664),  # 50 + 0.91 x 7.6 = 56.916 kg
    ],
)
def test_from_a_body_mass_index_of_30_the_ideal_weight_counts(
    height: float | None, limit_mg: float
) -> None:
    facts: dict[str, Any] = {"weight": 100, **({"height": height} if height else {})}
    mepivacaine = judge(("procaine", 20, 1), facts=facts, therapy="mesotherapy").totals[0]
    by_weight = {share.ceiling.id: share.limit for share in mepivacaine.shares}
    assert by_weight["procaine-weight"] == pytest.approx(limit_mg * 2.5)


def test_a_ceiling_by_the_ideal_weight_says_so() -> None:
    facts = {"weight": 100, "height": 150}
    result = judge(("bupivacaine", 5, 21), facts=facts, therapy="mesotherapy")
    told = next(f.detail for f in result.findings if f.rule == "ceiling-exceeded")
    assert told is not None
    assert told.en.endswith("where 78.4\u00a0mg is the most, for an ideal weight of 39.2\u00a0kg")
    plain = judge(("bupivacaine", 5, 21), facts={"weight": 50}, therapy="mesotherapy")
    told = next(f.detail for f in plain.findings if f.rule == "ceiling-exceeded")
    assert told is not None
    assert "ideal" not in told.en


def test_ketoprofen_above_100_mg_warns_from_65_on() -> None:
    old, young = {"born": "1961-09-15"}, {"born": "1961-09-16"}
    dose = ("ketoprofen", 50, 2.1)
    aged = judge(dose, therapy="mesotherapy", facts={"egfr": 80}, **old)
    assert [f.severity for f in aged.findings if f.rule == "ceiling-exceeded"] == ["warn"]
    assert "ceiling-exceeded" not in spoken(judge(dose, therapy="mesotherapy", **young))


@pytest.mark.parametrize(
    "volume,verdict", [(5, "allowed"), (5.1, "override"), (10, "override"), (10.1, "blocked")]
)
def test_magnesium_above_750_mg_is_reasoned_and_above_1500_mg_blocked(
    volume: float, verdict: str
) -> None:
    result = judge(("magnesium-sulfate", 150, volume), therapy="mesotherapy",
                   vehicle={"fluid": "saline", "volume": 10})  # fmt: skip
    assert result.verdict == verdict


# --- Days in a row --------------------------------------------------------------------------------

COURSES = [
    pytest.param(product, id=product.id)
    for product in EDITION.products
    if product.days_in_a_row is not None
]


@pytest.mark.parametrize("product", COURSES)
def test_days_in_a_row_up_to_the_limit_are_kept(product: Product) -> None:
    assert product.days_in_a_row is not None
    most = product.days_in_a_row.most
    strength = product.usual_strengths[0]
    for before, rules in (
        (None, set()),
        (most - 1, set()),
        (most, {"days-in-a-row-exceeded"}),
    ):
        days = [] if before is None else [{"product": product.id, "days": before}]
        result = judge((product.id, strength, 0.1), therapy="mesotherapy", given_before=days)
        assert spoken(result) & {"days-in-a-row-exceeded"} == rules


@pytest.mark.parametrize("product", COURSES)
def test_days_that_nobody_told_of_are_asked(product: Product) -> None:
    strength = product.usual_strengths[0]
    result = judge((product.id, strength, 0.1), therapy="mesotherapy", given_before=None)
    assert "days-in-a-row-exceeded" in asked(result)
    assert result.verdict in ("incomplete", "blocked")
    if result.verdict == "incomplete":
        assert "given-before" in result.questions


def test_the_day_of_a_course_too_long_is_told() -> None:
    result = judge(("ketoprofen", 50, 2), therapy="mesotherapy",
                   given_before=[{"product": "ketoprofen", "days": 3}])  # fmt: skip
    told = next(f.detail for f in result.findings if f.rule == "days-in-a-row-exceeded")
    assert told is not None
    assert (told.fr, told.en) == ("4e jour de suite pour 3", "day 4 of 3")


def test_of_one_product_above_its_ceiling_the_sum_says_nothing_more() -> None:
    alone = judge(("lidocaine", 10, 21), therapy="mesotherapy")
    assert spoken(alone) & {"ceiling-exceeded", "anaesthetic-sum"} == {"ceiling-exceeded"}
    two = judge(("lidocaine", 10, 21), ("procaine", 20, 1), therapy="mesotherapy")
    assert {"ceiling-exceeded", "anaesthetic-sum"} <= spoken(two)


@pytest.mark.parametrize(
    "zone,size,ceilings",
    [
        ("knee", None, {"joint", "day"}),
        ("wrist-hand", "small", {"joint", "small-joint", "day"}),
        ("wrist-hand", None, {"joint", "day"}),  # it may be small: that is asked, not counted
    ],
)
def test_only_ceilings_that_certainly_apply_have_a_share(
    zone: str, size: str | None, ceilings: set[str]
) -> None:
    facts = {"zone": zone, **({"joint-size": size} if size else {})}
    (total,) = judge(("triamcinolone-acetonide", 40, 0.5), facts=facts).totals
    ids = {share.ceiling.id for share in total.shares}
    assert ids == {f"triamcinolone-acetonide-{name}" for name in ceilings}


def test_a_concentration_has_no_share() -> None:
    (total,) = judge(("adrenaline", 1, 0.1)).totals
    assert [share.ceiling.id for share in total.shares] == ["adrenaline-day"]
    assert total.share == pytest.approx(0.2)


def test_the_share_of_the_day_leaves_the_joint_out() -> None:
    given = [{"product": "triamcinolone-acetonide", "dose": 40}]
    (total,) = judge(("triamcinolone-acetonide", 40, 0.5), given=given).totals
    assert (total.share, total.share_today) == (0.5, 0.75)


def test_days_that_were_said_to_be_none_are_none() -> None:
    assert judge(("ketoprofen", 50, 2), therapy="mesotherapy").verdict == "allowed"


def test_a_ceiling_passed_tells_dose_and_limit_as_people_write_them() -> None:
    result = judge(("ketoprofen", 50, 2), given=[{"product": "ketoprofen", "dose": 150}],
                   therapy="mesotherapy")  # fmt: skip
    told = next(f.detail for f in result.findings if f.rule == "ceiling-exceeded")
    assert told is not None
    for number in (250, 200, 150):
        assert number_in_words(number, "mg", "fr") in told.fr


@pytest.mark.parametrize("stated", [True, False])
def test_a_missing_ceiling_speaks_whether_or_not_the_product_says_why(stated: bool) -> None:
    thiamine = PRODUCTS["thiamine"]
    one = thiamine if stated else msgspec.structs.replace(thiamine, no_ceiling=None)
    products = tuple(one if p is thiamine else p for p in EDITION.products)
    edition = msgspec.structs.replace(EDITION, products=products)
    told = content(("thiamine", 50, 1), therapy="mesotherapy")
    result = MixtureJudge(edition).judge(read_mixture(told, edition, DAY))
    (finding,) = [f for f in result.findings if f.rule == "ceiling-not-on-file"]
    own = thiamine.no_ceiling is not None and finding.because == thiamine.no_ceiling.because
    assert own is stated
    assert result.verdict == "override"


def test_a_dose_of_today_without_a_ceiling_leaves_the_sum_of_its_class_open() -> None:
    """What a class took today is not nothing because one of its products has no ceiling."""
    bare = msgspec.structs.replace(PRODUCTS["diclofenac"], ceilings=())
    products = tuple(bare if p.id == "diclofenac" else p for p in EDITION.products)
    edition = msgspec.structs.replace(EDITION, products=products)
    told = content(("ketoprofen", 50, 1), therapy="mesotherapy",
                   given=[{"product": "diclofenac", "dose": 5}])  # fmt: skip
    result = MixtureJudge(edition).judge(read_mixture(told, edition, DAY))
    missing = [f.products for f in result.findings if f.rule == "ceiling-not-on-file"]
    assert missing == [("diclofenac",)]


def test_a_product_with_a_ceiling_of_the_preparation_alone_still_counts_in_the_day() -> None:
    lidocaine = PRODUCTS["lidocaine"]
    label = msgspec.structs.replace(lidocaine.ceilings[0], per="preparation")
    bare = msgspec.structs.replace(lidocaine, ceilings=(label,))
    products = tuple(bare if p is lidocaine else p for p in EDITION.products)
    edition = msgspec.structs.replace(EDITION, products=products)
    told = content(("lidocaine", 10, 15), therapy="mesotherapy",
                   given=[{"product": "lidocaine", "dose": 60}])  # fmt: skip
    result = MixtureJudge(edition).judge(read_mixture(told, edition, DAY))
    assert result.local_anaesthetic_share == pytest.approx(210 / 200)
    assert "anaesthetic-sum" in spoken(result)


def test_without_a_weight_no_share_of_anaesthetics_is_claimed() -> None:
    result = judge(("lidocaine", 10, 1), facts={"weight": ...}, therapy="mesotherapy")
    assert result.local_anaesthetic_share is None
    assert result.questions == ("weight",)


def test_an_anaesthetic_of_today_without_a_ceiling_is_told_once() -> None:
    result = judge(("lidocaine", 10, 1), given=[{"product": "tetracaine", "dose": 5}],
                   therapy="mesotherapy")  # fmt: skip
    assert spoken(result) & {"ceiling-missing", "ceiling-not-on-file"} == {"ceiling-missing"}
    assert result.verdict == "blocked"


SUMS = [
    pytest.param(rule, id=rule.id)
    for rule in EDITION.mixture_rules
    if rule.sum_of is not None and not rule.sum_of.elemental
]


@pytest.mark.parametrize("by,speaks", [(0.99, False), (1.0, False), (1.01, True)])
@pytest.mark.parametrize("rule", SUMS)
def test_every_sum_of_shares_is_tried_at_its_limit_under_it_and_over_it(
    rule: MixtureRule, by: float, speaks: bool
) -> None:
    """Two products of the class, each with half of what they may take together; one with all of it
    where no other has a ceiling."""
    assert rule.sum_of is not None
    facts = dict(facts_for(rule.sum_of.when))
    summed = [
        product
        for product in EDITION.products
        if rule.sum_of.products in product.classes
        and product.usual_strengths
        and [one.per for one in product.ceilings if one.absolute and one.per != "joint"] == ["24 h"]
    ][:2]

    def syringe(*volumes: float) -> MixtureResult:
        parts = zip(summed, volumes, strict=True)
        drawn = [(product.id, max(product.usual_strengths), volume) for product, volume in parts]
        return judge(*drawn, facts=facts, therapy="infiltration")

    full = {total.product.id: total.share_today for total in syringe(*[1.0] * len(summed)).totals}
    volumes = []
    for product in summed:
        share = full[product.id]
        assert share
        volumes.append(rule.sum_of.most * by / len(summed) / share)
    assert (rule.id in spoken(syringe(*volumes))) is speaks


MAGNESIUM = [p for p in EDITION.products if "magnesium" in p.classes]
OF_THE_ELEMENT = {
    rule.id: rule.sum_of.most
    for rule in EDITION.mixture_rules
    if rule.sum_of is not None and rule.sum_of.elemental
}


@pytest.mark.parametrize("by,speaks", [(0.99, False), (1.0, False), (1.01, True)])
@pytest.mark.parametrize("rule", OF_THE_ELEMENT)
@pytest.mark.parametrize("drawn", MAGNESIUM, ids=lambda one: one.id)
@pytest.mark.parametrize("given", MAGNESIUM, ids=lambda one: one.id)
def test_two_salts_of_one_element_are_tried_at_their_limit_under_it_and_over_it(
    rule: str, drawn: Product, given: Product, by: float, speaks: bool
) -> None:
    if drawn is given:
        return  # what one product takes is tried with its own ceilings
    assert drawn.elemental
    assert given.elemental
    half = OF_THE_ELEMENT[rule] * by / 2
    strength = drawn.strength_range[1]
    result = judge(
        (drawn.id, strength, half / drawn.elemental / strength), therapy="mesotherapy",
        given=[{"product": given.id, "dose": half / given.elemental}],
    )  # fmt: skip
    assert (rule in spoken(result)) is speaks


def test_a_salt_by_the_mouth_takes_nothing_of_what_may_be_injected() -> None:
    tablets = [{"product": "magnesium-pidolate", "dose": 300, "by": "other"}]
    result = judge(("magnesium-sulfate", 150, 2), therapy="mesotherapy", given=tablets)
    assert not {"magnesium-sum", "magnesium-half-sum"} & spoken(result)


def test_of_salts_the_doses_of_the_day_are_asked() -> None:
    result = judge(("magnesium-pidolate", 8, 1), therapy="mesotherapy", given=UNKNOWN)
    assert "given-today" in result.questions


# --- One joint -----------------------------------------------------------------------------------

THUMB = {"zone": "wrist-hand", "joint-size": "small"}
TWO = (("triamcinolone-acetonide", 40, 0.25), ("methylprednisolone", 40, 0.25))


def test_two_corticosteroids_in_one_syringe_are_one_dose_for_the_joint() -> None:
    assert "joint-sum" not in spoken(judge(*TWO))  # a knee: a quarter each
    thumb = judge(*TWO, facts=THUMB)
    assert "joint-sum" in spoken(thumb)
    assert thumb.verdict == "blocked"
    unsaid = judge(*TWO, facts={"zone": "wrist-hand"})
    assert "joint-sum" in asked(unsaid)
    assert "joint-size" in unsaid.questions


@pytest.mark.parametrize(
    "joint,verdict", [("same", "blocked"), ("unknown", "override"), ("other", "allowed")]
)
def test_another_corticosteroid_of_the_day_counts_for_the_joint_it_went_into(
    joint: str, verdict: str
) -> None:
    given = [{"product": "methylprednisolone", "dose": 40, "joint": joint}]
    result = judge(("triamcinolone-acetonide", 40, 1), given=given)
    assert ("joint-given-today" in spoken(result)) is (verdict != "allowed")
    assert result.verdict == verdict


# --- Weight and height ----------------------------------------------------------------------------


def test_a_boy_of_eight_who_is_heavy_is_counted_by_his_height() -> None:
    """125 cm and 50 kg: 200 mg of lidocaine are not for him."""
    boy = {"weight": 50, "height": 125, "age": 8}
    heavy = judge(("lidocaine", 10, 20), therapy="mesotherapy", facts=boy)
    assert "ceiling-exceeded" in spoken(heavy)
    little = judge(("lidocaine", 10, 5), therapy="mesotherapy", facts=boy)
    assert "ceiling-exceeded" not in spoken(little)


@pytest.mark.parametrize(
    "weight,height,volume,verdict",
    [
        (120, 165, 29, "blocked"),
        (120, 190, 29, "allowed"),
        (120, ..., 29, "incomplete"),
        (120, ..., 10, "allowed"),  # even the smallest takes it
        (90, ..., 29, "allowed"),
    ],
)
def test_above_90_kg_the_height_is_asked_where_it_could_change_the_answer(
    weight: float, height: Any, volume: float, verdict: str
) -> None:
    facts = {"weight": weight, "height": height}
    technique = "periarticular"
    found = judge(("bupivacaine", 5, volume), facts=facts, technique=technique)
    assert found.verdict == verdict
    assert ("height" in found.questions) is (verdict == "incomplete")


# --- The same joint twice -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given,by,speaks",
    [(40, "injection", True), (1, "injection", True), (40, "other", False)],
)
def test_what_was_injected_today_may_be_in_the_same_joint(
    given: float, by: str, speaks: bool
) -> None:
    doses = [{"product": "triamcinolone-acetonide", "dose": given, "by": by}]
    result = judge(("triamcinolone-acetonide", 40, 1), given=doses)
    assert ("joint-given-today" in spoken(result)) is speaks
    if speaks:
        assert result.verdict == "override"


def test_two_doses_that_one_joint_could_take_are_no_matter() -> None:
    doses = [{"product": "triamcinolone-acetonide", "dose": 20}]
    assert "joint-given-today" not in spoken(
        judge(("triamcinolone-acetonide", 40, 0.5), given=doses)
    )


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("given", [0, 80, None])
def test_the_percentage_and_the_ceiling_that_are_told_belong_together(
    name: str, given: float | None
) -> None:
    """Whatever ceilings a product has: of a joint, of a preparation, of twelve hours, of a day."""
    said = UNKNOWN if given is None else [{"product": name, "dose": given}] if given else []
    product = PRODUCTS[name]
    strength = max(product.usual_strengths or product.strength_range)
    for technique in ("intra-articular", "bursal"):
        result = judge((name, strength, 4), given=said, technique=technique)
        (total,) = result.totals
        share = share_of(total, "fr")
        day = total.share_today is not None
        limit, part = (total.limit_today, total.share_today) if day else (total.limit, total.share)
        assert bool(share.today) is day
        assert (share.percent is None) is (share.ceiling == "") is (part is None)
        if part is not None:
            assert limit is not None
            dose = total.amount + (given or 0 if day else 0)
            assert share.percent == round(100 * dose / limit)
            assert share.ceiling.split("\u00a0")[0].replace(",", ".") == f"{limit:.4g}"

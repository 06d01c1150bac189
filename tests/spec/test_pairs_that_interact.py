"""What a patient takes against what is drawn up, pair by pair, as the labels and notices say it.

The knowledge is held to this table, and not to itself: a pair that is lost, or weighs less, fails
here. Doses in the product's unit, of this syringe alone.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.drawn_up import EDITION, INTERACTIONS, MEDICINES, drawn, members

PRODUCTS = {product.id: product for product in EDITION.products}


def of_class(name: str) -> tuple[str, ...]:
    return tuple(product.id for product in EDITION.products if name in product.classes)


NSAIDS = of_class("nsaid")
STEROIDS = of_class("corticosteroid")
TRIAMCINOLONE = ("triamcinolone-acetonide", "triamcinolone-hexacetonide")
PREDNISOLONE = ("prednisolone-acetate",)
OTHER_STEROIDS = tuple(p for p in STEROIDS if p not in (*TRIAMCINOLONE, *PREDNISOLONE))
LIDOCAINE, ADRENALINE, MAGNESIUM = ("lidocaine",), ("adrenaline",), ("magnesium-sulfate",)
ANY = None

# member of medicines, products, dose (None: a small one), severity
PAIRS: list[tuple[str, tuple[str, ...], float | None, str]] = [
    ("hiv-booster", TRIAMCINOLONE, ANY, "block"),
    ("hiv-booster", OTHER_STEROIDS, ANY, "override"),
    ("hiv-booster", PREDNISOLONE, ANY, "warn"),
    ("cyp3a4-inhibitor-strong", TRIAMCINOLONE, ANY, "block"),
    ("cyp3a4-inhibitor-strong", OTHER_STEROIDS, ANY, "override"),
    ("cyp3a4-inhibitor-strong", PREDNISOLONE, ANY, "warn"),
    ("cyp3a4-inhibitor-moderate", STEROIDS, ANY, "warn"),
    ("immune-checkpoint-inhibitor", STEROIDS, ANY, "warn"),
    ("glucose-lowering", STEROIDS, ANY, "warn"),
    ("nicorandil", STEROIDS, ANY, "warn"),
    ("nicorandil", NSAIDS, ANY, "override"),
    ("lithium", NSAIDS, ANY, "override"),
    ("lithium", ("calcitonin",), ANY, "warn"),
    ("pemetrexed", NSAIDS, ANY, "override"),
    ("ssri-snri", NSAIDS, ANY, "warn"),
    ("snri", NSAIDS, ANY, "warn"),
    ("renin-angiotensin", NSAIDS, ANY, "warn"),
    ("diuretic", NSAIDS, ANY, "warn"),
    ("calcineurin-inhibitor", NSAIDS, ANY, "override"),
    ("tenofovir-disoproxil", NSAIDS, ANY, "warn"),
    ("aminoglycoside", NSAIDS, ANY, "warn"),
    ("antiarrhythmic-class-1", ("bupivacaine",), ANY, "override"),
    ("antiarrhythmic-class-3", ("bupivacaine", "ropivacaine", "levobupivacaine"), ANY, "override"),
    ("antiarrhythmic-class-1", LIDOCAINE, 101, "warn"),
    ("antiarrhythmic-class-3", LIDOCAINE, 101, "warn"),
    ("fluvoxamine", ("ropivacaine",), ANY, "warn"),
    ("ciprofloxacin", ("ropivacaine",), ANY, "warn"),
    ("beta-blocker-non-selective", LIDOCAINE, 101, "warn"),
    ("beta-blocker-selective", LIDOCAINE, 101, "warn"),
    ("cimetidine", LIDOCAINE, 101, "warn"),
    ("beta-blocker-non-selective", ADRENALINE, 0.05, "override"),
    ("beta-blocker-drops", ADRENALINE, 0.05, "warn"),
    ("tricyclic", ADRENALINE, 0.1, "warn"),
    ("tricyclic", ADRENALINE, 0.11, "override"),
    ("tricyclic", ADRENALINE, 0.31, "block"),
    ("snri", ADRENALINE, 0.1, "warn"),
    ("snri", ADRENALINE, 0.11, "override"),
    ("snri", ADRENALINE, 0.31, "block"),
    ("maoi", ADRENALINE, 0.05, "warn"),
    ("comt-inhibitor", ADRENALINE, 0.05, "warn"),
    ("clozapine", ADRENALINE, 0.1, "warn"),
    ("clozapine", ADRENALINE, 0.11, "override"),
    ("antipsychotic", ADRENALINE, 0.1, "warn"),
    ("antipsychotic", ADRENALINE, 0.11, "override"),
    ("anticholinesterase", ("procaine",), ANY, "block"),
    ("sulfonamide", ("procaine",), ANY, "warn"),
    ("methaemoglobin-former", ("prilocaine",), ANY, "block"),
    ("methaemoglobin-former-weak", ("prilocaine",), ANY, "override"),
    ("methaemoglobin-former", ("lidocaine", "mepivacaine", "procaine"), ANY, "warn"),
    ("calcium-channel-blocker", MAGNESIUM, 500, "warn"),
    ("calcium-channel-blocker", MAGNESIUM, 1001, "override"),
    ("verapamil-diltiazem", MAGNESIUM, 500, "override"),
    ("aminoglycoside", MAGNESIUM, 500, "override"),
    ("digoxin", MAGNESIUM, 500, "warn"),
    ("bisphosphonate", ("calcitonin",), ANY, "warn"),
    ("denosumab-romosozumab", ("calcitonin",), ANY, "warn"),
]
TOGETHER = [
    # Two classes together, or a class with what else is known of the patient.
    ({"medicines": ["renin-angiotensin", "diuretic"]}, NSAIDS, None, "override"),
    ({"medicines": ["methotrexate"], "methotrexate-weekly-dose": 20}, NSAIDS, None, "warn"),
    ({"medicines": ["methotrexate"], "methotrexate-weekly-dose": 20.5}, NSAIDS, None, "override"),
    ({"medicines": ["fluoroquinolone"]}, STEROIDS, "periarticular", "override"),
    ({"medicines": ["fluoroquinolone"]}, STEROIDS, "tendon-sheath", "override"),
    ({"medicines": ["fluoroquinolone"]}, STEROIDS, "bursal", "override"),
    ({"medicines": ["fluoroquinolone"]}, STEROIDS, "intra-articular", None),
]
EACH = [
    pytest.param(member, product, dose, severity, id=f"{member}-{product}-{dose}")
    for member, products, dose, severity in PAIRS
    for product in products
]
GRAVITY = ("warn", "override", "block")


def gravest(
    product: str, dose: float | None, facts: dict[str, Any], technique: str | None = None
) -> str | None:
    """The gravest interaction that speaks; what is said of the emergency kit weighs on none."""
    made = PRODUCTS[product]
    amount = made.strength_range[0] * 0.5 if dose is None else dose
    healthy = {"diabetes": "none", "egfr": 90}
    result = drawn(made, amount, {**healthy, **facts}, technique)
    ours = {rule.id for rule in INTERACTIONS if rule.id != "emergency-adrenaline-may-fail"}
    found = [one.severity for one in result.findings if one.rule in ours]
    return max(found, key=GRAVITY.index, default=None)


@pytest.mark.parametrize("member,product,dose,severity", EACH)
def test_a_pair_weighs_what_its_source_says(
    member: str, product: str, dose: float | None, severity: str
) -> None:
    assert gravest(product, dose, {"medicines": [member]}) == severity
    assert gravest(product, dose, {"medicines": []}) is None


@pytest.mark.parametrize("facts,products,technique,severity", TOGETHER)
def test_what_weighs_only_together(
    facts: dict[str, Any], products: tuple[str, ...], technique: str | None, severity: str | None
) -> None:
    for product in products:
        assert gravest(product, None, facts, technique) == severity, product


def test_every_class_that_speaks_stands_in_the_table() -> None:
    told = {member for member, *_ in PAIRS}
    told |= {member for facts, *_ in TOGETHER for member in facts["medicines"]}
    speaking = {member for rule in INTERACTIONS for member in members(rule)}
    assert speaking <= told
    assert told <= {option.id for option in MEDICINES.options}

"""No syringe is more permissive than the rules of the room for the act it is drawn up for.

The room (``knowledge/session/infiltration``) knows the target; the syringe knows the zone, the size
of the joint, the technique. What both can know, both must hold.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dolenti.guideline import session
from dolenti.guideline.knowledge import Product, Severity
from dolenti.guideline.mixture import MixtureResult
from dolenti.guideline.session import Given, PlannedInfiltration
from dolenti.guideline.session.shapes.infiltration import Target
from tests.spec.syringes import EDITION, PRODUCTS, judge, spoken

ROOM = session.content(EDITION)
AT_LEAST: dict[Severity, tuple[str, ...]] = {
    "block": ("blocked",),
    "override": ("override", "incomplete", "blocked"),
}
OF_ONE_SIZE = {one.id for one in ROOM.infiltration.size_classes if one.caps_of == one.id} - {
    "spine"
}
TARGETS = [one for one in ROOM.targets if one.size in OF_ONE_SIZE]
CORTICOSTEROIDS = [one for one in EDITION.products if "corticosteroid" in one.classes]
ALONE = [kind for kind in ROOM.infiltration.product_classes if kind.alone and not kind.serum]


def in_the_room(target: Target, *given: tuple[Product, float]) -> list[session.Finding]:
    planned = PlannedInfiltration(
        target.id,
        tuple(Given(product.id, Decimal(str(dose))) for product, dose in given),
        volume_ml=Decimal("0.5"),
        guidance="fluoroscopy",
        centre=True,
    )
    return list(session.judge_infiltration(EDITION, planned))


def drawn_up(target: Target, *given: tuple[Product, float]) -> MixtureResult:
    facts: dict[str, Any] = {"zone": target.zone, "joint-size": target.size}
    strengths = {product.id: max(product.usual_strengths) for product, _ in given}
    return judge(
        *((product.id, strengths[product.id], dose / strengths[product.id])
          for product, dose in given),
        facts=facts,
    )  # fmt: skip


def doses() -> list[float]:
    """Just under, at and just over every ceiling of a joint, whatever the product."""
    limits = {c.absolute for one in CORTICOSTEROIDS for c in one.ceilings if c.absolute}
    return sorted({round(limit * part, 3) for limit in limits for part in (0.99, 1, 1.01)})


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
@pytest.mark.parametrize("product", CORTICOSTEROIDS, ids=lambda product: product.id)
def test_a_dose_that_the_room_refuses_the_syringe_does_not_allow(
    product: Product, target: Target
) -> None:
    for dose in doses():
        for finding in in_the_room(target, (product, dose)):
            if finding.rule.startswith("dose-") and finding.severity in AT_LEAST:
                verdict = drawn_up(target, (product, dose)).verdict
                assert verdict in AT_LEAST[finding.severity], (dose, finding.rule)


@pytest.mark.parametrize(
    "product,most",
    [
        ("betamethasone-phosphate", 2),
        ("prednisolone-acetate", 12.5),
        ("betamethasone", 2),
        ("triamcinolone-acetonide", 10),
    ],
)
def test_a_thumb_takes_the_dose_of_a_small_joint(product: str, most: float) -> None:
    thumb = next(one for one in ROOM.targets if one.id == "thumb-base")
    assert "ceiling-exceeded" not in spoken(drawn_up(thumb, (PRODUCTS[product], most)))
    assert drawn_up(thumb, (PRODUCTS[product], most * 1.01)).verdict == "blocked"


def test_every_corticosteroid_that_a_joint_takes_has_a_dose_for_a_small_and_a_medium_one() -> None:
    for product in CORTICOSTEROIDS:
        if any(c.per == "joint" for c in product.ceilings):
            sizes = {c.joint_size for c in product.ceilings}
            # The label of dexamethasone gives the same dose to every joint but a small one.
            assert {"small"} <= sizes
            assert "medium" in sizes or product.id == "dexamethasone"


BESIDE = [one for one in ROOM.targets if one.size in ("soft", "sheath")]


@pytest.mark.parametrize("target", BESIDE, ids=lambda target: target.id)
def test_beside_a_joint_room_and_syringe_take_the_same_dose(target: Target) -> None:
    """The label of methylprednisolone gives a sheath, a bursa, an enthesis its own dose."""
    product = PRODUCTS["methylprednisolone"]
    technique = {"sheath": "tendon-sheath", "bursa": "bursal"}.get(
        target.structure, "periarticular"
    )
    for dose, wanted in ((30, False), (30.4, True)):
        room = {f.rule: f.severity for f in in_the_room(target, (product, dose))}
        assert (room.get("dose-soft-tissue") == "override") is wanted
        facts: dict[str, Any] = {"zone": target.zone, "joint-size": "small"}
        drawn = judge((product.id, 40, dose / 40), facts=facts, technique=technique)
        passed = [f for f in drawn.findings if f.rule == "ceiling-exceeded"]
        assert [f.severity for f in passed] == (["override"] if wanted else [])


@pytest.mark.parametrize("kind", ALONE, ids=lambda kind: kind.id)
def test_what_is_alone_in_its_syringe_in_the_room_is_alone_in_the_syringe(kind: Any) -> None:
    alone = [
        one
        for one in EDITION.products
        if one.id in kind.products or set(kind.classes) & set(one.classes)
    ]
    assert alone
    knee = next(one for one in ROOM.targets if one.id == "knee")
    for product in alone:
        for other in ("lidocaine", "triamcinolone-acetonide"):
            two = ((product, 5.0), (PRODUCTS[other], 10.0))
            assert "alone-in-its-syringe" in {one.rule for one in in_the_room(knee, *two)}
            result = drawn_up(knee, *two)
            assert "stands-alone" in spoken(result)
            assert result.verdict == "blocked"

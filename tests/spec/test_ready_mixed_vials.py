"""A vial that holds two products, as lidocaine with adrenaline: drawn up once, and the rules of
each product are heard."""

from __future__ import annotations

from typing import Any

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.mixture.report import mixture_as_json
from tests.spec.syringes import asked, judge

BESIDE = [{"product": "adrenaline", "strength": 0.005}]
VIAL: tuple[Any, ...] = ("lidocaine", 10, 2, {"with": BESIDE})
PLAIN = ("lidocaine", 10, 2)


def rules(result: Any) -> set[str]:
    return {one.rule for one in result.findings}


def test_its_volume_counts_once_and_each_product_has_its_dose() -> None:
    result = judge(VIAL)
    assert result.mixture.volume == 2
    told = mixture_as_json(result)["totals"]
    assert told["volume_ml"] == 2
    assert {one["product"]: one["amount"] for one in told["products"]} == {
        "lidocaine": 20, "adrenaline": 0.01,
    }  # fmt: skip


def test_what_its_maker_mixed_is_not_asked_to_be_compatible() -> None:
    alone, apart = judge(VIAL), judge(PLAIN, ("adrenaline", 0.005, 2))
    assert "unlisted-combination" not in rules(alone)
    assert "use-at-once" not in rules(alone)
    assert "unlisted-combination" in rules(apart)
    with_more = judge(VIAL, ("magnesium-sulfate", 150, 1))
    assert "unlisted-combination" in rules(with_more)


@pytest.mark.parametrize(
    "facts, rule",
    [
        ({"zone": "wrist-hand", "joint-size": "small"}, "adrenaline-digit"),
        ({"illness-now": ["recent-myocardial-infarction"], "ischaemic-heart-disease": True},
         "adrenaline-recent-infarction"),
        ({"medicines": ["beta-blocker-non-selective"]}, "adrenaline-beta-blocker"),
    ],
)  # fmt: skip
def test_the_rules_of_adrenaline_are_heard(facts: dict[str, Any], rule: str) -> None:
    assert rule in rules(judge(VIAL, facts=facts))
    assert rule not in rules(judge(PLAIN, facts=facts))


def test_who_does_not_bear_sulfites_has_the_label_of_the_vial_read() -> None:
    assert "excipients-unread" in asked(judge(VIAL, facts={"allergy": ["sulfite"]}))
    assert "excipients-unread" not in asked(judge(PLAIN, facts={"allergy": ["sulfite"]}))


def test_bicarbonate_spoils_it_and_too_strong_a_vial_is_told() -> None:
    assert "spoiled-by-bicarbonate" in rules(
        judge(VIAL, vehicle={"fluid": "bicarbonate", "volume": 1})
    )
    strong = ("lidocaine", 10, 2, {"with": [{"product": "adrenaline", "strength": 0.01}]})
    exceeded = {p for one in judge(strong).findings if one.rule == "ceiling-exceeded"
                for p in one.products}  # fmt: skip
    assert "adrenaline" in exceeded


def test_a_plain_and_a_ready_mixed_vial_are_two_and_the_same_twice_is_refused() -> None:
    assert judge(VIAL, PLAIN).mixture.volume == 4
    with pytest.raises(InputError, match="written twice"):
        judge(VIAL, VIAL)


@pytest.mark.parametrize(
    "beside, why",
    [
        ([], "list what else"),
        ([{"product": "lidocaine", "strength": 10}], "in this vial twice"),
        ([{"product": "adrenaline"}], "strength"),
        ([{"product": "adrenaline", "strength": 0.005, "volume": 2}], "volume"),
        ([{"product": "adrenaline", "strength": 90}], "not plausible"),
    ],
)
def test_a_vial_that_cannot_be_is_refused(beside: list[Any], why: str) -> None:
    with pytest.raises(InputError, match=why):
        judge(("lidocaine", 10, 2, {"with": beside}))

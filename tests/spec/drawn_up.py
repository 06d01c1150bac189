"""A syringe drawn up beside what a patient takes: what tests of the rules of groups share."""

from __future__ import annotations

from datetime import date
from typing import Any

from dolenti.guideline.conditions import Compare, leaves
from dolenti.guideline.knowledge import GroupRule, Product
from dolenti.guideline.loading import load_folder
from dolenti.guideline.mixture import MixtureJudge, MixtureResult, read_mixture

EDITION = load_folder()
JUDGE = MixtureJudge(EDITION)
DAY = date(2026, 9, 15)
ELBOW = {"condition": "lateral-epicondylitis", "zone": "elbow"}
MEDICINES = next(fact for fact in EDITION.facts if fact.id == "medicines")
SILENT = {
    # They open other questions (immunosuppression), or were found to change nothing.
    "biologic-or-jak", "immunosuppressant-other", "neuromuscular-blocker",
}  # fmt: skip


def members(rule: GroupRule) -> list[str]:
    return [
        leaf.operand
        for leaf in leaves(rule.when)
        if isinstance(leaf, Compare) and leaf.fact == "medicines" and isinstance(leaf.operand, str)
    ]


NONE_GIVEN: list[dict[str, Any]] = []
INTERACTIONS = [rule for rule in EDITION.group_rules if members(rule)]


def concerned(rule: GroupRule) -> list[Product]:
    return [product for product in EDITION.products if rule.about(product)]


def dose_for(rule: GroupRule, product: Product) -> float:
    """A dose of which the rule speaks: just over its limit, or at the limit it must not pass."""
    if rule.over is not None:
        return rule.over * 1.01
    if rule.at_most is not None:
        return rule.at_most
    if rule.over_share is not None:
        limits = [c.absolute or (c.per_kg or 0) * 70 for c in product.ceilings]
        return max(limits, default=1) * rule.over_share * 1.01  # without a ceiling it speaks too
    return product.strength_range[0] * 0.5


def drawn(
    product: Product,
    dose: float,
    facts: dict[str, Any],
    technique: str | None = None,
    complaint: dict[str, str] | None = None,
    *,
    therapy: str = "infiltration",
    given: list[dict[str, Any]] | None = NONE_GIVEN,
) -> MixtureResult:
    strength = max(product.usual_strengths or product.strength_range)
    content: dict[str, Any] = {
        "therapy": therapy,
        "jurisdiction": "FR",
        "patient": {"sex": "male"} | ({} if "age" in facts else {"birth-date": "1981-07-14"}),
        "facts": {"weight": 70, "allergy": [], **facts},
        "preparation": {
            "vehicle": {"fluid": "none"},
            "components": [
                {"product": product.id, "strength": strength, "volume": dose / strength}
            ],
        },
    }
    content |= {} if given is None else {"given-today": given}
    content |= {"technique": technique} if technique else {}
    content |= {"complaint": complaint} if complaint else {}
    return JUDGE.judge(read_mixture(content, EDITION, DAY))


def spoken(result: MixtureResult) -> set[str]:
    return {finding.rule for finding in result.findings}

"""The benchmark asks other engines the same: our conditions in their languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bench.translations import json_rule, zen_expression
from dolenti.guideline.conditions import parse

AS_OF = date(2026, 11, 22)
TODAY = AS_OF.toordinal()
FUTURE = frozenset({"next-competition"})

IN_JSON: list[tuple[Any, Any]] = [
    ("fever", {"all": [{"fact": "fever", "operator": "equal", "value": True}]}),
    (
        {"any": [{"inr": {"over": 3}}, {"not": {"allergy": {"has": "latex"}}}]},
        {
            "any": [
                {"fact": "inr", "operator": "greaterThan", "value": 3.0},
                {"not": {"fact": "allergy__latex", "operator": "equal", "value": True}},
            ]
        },
    ),
    (
        {"last-stroke": {"within": "3 days"}},
        {
            "all": [
                {"fact": "last_stroke", "operator": "greaterThanInclusive", "value": TODAY - 3},
                {"fact": "last_stroke", "operator": "lessThanInclusive", "value": TODAY},
            ]
        },
    ),
]
IN_ZEN: list[tuple[Any, str]] = [
    ({"all": ["fever", {"zone": {"in": ["hip", "knee"]}}]},
     '(fever == true) and (zone in ["hip", "knee"])'),
    ({"any": [{"inr": {"over": 3}}, {"not": {"allergy": {"has": "latex"}}}]},
     "(inr > 3.0) or (not (allergy__latex == true))"),
    ({"next-competition": {"within": "2 days"}},
     'next_competition != "never" and '
     f"next_competition >= {TODAY} and next_competition <= {TODAY + 2}"),
    ({"last-stroke": {"older-than": "2 days"}},
     f'last_stroke != "never" and last_stroke <= {TODAY - 3}'),
]  # fmt: skip


@pytest.mark.parametrize("ours, theirs", IN_JSON)
def test_a_condition_of_json_rules_engine(ours: Any, theirs: Any) -> None:
    rule = json_rule("some-rule", parse(ours), AS_OF, FUTURE)
    assert rule == {"name": "some-rule", "conditions": theirs, "event": {"type": "some-rule"}}


@pytest.mark.parametrize("ours, theirs", IN_ZEN)
def test_an_expression_of_zen_engine(ours: Any, theirs: str) -> None:
    assert zen_expression(parse(ours), AS_OF, FUTURE) == theirs

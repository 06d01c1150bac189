"""The language of conditions: what is read, what is refused, and writing it back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.conditions import (
    AnyOf,
    Compare,
    Holds,
    Proof,
    facts_of,
    parse,
    prove,
    written,
)
from dolenti.guideline.dates import Duration
from dolenti.guideline.errors import InputError


@pytest.mark.parametrize(
    "raw,read",
    [
        ("pregnancy", Holds("pregnancy")),
        ({"sex": {"is": "male"}}, Compare("sex", "is", "male")),
        ({"zone": {"in": ["hip", "knee"]}}, Compare("zone", "in", ("hip", "knee"))),
        ({"inr": {"over": 3}}, Compare("inr", "over", 3.0)),
        ({"seen": {"within": "3 months"}}, Compare("seen", "within", Duration(months=3))),
        ({"seen": {"before": "2024-01-31"}}, Compare("seen", "before", date(2024, 1, 31))),
    ],
)
def test_leaves(raw: Any, read: Any) -> None:
    assert parse(raw) == read


def test_never_is_any_of_nothing_and_so_is_false_whatever_is_known() -> None:
    assert parse("never") == AnyOf(())
    assert written(AnyOf(())) == "never"
    assert prove(AnyOf(()), {}) == Proof(holds=False)


def test_two_bounds_on_one_fact_are_both_needed() -> None:
    assert parse({"age": {"at-least": 12, "under": 56}}) == parse(
        {"all": [{"age": {"at-least": 12}}, {"age": {"under": 56}}]}
    )


@pytest.mark.parametrize(
    "raw,expected",
    [
        (3, "a condition is a boolean fact"),
        ({}, "a condition is a boolean fact"),
        ({"a": {"is": "b"}, "c": {"is": "d"}}, "a condition is a boolean fact"),
        ({"all": []}, "at least one condition"),
        ({"any": "a"}, "at least one condition"),
        ({"inr": 3}, "{operator: value}"),
        ({"inr": {"above": 3}}, "“above” is no operator"),
        ({"inr": {"over": "3"}}, "takes a number"),
        ({"inr": {"over": True}}, "takes a number"),
        ({"inr": {"over": float("nan")}}, "takes a number"),
        ({"inr": {"over": float("inf")}}, "takes a number"),
        ({"sex": {"is": ["male"]}}, "takes one word"),
        ({"sex": {"in": "male"}}, "takes a list of words"),
        ({"sex": {"in": []}}, "takes a list of words"),
        ({"seen": {"within": "3 moons"}}, "is not a duration"),
        ({"seen": {"within": "0 days"}}, "is not a duration"),
        ({"seen": {"within": "36 h"}}, "hours go by 24"),
        ({"seen": {"before": "2024-02-30"}}, "is not a date"),
    ],
)
def test_what_is_refused_says_what_was_expected(raw: Any, expected: str) -> None:
    with pytest.raises(InputError, match=expected.replace("{", r"\{")):
        parse(raw)


LEAVES = st.one_of(
    st.sampled_from(["a", "b"]),
    st.just({"sex": {"is": "male"}}),
    st.just({"zone": {"in": ["hip", "knee"]}}),
    st.just({"allergy": {"has": "latex"}}),
    st.builds(
        lambda op, n: {"inr": {op: n}},
        st.sampled_from(["over", "under", "at-least", "at-most"]),
        st.floats(-10, 10),
    ),
    st.just({"seen": {"within": "3 months"}}),
    st.just({"seen": {"older-than": "2 weeks"}}),
    st.just({"seen": {"after": "2024-05-01"}}),
)
RAW = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=12,
)


@given(RAW)
def test_writing_back_loses_nothing(raw: Any) -> None:
    condition = parse(raw)
    assert parse(written(condition)) == condition


def test_facts_are_named_once_in_order() -> None:
    assert facts_of(parse({"all": ["b", {"any": ["a", {"not": "b"}]}]})) == ("b", "a")

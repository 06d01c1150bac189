"""Alarms and what is expected: every rule by its examples, and laws that hold of any answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import diary
from dolenti.guideline.conditions import Compare, leaves
from dolenti.guideline.diary.alarms import URGENCIES, raises
from dolenti.guideline.diary.facts import complete, kinds, truth
from dolenti.guideline.diary.shapes.alarms import AlarmExample
from dolenti.guideline.loading import load_folder

CONTENT = diary.content(load_folder())
RULES = {one.id: one for one in (*CONTENT.alarms, *CONTENT.expected)}
EXAMPLES = [(rule.id, example) for rule in RULES.values() for example in rule.examples]
SIGNS = [sign.id for sign in CONTENT.signs]
# From the mildest answer to the gravest.
ORDERED: dict[str, list[Any]] = {
    "pain-now": [0.0, 5.0, 8.0, 10.0],
    "pain-above-baseline": [-5.0, 0.0, 1.0, 2.0, 4.0],
    "pain-trend": ["falling", "same", "rising"],
    "change": [1.0, 4.0, 5.0, 6.0, 7.0],
    "glucose": [1.0, 2.4, 2.5, 3.0, 4.2],
    "glucose-signs": ["none", "thirst", "severe"],
    "fever-value": ["under-38", "over-38", "shivering"],
    "redness-size": ["point", "stable", "spreading"],
    "nodule-since": ["under-1-week", "one-two-weeks", "over-2-weeks"],
    "weakness-kind": ["pain-only", "worse", "saddle"],
    "numbness": ["none", "same", "growing"],
}
THERAPIES = sorted({name for one in CONTENT.expected for name in one.therapies})
HOURS = [0.0, 12.0, 20.0, 48.0, 49.0, 72.0, 73.0, 168.0, 336.0, 700.0, 2016.0, 2688.0, 5000.0]


@pytest.mark.parametrize(
    "name, example", EXAMPLES, ids=lambda one: getattr(one, "id", str(one)[:40])
)
def test_a_rule_holds_by_its_example(name: str, example: AlarmExample) -> None:
    rule, facts = RULES[name], complete(example.facts)
    assert truth(rule.when, facts) is example.holds
    if isinstance(rule, type(CONTENT.alarms[0])):
        wanted = example.holds if example.raised is None else example.raised
        assert bool(raises(rule, facts)) is bool(wanted)


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    hours = draw(st.sampled_from(HOURS))
    facts: dict[str, Any] = {
        "hours-since-session": hours,
        "days-since-session": float(hours // 24),
        "therapy": draw(
            st.sampled_from(sorted({t for e in CONTENT.expected for t in e.therapies}))
        ),
    }
    if draw(st.booleans()):
        ticked = draw(st.frozensets(st.sampled_from(SIGNS), max_size=5))
        facts["signs"] = {name: name in ticked for name in SIGNS}
    for name in ("joint-injected", "corticosteroid-given"):
        value = draw(st.sampled_from([True, False, None]))
        if value is not None:
            facts[name] = value
    for name, values in ORDERED.items():
        value = draw(st.sampled_from([None, *values]))
        if value is not None:
            facts[name] = value
    return facts


def rank(facts: Mapping[str, Any]) -> int:
    urgency = diary.judge(CONTENT, facts).urgency
    return len(URGENCIES) if urgency is None else URGENCIES.index(urgency)


@given(answers())
def test_nothing_is_both_alarming_and_expected(facts: dict[str, Any]) -> None:
    outcome = diary.judge(CONTENT, facts)
    assert not (outcome.alarms and outcome.expected)


@given(answers(), st.data())
def test_a_graver_answer_never_lowers_the_urgency(
    facts: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([n for n in ORDERED if n in facts] or ["pain-now"]))
    values = ORDERED[name]
    place = values.index(facts[name]) if name in facts else 0
    graver = {**facts, name: data.draw(st.sampled_from(values[place:]))}
    before = {**facts, name: facts.get(name, values[0])}
    assert rank(graver) <= rank(before)


@given(answers(), st.sampled_from(SIGNS))
def test_one_more_sign_never_lowers_the_urgency(facts: dict[str, Any], sign: str) -> None:
    ticked = facts.get("signs", dict.fromkeys(SIGNS, False))
    assert rank({**facts, "signs": {**ticked, sign: True}}) <= rank({**facts, "signs": ticked})


@given(answers())
def test_i_do_not_know_is_no_answer(facts: dict[str, Any]) -> None:
    words = [name for name in ORDERED if name in facts and isinstance(facts[name], str)]
    unknown = {**facts, **dict.fromkeys(words, "unknown")}
    absent = {name: value for name, value in facts.items() if name not in words}
    assert diary.judge(CONTENT, unknown) == diary.judge(CONTENT, absent)


@given(answers())
def test_no_ticked_sign_is_passed_over_in_silence(facts: dict[str, Any]) -> None:
    outcome = diary.judge(CONTENT, facts)
    said = {
        leaf.operand
        for rule in (*outcome.alarms, *CONTENT.expected)
        for leaf in leaves(rule.when)
        if isinstance(leaf, Compare) and leaf.fact == "signs"
    }
    ticked = {name for name, there in facts.get("signs", {}).items() if there}
    assert ticked <= said | set(outcome.noted)


@pytest.mark.parametrize("sign, detail, value", [
    ("fever", "fever-value", "over-38"),
    ("redness", "redness-size", "spreading"),
    ("nodule", "nodule-since", "over-2-weeks"),
    ("weakness", "weakness-kind", "worse"),
])  # fmt: skip
def test_an_unanswered_detail_counts_as_the_worse(sign: str, detail: str, value: str) -> None:
    facts = complete({
        "signs": [sign], "hours-since-session": 480.0, "days-since-session": 20.0,
        "therapy": "mesotherapy", "joint-injected": False,
    })  # fmt: skip
    silent, told = diary.judge(CONTENT, facts), diary.judge(CONTENT, {**facts, detail: value})
    assert silent.urgency == told.urgency is not None
    assert silent.supposed
    assert not told.supposed


def test_weakness_with_a_numb_crotch_is_an_emergency() -> None:
    facts = complete({"signs": ["weakness"], "weakness-kind": "saddle"})
    assert diary.judge(CONTENT, facts).urgency == "emergency"


def test_the_phone_gets_rules_and_no_sentence() -> None:
    rules = diary.phone_rules(CONTENT)
    assert [one["id"] for one in rules["alarms"]] == [one.id for one in CONTENT.alarms]
    assert "tell" not in str(rules)


def test_every_fact_has_a_kind() -> None:
    assert {"signs", "pain-24h", "change", "glucose"} <= set(kinds(CONTENT))

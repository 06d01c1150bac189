"""Alarms and what is expected: every rule by its examples, and laws that hold of any answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.diary import reading
from dolenti.guideline import diary
from dolenti.guideline.conditions import Compare, leaves
from dolenti.guideline.diary.alarms import URGENCIES, raises
from dolenti.guideline.diary.facts import complete, kinds, truth
from dolenti.guideline.diary.shapes.alarms import Alarm, AlarmExample
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
    "glucose": [1.0, 2.4, 2.5, 3.0, 4.2],  # too low is a rule of its own
    "glucose-signs": ["none", "thirst", "severe"],
    "fever-value": ["under-38", "over-38", "shivering"],
    "redness-size": ["point", "stable", "spreading"],
    "nodule-since": ["under-1-week", "one-two-weeks", "over-2-weeks"],
    "weakness-kind": ["pain-only", "worse", "saddle"],
    "numbness": ["none", "same", "growing"],
}
THERAPIES = sorted({name for one in CONTENT.expected for name in one.therapies})
SPINE = ["cervical-spine", "thoracic-spine", "lumbar-spine"]
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
    zone = draw(st.sampled_from([None, "knee", *SPINE]))
    if zone is not None:
        facts["zone"] = zone
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
    ("crust", "nodule-since", "over-2-weeks"),
    ("weakness", "weakness-kind", "worse"),
])  # fmt: skip
def test_an_unanswered_detail_counts_as_the_worse(sign: str, detail: str, value: str) -> None:
    facts = complete({
        "signs": [sign], "hours-since-session": 480.0, "days-since-session": 20.0,
        "therapy": "mesotherapy", "joint-injected": False, "zone": "knee",
    })  # fmt: skip
    silent, told = diary.judge(CONTENT, facts), diary.judge(CONTENT, {**facts, detail: value})
    assert silent.urgency == told.urgency is not None
    assert silent.supposed
    assert not told.supposed


@pytest.mark.parametrize("zone", SPINE)
@pytest.mark.parametrize("detail", ["worse", None])
def test_a_new_weakness_of_the_spine_calls_the_emergency_services(
    zone: str, detail: str | None
) -> None:
    """The flag of a motor deficit and the card of the event say so; the diary says no less."""
    told = {} if detail is None else {"weakness-kind": detail}
    facts = complete({"signs": ["weakness"], "zone": zone, "hours-since-session": 30.0, **told})
    assert diary.judge(CONTENT, facts).urgency == "emergency"


@pytest.mark.parametrize("therapy", ["infiltration", "autologous-conditioned-serum"])
@pytest.mark.parametrize("joint", [True, None])
@pytest.mark.parametrize("hours", [49.0, 60.0, 72.0, 73.0, 96.0])
def test_pain_still_rising_after_48_hours_in_a_joint_is_of_the_same_day(
    therapy: str, joint: bool | None, hours: float
) -> None:
    facts: dict[str, Any] = {
        "therapy": therapy, "hours-since-session": hours, "days-since-session": hours // 24,
        "pain-trend": "rising",
    }  # fmt: skip
    if joint is not None:
        facts["joint-injected"] = joint
    outcome = diary.judge(CONTENT, complete(facts))
    assert outcome.urgency == "same-day"
    assert "alarm-pain-48-72" not in {one.id for one in outcome.alarms}


LATER = [1.0, 5.0, 20.0, 88.0]
"""Days after an act."""


@pytest.mark.parametrize("therapy", THERAPIES)
@pytest.mark.parametrize("days", LATER)
def test_a_hot_swollen_joint_is_of_the_same_day_after_any_act(therapy: str, days: float) -> None:
    facts: dict[str, Any] = {
        "therapy": therapy, "zone": "knee", "signs": ["joint-hot-swollen"],
        "days-since-session": days, "hours-since-session": days * 24, "joint-injected": False,
    }  # fmt: skip
    assert diary.judge(CONTENT, complete(facts)).urgency == "same-day"
    for name in ("signs-early", "signs-late"):
        question = next(one for one in CONTENT.questions if one.id == name)
        offered = [one.id for one in reading.options(CONTENT, question, complete(facts))]
        assert "joint-hot-swollen" in offered
        assert len(offered) == len(set(offered))


@pytest.mark.parametrize("zone", [*SPINE, "widespread", None])
def test_the_signs_of_a_spine_are_offered_unless_it_is_another_place(zone: str | None) -> None:
    told = {"zone": zone} if zone else {}
    for name in ("signs-early", "signs-late"):
        question = next(one for one in CONTENT.questions if one.id == name)
        for facts, there in (({"therapy": "mesotherapy", **told}, True), ({"zone": "knee"}, False)):
            offered = [one.id for one in reading.options(CONTENT, question, facts)]
            assert ("saddle" in offered) is there


@pytest.mark.parametrize(
    "glucose, urgency",
    [(0.2, "emergency"), (0.53, "emergency"), (0.54, "same-day"), (0.69, "same-day"), (0.7, None)],
)
def test_sugar_that_is_too_low_is_told_and_never_called_usual(
    glucose: float, urgency: str | None
) -> None:
    facts = complete({
        "therapy": "infiltration", "corticosteroid-given": True, "glucose": glucose,
        "days-since-session": 2.0, "hours-since-session": 48.0, "signs": [],
    })  # fmt: skip
    outcome = diary.judge(CONTENT, facts)
    assert outcome.urgency == urgency
    assert bool(outcome.expected) is (urgency is None)


def test_who_does_not_measure_is_asked_the_signs_of_a_sugar_that_is_out_of_hand() -> None:
    facts: dict[str, Any] = {
        "therapy": "infiltration", "diabetes-possible": True, "corticosteroid-given": True
    }  # fmt: skip
    asked = [one.id for one in reading.questions(CONTENT, "h48", facts)]
    assert "diabetes-told" in asked, "one tap of who has none"
    first = reading.questions(CONTENT, "h48", facts)
    told = {**facts, "diabetes-told": "has"}
    opened = {
        one.id for one in reading.details(CONTENT, "h48", first) if reading.is_open(one, told)
    }
    assert {"glucose", "glucose-signs"} <= opened
    doubtful = {**facts, "diabetes-told": "unsure"}
    opened = {
        one.id for one in reading.details(CONTENT, "h48", first) if reading.is_open(one, doubtful)
    }
    assert "glucose-signs" in opened
    unwritten: dict[str, Any] = {"therapy": "infiltration", "diabetes-possible": True}
    assert asked == [one.id for one in reading.questions(CONTENT, "h48", unwritten)]
    without = {**facts, "diabetes-possible": False}
    assert "diabetes-told" not in {one.id for one in reading.questions(CONTENT, "h48", without)}
    thirsty = complete({**facts, "glucose-signs": "thirst", "hours-since-session": 48.0})
    assert diary.judge(CONTENT, thirsty).urgency == "same-day"


def test_no_answer_without_a_sign_takes_more_taps_than_the_budget() -> None:
    unknown = ({}, {"diabetes-possible": True, "corticosteroid-given": True})
    for therapy in (
        "mesotherapy",
        "infiltration",
        "cryoneurolysis",
        "autologous-conditioned-serum",
    ):
        for facts in unknown:
            for window in CONTENT.windows:
                asked = reading.questions(CONTENT, window.id, {"therapy": therapy, **facts})
                assert len(asked) + 1 <= CONTENT.rules.budget.taps, (therapy, window.id)


def test_a_pen_of_adrenaline_is_for_an_allergy_and_not_for_a_chest_that_hurts() -> None:
    tell = next(one for one in CONTENT.alarms if one.id == "alarm-breathing-or-face").tell
    for text, sign in ((tell.fr, "gonflent ou si des plaques"), (tell.en, "swell or a rash")):
        assert sign in text.rpartition("adr")[0].rpartition(". ")[2]


def test_the_urgency_says_whom_to_call_when_we_are_closed() -> None:
    (day,) = (one for one in CONTENT.urgencies if one.id == "same-day")
    assert re.search(r"En dehors des heures d’ouverture\b[^.]*\b15\b", day.patient.fr)
    assert re.search(r"Outside opening hours\b[^.]*\b15\b", day.patient.en)


@pytest.mark.parametrize(
    "alarm", [one for one in CONTENT.alarms if one.urgency == "same-day"], ids=lambda one: one.id
)
def test_an_alarm_of_the_day_does_not_say_again_whom_to_call(alarm: Alarm) -> None:
    """The urgency stands above it, and said so once; 15 stands beside what makes it graver."""
    for text in (alarm.tell.fr, alarm.tell.en):
        assert "{phone}" not in text
        assert not re.search(r"heures d’ouverture|[Oo]pening hours|urgences|emergency", text)


def test_an_alarm_that_asks_again_does_not_promise_a_call() -> None:
    """“We will ask again” under the heading “We will call you” is two things at once."""
    again = [one for one in CONTENT.alarms if "reposons" in one.tell.fr]
    assert again
    for one in CONTENT.alarms:
        assert (one.heading is not None) is (one in again), one.id


def test_a_crust_is_no_pus() -> None:
    """A crust at day 7 is watched, and shown once it has lasted two weeks, as aftercare says."""
    crust = {"signs": ["crust"], "days-since-session": 7.0, "nodule-since": "under-1-week"}
    assert diary.judge(CONTENT, complete(crust)).urgency == "soon"
    lasting = {**crust, "days-since-session": 20.0, "nodule-since": "over-2-weeks"}
    (alarm,) = diary.judge(CONTENT, complete(lasting)).alarms
    assert alarm.id == "alarm-nodule-lasting"


def test_weakness_with_a_numb_crotch_is_an_emergency() -> None:
    facts = complete({"signs": ["weakness"], "weakness-kind": "saddle"})
    assert diary.judge(CONTENT, facts).urgency == "emergency"


def test_the_phone_gets_rules_and_no_sentence() -> None:
    rules = diary.phone_rules(CONTENT)
    assert [one["id"] for one in rules["alarms"]] == [one.id for one in CONTENT.alarms]
    assert "tell" not in str(rules)


def test_every_fact_has_a_kind() -> None:
    assert {"signs", "pain-24h", "change", "glucose"} <= set(kinds(CONTENT))

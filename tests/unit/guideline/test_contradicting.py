"""Opposite sentences about one act: found where a patient can be shown both, and only there."""

from __future__ import annotations

import msgspec
import pytest

from dolenti.guideline.checking import check
from dolenti.guideline.conditions import parse
from dolenti.guideline.contradicting import clashes, satisfiable
from dolenti.guideline.knowledge import Edition, Stance
from dolenti.guideline.loading import load_folder
from tests.small_edition import CITED, NEEDLING, RED_FLAGS, RULE, TEXT, small_edition

ACTS = f"[{{id: pause, label: {TEXT}, {CITED}}}]"
ON_ANTICOAGULANT = "{anticoagulant: {in: [vka, doac]}}"


def edition(*rules: str, flags: str = RED_FLAGS, **files: str) -> Edition:
    return small_edition(
        {
            "acts.yaml": ACTS,
            "therapies/needling/criteria.yaml": NEEDLING + "\n".join(rules),
            "red-flags/all.yaml": flags,
            **files,
        }
    )


def rule(name: str, when: str, stance: str, extra: str = "") -> str:
    return (
        f"- {{id: {name}, kind: precaution, when: {when}, {extra}"
        f"stances: [{{act: pause, is: {stance}}}], {RULE}}}"
    )


def found(made: Edition) -> list[tuple[str, str]]:
    return [(clash.one, clash.other) for clash in clashes(made)]


def test_two_rules_that_can_hold_together_and_say_the_opposite_are_found() -> None:
    made = edition(
        rule("go-on", ON_ANTICOAGULANT, "against"),
        rule("stop-it", "{all: [{anticoagulant: {is: doac}}, {zone: {is: knee}}]}", "for"),
    )
    assert found(made) == [("go-on", "stop-it")]


@pytest.mark.parametrize(
    "one,other",
    [
        ("{anticoagulant: {is: vka}}", "{anticoagulant: {is: doac}}"),
        ("{inr: {over: 3}}", "{inr: {at-most: 3}}"),
        ("{inr: {under: 2}}", "{inr: {over: 1.5, at-least: 2}}"),
        ("smoker", "{all: [fever, {not: smoker}]}"),
        ("{last-injection: {within: 3 months}}", "{last-injection: {older-than: 3 months}}"),
        ("{allergy: {has: nsaid}}", "{not: {any: [{allergy: {has: nsaid}}, fever]}}"),
        ("{next-race: {within: 3 days}}", "{not: {next-race: {within: 10 days}}}"),
    ],
)
def test_what_no_patient_can_be_shown_together_is_no_contradiction(one: str, other: str) -> None:
    assert found(edition(rule("one", one, "for"), rule("other", other, "against"))) == []


@pytest.mark.parametrize(
    "one,other",
    [
        ("{anticoagulant: {is: vka}}", "{anticoagulant: {in: [vka, doac]}}"),
        ("{inr: {over: 3}}", "{inr: {over: 5}}"),
        ("{allergy: {has: nsaid}}", "{allergy: {has: lidocaine}}"),
        ("{next-race: {within: 10 days}}", "{next-race: {within: 3 days}}"),
        ("{last-injection: {older-than: 3 months}}", "{last-injection: {within: 12 months}}"),
        ("smoker", "fever"),
    ],
)
def test_what_one_patient_can_be_shown_together_is_one(one: str, other: str) -> None:
    assert found(edition(rule("one", one, "for"), rule("other", other, "ask"))) != []


def test_the_same_stance_twice_is_no_contradiction() -> None:
    assert found(edition(rule("one", "smoker", "for"), rule("other", "fever", "for"))) == []


def test_a_red_flag_is_compared_with_every_therapy() -> None:
    flag = (
        f"- {{id: flag-go-on, when: fever, effect: stops, urgency: soon, to: {TEXT}, "
        f"stances: [{{act: pause, is: against}}], {RULE}}}"
    )
    made = edition(rule("stop-it", "smoker", "for"), flags=RED_FLAGS + flag)
    assert found(made) == [("flag-go-on", "stop-it")]


def test_a_line_that_is_always_said_may_be_left_out_with_the_rule_that_contradicts_it() -> None:
    def advice(extra: str) -> str:
        return (
            f"- {{id: pause-after, says: {TEXT}, basis: claim, {CITED}, {extra}"
            "stances: [{act: pause, is: for}]}"
        )

    place = "therapies/needling/aftercare.yaml"
    against = rule("go-on", "smoker", "against")
    assert found(edition(against, **{place: advice("")})) == [("go-on", "pause-after")]
    assert found(edition(against, **{place: advice("left_out_with: [go-on], ")})) == []


def test_rules_of_two_options_of_a_policy_never_meet() -> None:
    made = edition(
        rule("one", "smoker", "for", "policy: {id: smoking, value: counts}, "),
        rule("other", "smoker", "against", "policy: {id: smoking, value: ignored}, "),
    )
    assert found(made) == []


def test_an_act_that_nobody_declared_is_a_problem() -> None:
    made = edition(rule("one", "smoker", "for"), **{"acts.yaml": "[]"})
    assert "“pause” is no act" in [problem.what for problem in check(made)]


def test_a_condition_that_contradicts_itself_is_fulfilled_by_nobody() -> None:
    definitions = {fact.id: fact for fact in small_edition().facts}
    assert not satisfiable(parse({"all": ["fever", {"not": "fever"}]}), definitions)
    assert satisfiable(parse({"any": ["fever", {"not": "fever"}]}), definitions)


# --- What is shipped -------------------------------------------------------------------------

SHIPPED = load_folder()


def test_every_declared_act_is_one_on_which_sentences_take_different_stances() -> None:
    """An act of one stance only could never be contradicted: it would not be checked at all."""
    stances: dict[str, set[str]] = {act.id: set() for act in SHIPPED.acts}
    for therapy in SHIPPED.therapies:
        for entry in (*SHIPPED.red_flags, *therapy.criteria, *therapy.aftercare):
            for stance in entry.stances:
                stances[stance.act].add(stance.is_)
    assert {act for act, said in stances.items() if len(said) < 2} == set()


def test_knowledge_check_refuses_a_sentence_that_contradicts_a_shipped_one() -> None:
    mesotherapy = next(t for t in SHIPPED.therapies if t.id == "mesotherapy")
    within = next(
        c for c in mesotherapy.criteria if c.id == "mesotherapy-anticoagulant-within-limits"
    )
    opposite = msgspec.structs.replace(
        within,
        id="mesotherapy-stop-it-always",
        stances=(Stance(act="interrupt-anticoagulant", is_="for"),),
    )
    changed = msgspec.structs.replace(mesotherapy, criteria=(*mesotherapy.criteria, opposite))
    edition = msgspec.structs.replace(
        SHIPPED,
        therapies=tuple(changed if t.id == "mesotherapy" else t for t in SHIPPED.therapies),
    )
    assert [problem.what for problem in check(edition)] == [
        "can be shown together with “mesotherapy-stop-it-always”, and says the opposite of "
        "“interrupt-anticoagulant”"
    ]


def test_no_two_sentences_of_the_shipped_knowledge_contradict_each_other() -> None:
    assert list(clashes(SHIPPED)) == []

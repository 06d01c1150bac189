"""Reading values of facts: what is known, as of when, and what cannot be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, Case, Complaint, Dictionary, Known, read_facts
from dolenti.guideline.freshness import doubts_of
from dolenti.guideline.header import header_facts
from dolenti.guideline.loading import load_folder
from tests.small_edition import small_edition

TODAY = date(2026, 11, 22)
DICTIONARY = Dictionary(small_edition())


def known(**facts: Any) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in facts.items()}
    read, _ = read_facts(named, DICTIONARY, TODAY)
    return {fact: value.value for fact, value in read.items()}


def refusal(**facts: Any) -> str:
    with pytest.raises(InputError) as caught:
        known(**facts)
    return str(caught.value)


def test_bare_values() -> None:
    assert known(fever=True, anticoagulant="vka", weight=62) == {
        "fever": True,
        "anticoagulant": "vka",
        "weight": 62.0,
    }


def test_a_list_is_a_complete_set() -> None:
    assert known(allergy=["nsaid"]) == {"allergy": {"lidocaine": False, "nsaid": True}}
    assert known(allergy=[]) == {"allergy": {"lidocaine": False, "nsaid": False}}


def test_a_partial_set_leaves_the_rest_unknown() -> None:
    assert known(allergy={"has": ["nsaid"]}) == {"allergy": {"nsaid": True}}
    assert known(allergy={"not": ["nsaid"]}) == {"allergy": {"nsaid": False}}
    assert known(allergy={"has": ["nsaid"], "not": ["lidocaine"]}) == {
        "allergy": {"lidocaine": False, "nsaid": True}
    }


def test_null_is_unknown() -> None:
    assert known(fever=None) == {}


def test_a_unit_is_converted() -> None:
    assert known(weight={"value": 62500, "unit": "g"}) == {"weight": 62.5}
    assert known(weight={"value": 100, "unit": "[lb_av]"})["weight"] == pytest.approx(45.359237)


def test_what_is_stale_or_of_tomorrow_is_set_aside_and_listed() -> None:
    read, ignored = read_facts(
        {
            "inr": {"value": 2.1, "at": "2026-11-19"},
            "fever": {"value": True, "at": "2026-11-23"},
        },
        DICTIONARY,
        TODAY,
    )
    assert read == {}
    assert [(i.fact, i.why, i.at) for i in ignored] == [
        ("inr", "stale", date(2026, 11, 19)),
        ("fever", "after-as-of", date(2026, 11, 23)),
    ]


def test_a_value_is_fresh_on_its_last_day() -> None:
    assert known(inr={"value": 2.1, "at": "2026-11-20"}) == {"inr": 2.1}


@pytest.mark.parametrize("word", ["never", "none", False])
def test_the_date_of_what_did_not_happen(word: object) -> None:
    assert known(last_injection=word) == {"last-injection": NEVER}


def test_today_is_past_enough() -> None:
    assert known(last_injection="2026-11-22") == {"last-injection": TODAY}


@pytest.mark.parametrize(
    "facts,message",
    [
        ({"fewer": True}, "there is no fact “fewer”; did you mean fever?"),
        ({"fever": "yes"}, "fever: this is true or false, not “yes”"),
        ({"fever": 1}, "fever: this is true or false"),
        ({"weight": 700}, "weight: 700\u00a0kg is impossible; expected from 1 to 350"),
        ({"weight": 0.9}, "impossible"),
        ({"weight": "62"}, "weight: this is a number in kg, not “62”"),
        ({"weight": True}, "this is a number"),
        ({"weight": float("nan")}, "this is not a number"),
        ({"weight": 10**400}, "this is not a number"),
        ({"weight": {"value": 62, "unit": "stone"}}, "“stone” is not known here; known are: kg, g"),
        ({"weight": {"at": "2026-01-01"}}, "a value is missing"),
        ({"weight": {"value": 62, "when": "now"}}, "“when” is not expected here"),
        ({"weight": {"value": 62, "at": "yesterday"}}, "weight: “yesterday” is not a date"),
        ({"fever": {"value": True, "unit": "Cel"}}, "only a measured value has a unit"),
        ({"anticoagulant": "warfarin"}, "known are: none, vka, doac"),
        ({"anticoagulant": ["vka"]}, "is not an answer here"),
        ({"allergy": "nsaid"}, "this is a list"),
        ({"allergy": ["nsaids"]}, "did you mean nsaid?"),
        ({"allergy": {"has": ["nsaid"], "not": ["nsaid"]}}, "stands under has and under not"),
        ({"last_injection": "2026-11-23"}, "lies after the day of the assessment"),
        ({"last_injection": "1890-01-01"}, "is not a plausible date"),
        ({"next_race": "2090-01-01"}, "is not a plausible date"),
    ],
)
def test_bad_values_say_what_to_do(facts: dict[str, Any], message: str) -> None:
    assert message in refusal(**facts)


def test_strange_text_is_shown_plainly_and_shortly() -> None:
    said = refusal(anticoagulant="<b>\x1b[31m" + "x" * 500)
    assert "\x1b" not in said
    assert len(said) < 200


def test_facts_are_lines_not_a_list() -> None:
    with pytest.raises(InputError, match="facts: the facts are written as"):
        read_facts([1], DICTIONARY, TODAY)


def test_the_complaint_gives_the_zone_of_its_condition_and_the_birth_date_the_age() -> None:
    complaint = Complaint("1", condition="sore-knee", side="left")
    case = Case(TODAY, complaint, {}, birth_date=date(1968, 3, 2), sex="female")
    given = {fact: k.value for fact, k in header_facts(case, DICTIONARY).items()}
    assert given == {
        "age": 58.0,
        "sex": "female",
        "condition": "sore-knee",
        "zone": "knee",
        "side": "left",
    }


def test_a_stated_value_wins_over_a_derived_one() -> None:
    stated, _ = read_facts({"zone": "elbow"}, DICTIONARY, TODAY)
    case = Case(TODAY, Complaint("1", condition="sore-knee"), stated)
    assert "zone" not in header_facts(case, DICTIONARY)


@pytest.mark.parametrize(
    "weight,height,bmi", [(52.9, 115, 40.0), (48.4, 110, 40.0), (72.9, 180, 22.5)]
)
def test_the_body_mass_index_is_exact_where_rules_draw_a_line(
    weight: float, height: float, bmi: float
) -> None:
    dictionary = Dictionary(load_folder())
    known, _ = read_facts({"weight": weight, "height": height}, dictionary, TODAY)
    assert header_facts(Case(TODAY, Complaint("1"), known), dictionary)["bmi"].value == bmi


@pytest.mark.parametrize("strange", [[["nsaid"]], [{"a": ["b"]}], [None], [3], [True]])
def test_a_list_within_a_set_is_one_sentence(strange: list[Any]) -> None:
    for value in (strange, {"has": strange}, {"not": strange}):
        assert "each part of the list is one word" in refusal(allergy=value)


def test_what_was_set_aside_for_its_day_is_in_doubt_unless_something_settles_it() -> None:
    _, ignored = read_facts({"fever": {"value": True, "at": "2026-11-23"}}, DICTIONARY, TODAY)
    (one,) = doubts_of(ignored, {})
    assert one.facts == ("fever",)
    assert one.understood
    assert doubts_of(ignored, {"fever": Known(False)}) == ()


def test_an_answer_of_today_counts_for_a_day_and_one_about_the_place_for_its_complaint() -> None:
    """A fever of last week says nothing of this one; a wound at the knee nothing of the elbow."""
    facts = {fact.id: fact for fact in load_folder().facts}
    of_today = {name: one.fresh_for for name, one in facts.items() if one.about == "today"}
    del of_today["nerve-located-without-stimulation"]  # a plan
    assert set(of_today.values()) == {"1 day"}, of_today
    assert {"fever", "infection-systemic", "illness-now"} <= of_today.keys()
    for name in ("infection-local", "open-wound-at-site", "viral-skin-infection-at-site"):
        assert (facts[name].about, facts[name].fresh_for) == ("complaint", "1 day")

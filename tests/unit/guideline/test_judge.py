"""The verdict: the first status that applies, its reasons, and what is still to be asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, Case, Complaint, Dictionary, read_facts
from dolenti.guideline.judge import Assessment, Judge, Verdict, walk_rules
from tests.small_edition import ASKING, FACTS, NEEDLING, RED_FLAGS, small_edition

TODAY = date(2026, 11, 22)
EDITION = small_edition()
JUDGE = Judge(EDITION)
CALM = {
    "fever": False,
    "odd-nodule": False,
    "infection": False,
    "anticoagulant": "none",
    "allergy": [],
    "last-injection": "never",
}


def judge(
    facts: dict[str, Any],
    *,
    condition: str | None = "sore-knee",
    sex: str | None = "male",
    nothing_else: bool = False,
    judge: Judge = JUDGE,
) -> Assessment:
    known, ignored = read_facts(facts, Dictionary(EDITION), TODAY)
    case = Case(TODAY, Complaint("1", condition), known, sex=sex, ignored=tuple(ignored))
    return judge.assess(case, nothing_else=nothing_else)


def needling(assessment: Assessment) -> Verdict:
    return assessment.verdicts[0]


def freezing(assessment: Assessment) -> Verdict:
    return assessment.verdicts[1]


def reasons(verdict: Verdict) -> list[str]:
    return [judged.rule.id for judged in verdict.reasons]


def test_everything_calm_is_possible() -> None:
    assessment = judge(CALM)
    assert [v.status for v in assessment.verdicts] == ["possible", "possible"]
    assert reasons(needling(assessment)) == ["needling-knee"]
    assert assessment.questions == ()


def test_a_red_flag_that_stops_redirects_from_everything_and_ends_the_questions() -> None:
    assessment = judge({"fever": True, "infection": True})
    assert [v.status for v in assessment.verdicts] == ["redirect", "redirect"]
    assert reasons(needling(assessment)) == ["flag-fever"]
    assert assessment.questions == ()


def test_an_absolute_contraindication_is_said_at_once() -> None:
    verdict = needling(judge({"infection": True}))
    assert verdict.status == "contraindicated"
    assert reasons(verdict) == ["needling-infection"]
    assert verdict.questions == ()


def test_no_possible_indication_is_said_at_once() -> None:
    verdict = freezing(judge({}, condition="sore-elbow"))
    assert verdict.status == "not-indicated"
    assert reasons(verdict) == ["freezing-knee"]
    assert verdict.questions == ()


def test_an_absolute_contraindication_goes_before_a_missing_indication() -> None:
    assert freezing(judge({"allergy": ["lidocaine"]}, condition="sore-elbow")).status == (
        "contraindicated"
    )


@pytest.mark.parametrize("unknown", ["fever", "odd-nodule", "infection", "anticoagulant"])
def test_nothing_is_possible_while_something_that_could_forbid_it_is_unknown(unknown: str) -> None:
    known = {fact: value for fact, value in CALM.items() if fact != unknown}
    verdict = needling(judge(known))
    assert verdict.status == "needs-information"
    # Whether the INR matters is not known before the anticoagulant is, so it is asked with it.
    also = {"inr"} if unknown == "anticoagulant" else set()
    assert set(verdict.questions) == {unknown, *also}


def test_an_open_question_goes_before_a_relative_contraindication() -> None:
    known = {**CALM, "pregnancy": True}
    del known["infection"]
    assert needling(judge(known, sex="female")).status == "needs-information"


def test_a_relative_contraindication_asks_for_caution_beside_its_indication() -> None:
    verdict = needling(judge({**CALM, "pregnancy": True}, sex="female"))
    assert verdict.status == "caution"
    assert reasons(verdict) == ["needling-pregnancy", "needling-knee"]


def test_an_alert_counts_as_a_relative_contraindication_of_every_therapy() -> None:
    assessment = judge({**CALM, "odd-nodule": True})
    assert [v.status for v in assessment.verdicts] == ["caution", "caution"]
    assert reasons(freezing(assessment)) == ["flag-nodule", "freezing-knee"]


def test_a_precaution_is_shown_and_changes_nothing() -> None:
    verdict = needling(judge({**CALM, "smoker": True}))
    assert verdict.status == "possible"
    assert reasons(verdict) == ["needling-knee", "needling-smoker"]


def test_a_precaution_is_never_asked_about() -> None:
    assert "smoker" not in judge({}).questions


def test_an_unknown_indication_is_asked() -> None:
    verdict = needling(judge(CALM, condition=None))
    assert verdict.status == "needs-information"
    assert verdict.questions == ("condition",)


def test_other_indications_are_not_asked_where_one_is_true() -> None:
    assert "condition" not in judge({}).questions


def test_a_man_is_not_asked_about_pregnancy_and_a_woman_is() -> None:
    assert "pregnancy" not in judge({}, sex="male").questions
    assert "pregnancy" in judge({}, sex="female").questions
    assert "pregnancy" in judge({}, sex=None).questions


def test_an_irrelevant_fact_takes_its_reassuring_value_but_a_stated_one_wins() -> None:
    assert needling(judge(CALM, sex="male")).status == "possible"
    assert needling(judge({**CALM, "pregnancy": True}, sex="male")).status == "caution"


def test_a_measured_value_is_asked_only_where_it_matters() -> None:
    assert "inr" not in judge({**CALM}).questions
    assert needling(judge({**CALM, "anticoagulant": "vka"})).questions == ("inr",)
    assert needling(judge({**CALM, "anticoagulant": "vka", "inr": 3.0})).status == "possible"
    assert needling(judge({**CALM, "anticoagulant": "vka", "inr": 3.1})).status == "caution"


def test_a_question_waits_for_the_answer_that_makes_it_relevant() -> None:
    waits = FACTS.replace(
        "relevant: {anticoagulant: {is: vka}}", "relevant: {anticoagulant: {is: vka}}, waits: true"
    )
    later = Judge(small_edition({"facts/all.yaml": waits}))
    silent = {fact: value for fact, value in CALM.items() if fact != "anticoagulant"}
    assert needling(judge(silent)).questions == ("inr", "anticoagulant")
    assert needling(judge(silent, judge=later)).questions == ("anticoagulant",)
    assert needling(judge({**CALM, "anticoagulant": "vka"}, judge=later)).questions == ("inr",)


def test_a_measure_counts_as_something_where_it_is_irrelevant_but_a_stated_one_wins() -> None:
    relevant = "relevant: {anticoagulant: {is: vka}}"
    counted = FACTS.replace(relevant, f"{relevant}, when_irrelevant: 1")
    bare = NEEDLING.replace(
        "{all: [{anticoagulant: {is: vka}}, {inr: {over: 3}}]}", "{inr: {over: 3}}"
    )
    calm = Judge(
        small_edition({"facts/all.yaml": counted, "therapies/needling/criteria.yaml": bare})
    )
    assert needling(judge(CALM, judge=calm)).status == "possible"
    assert needling(judge({**CALM, "inr": 9.0}, judge=calm)).status == "caution"


def test_a_stale_value_is_asked_again() -> None:
    stale = {**CALM, "anticoagulant": "vka", "inr": {"value": 2.0, "at": "2026-10-22"}}
    assessment = judge(stale)
    assert needling(assessment).questions == ("inr",)
    assert [ignored.fact for ignored in assessment.case.ignored] == ["inr"]


def test_each_member_of_a_set_is_known_or_not_by_itself() -> None:
    about_lidocaine = {**CALM, "allergy": {"not": ["lidocaine"]}}
    assert freezing(judge(about_lidocaine)).status == "possible"
    about_nsaid = {**CALM, "allergy": {"has": ["nsaid"]}}
    assert freezing(judge(about_nsaid)).questions == ("allergy",)


@pytest.mark.parametrize(
    "day,status",
    [
        ("2026-08-22", "caution"),
        ("2026-08-21", "possible"),
        ("2026-11-22", "caution"),
        ("never", "possible"),
    ],
)
def test_within_three_months(day: str, status: str) -> None:
    assert freezing(judge({**CALM, "last-injection": day})).status == status


def test_nothing_else_supposes_only_what_may_be_supposed_and_names_the_rest() -> None:
    assessment = judge({"anticoagulant": "vka"}, nothing_else=True)
    assert assessment.questions == ("infection", "fever", "odd-nodule", "inr", "allergy")
    assert assessment.not_assumed == ("infection", "fever", "odd-nodule", "allergy")
    assert assessment.assumed == {"last-injection": NEVER}
    assert freezing(assessment).status == "needs-information"


def test_without_rows_nothing_is_supposed() -> None:
    old = Judge(small_edition({"asking/all.yaml": "[]"}))
    assessment = old.assess(judge({}).case, nothing_else=True)
    assert assessment.assumed == {}
    assert set(assessment.not_assumed) >= {"fever", "allergy"}


def test_what_is_always_asked_is_asked_until_somebody_said_it() -> None:
    rows = ASKING.replace("- row: all", "- row: all\n  always: true")
    always = Judge(small_edition({"asking/all.yaml": rows}))
    assert "smoker" in always.assess(judge({}).case).always_asked  # no rule in force reads it
    assert "smoker" not in always.assess(judge({"smoker": False}).case).always_asked


def test_nothing_else_keeps_what_was_said_of_a_set() -> None:
    rows = ASKING.replace("allergy, tier: row", "allergy, tier: open")
    supposing = Judge(small_edition({"asking/all.yaml": rows}))
    assessment = judge({"allergy": {"has": ["nsaid"]}}, nothing_else=True, judge=supposing)
    assert assessment.values["allergy"].value == {"lidocaine": False, "nsaid": True}


def test_a_rule_waits_for_its_policy() -> None:
    counting = Judge(EDITION, {"smoking": "counts"})
    known = {**CALM, "smoker": True}
    assert needling(judge(known, judge=counting)).status == "caution"
    assert needling(judge(known)).status == "possible"
    assert judge(known, judge=counting).policies == {"smoking": "counts"}


def test_an_unknown_policy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="there is no policy “smokin”; did you mean smoking"):
        Judge(EDITION, {"smokin": "counts"})
    with pytest.raises(InputError, match="known are: ignored, counts"):
        Judge(EDITION, {"smoking": "maybe"})


def test_a_circle_of_relevance_is_refused() -> None:
    circle = FACTS.replace("relevant: pregnancy}", "relevant: pregnancy}", 1).replace(
        "relevant: {not: {sex: {is: male}}}", "relevant: {gestational-age: {over: 1}}"
    )
    with pytest.raises(InputError, match="pregnancy → gestational-age → pregnancy"):
        Judge(small_edition({"facts/all.yaml": circle}))


def test_a_flood_of_patterns_does_not_grow_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dolenti.guideline.judge.compiled.MOST_PATTERNS", 2)
    small = Judge(EDITION)
    for anticoagulant in ("none", "vka", "doac"):
        for inr in (1.0, 4.0):
            facts = {**CALM, "anticoagulant": anticoagulant, "inr": inr}
            expected = "caution" if (anticoagulant, inr) == ("vka", 4.0) else "possible"
            assert needling(judge(facts, judge=small)).status == expected


def test_an_assessment_carries_all_that_it_rests_on() -> None:
    assessment = judge(CALM)
    assert assessment.edition is EDITION
    assert assessment.assumed == {}
    assert [verdict.therapy.id for verdict in assessment.verdicts] == ["needling", "freezing"]
    assert [flag.rule.id for flag in assessment.red_flags] == ["flag-fever", "flag-nodule"]
    assert [judged.rule.id for judged in freezing(assessment).criteria] == [
        "freezing-knee",
        "freezing-allergy",
        "freezing-recent",
    ]
    # Of a man without vitamin K antagonist nobody asks these; INR has no reassuring value.
    assert assessment.irrelevant == {"pregnancy", "gestational-age", "inr"}


def test_assumed_values_say_that_they_are() -> None:
    assessment = judge({}, nothing_else=True)
    assert assessment.values["last-injection"].origin == "assumed"
    known = judge({"last-injection": "never"}, nothing_else=True)
    assert known.values["last-injection"].origin is None


def test_questions_stand_in_the_order_of_the_dictionary() -> None:
    questions = judge({}).questions
    order = [fact.id for fact in EDITION.facts]
    assert list(questions) == sorted(questions, key=order.index)
    assert list(questions) != sorted(questions)


def test_where_both_an_indication_and_a_contraindication_are_open_both_are_asked() -> None:
    known = {fact: value for fact, value in CALM.items() if fact != "infection"}
    assert needling(judge(known, condition=None)).questions == ("condition", "infection")


def test_every_rule_is_walked_with_the_place_it_belongs_to() -> None:
    places = {place for place, _ in walk_rules(EDITION)}
    assert places == {"red-flags", "needling", "freezing"}
    assert len(list(walk_rules(EDITION))) == 2 + 7 + 3


def test_nothing_is_assumed_unless_asked() -> None:
    case = Case(TODAY, Complaint("1", "sore-knee"), {})
    assert JUDGE.assess(case).assumed == {}
    assert JUDGE.edition is EDITION


def test_a_red_flag_waits_for_its_policy_too() -> None:
    waiting = RED_FLAGS.replace(
        "id: flag-nodule,", "id: flag-nodule, policy: {id: smoking, value: counts},"
    )
    edition = small_edition({"red-flags/all.yaml": waiting})
    told = {**CALM, "odd-nodule": True, "smoker": False}
    known, _ = read_facts(told, Dictionary(edition), TODAY)
    case = Case(TODAY, Complaint("1", "sore-knee"), known, sex="male")
    assert needling(Judge(edition).assess(case)).status == "possible"
    assert needling(Judge(edition, {"smoking": "counts"}).assess(case)).status == "caution"

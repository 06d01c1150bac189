"""What must hold for every patient, tried on random ones with the shipped knowledge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.facts import Case, Known, with_facts
from dolenti.guideline.judge import Assessment, Verdict, reassuring_value
from dolenti.guideline.report import as_json
from tests.spec.strategies import DEFINITIONS, HEADER, JUDGE, cases, value_of

TIERS = {asked.fact: asked.tier for row in JUDGE.edition.asking for asked in row.facts}
CERTAIN = {"redirect", "contraindicated", "not-indicated", "caution", "possible"}


def statuses(assessment: Assessment) -> list[str]:
    return [verdict.status for verdict in assessment.verdicts]


def named_in_reasons(verdict: Verdict) -> set[str]:
    return {fact for judged in verdict.reasons for fact in judged.proof.decided}


@given(cases(), st.data())
def test_adding_a_fact_changes_a_certain_verdict_only_where_its_reasons_name_it(
    case: Case, data: st.DataObject
) -> None:
    before = JUDGE.assess(case)
    unknown = sorted(set(DEFINITIONS) - set(before.values) - HEADER)
    if not unknown:
        return
    fact = data.draw(st.sampled_from(unknown))
    value = data.draw(value_of(DEFINITIONS[fact]))
    after = JUDGE.assess(with_facts(case, {fact: Known(value)}))
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        if {old.status, new.status} <= CERTAIN and old.status != new.status:
            assert fact in named_in_reasons(new)


@given(cases(), st.data())
def test_answering_every_question_ends_all_questions(case: Case, data: st.DataObject) -> None:
    assessment = JUDGE.assess(case)
    for _ in range(40):
        if not assessment.questions:
            break
        answers: dict[str, Known] = {}
        for fact in assessment.questions:
            value: Any = data.draw(value_of(DEFINITIONS[fact], partial=False))
            answers[fact] = Known(value)
        case = with_facts(case, answers)
        assessment = JUDGE.assess(case)
    assert assessment.questions == ()
    assert "needs-information" not in statuses(assessment)


@given(cases())
def test_what_needs_information_has_a_question_and_only_that(case: Case) -> None:
    for verdict in JUDGE.assess(case).verdicts:
        assert (verdict.status == "needs-information") == bool(verdict.questions)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_facts_never_matters(case: Case, random: Any) -> None:
    names = list(case.facts)
    random.shuffle(names)
    shuffled = replace(case, facts={name: case.facts[name] for name in names})
    one, other = as_json(JUDGE.assess(case)), as_json(JUDGE.assess(shuffled))
    assert one == other


@given(cases(), st.data())
def test_forgetting_a_fact_never_makes_a_therapy_possible(case: Case, data: st.DataObject) -> None:
    if not case.facts:
        return
    fact = data.draw(st.sampled_from(sorted(case.facts)))
    less = replace(case, facts={name: k for name, k in case.facts.items() if name != fact})
    before, after = JUDGE.assess(case), JUDGE.assess(less)
    if fact in after.irrelevant:
        return  # not open any more: it takes its reassuring value, as contract 1 says
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        if new.status in ("possible", "caution"):
            assert old.status == new.status


@given(cases())
def test_nothing_else_supposes_only_what_may_be_and_names_the_rest(case: Case) -> None:
    assessment = JUDGE.assess(case, nothing_else=True)
    for fact in assessment.questions:
        if reassuring_value(DEFINITIONS[fact]) is not None:
            assert fact in assessment.not_assumed
            assert TIERS[fact] != "open"
    for fact in assessment.assumed:
        assert reassuring_value(DEFINITIONS[fact]) is not None
        assert TIERS[fact] == "open"


@given(cases())
def test_nothing_else_never_changes_what_was_certain(case: Case) -> None:
    before, after = JUDGE.assess(case), JUDGE.assess(case, nothing_else=True)
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        if old.status in CERTAIN:
            assert new.status == old.status


@given(cases())
def test_the_reasons_make_the_status(case: Case) -> None:
    kinds = {
        "redirect": {True},
        "contraindicated": {True},
        "not-indicated": {False, True},
        "needs-information": {None, True},
        "caution": {True},
        "possible": {True},
    }
    for verdict in JUDGE.assess(case).verdicts:
        assert verdict.reasons
        assert {judged.proof.holds for judged in verdict.reasons} <= kinds[verdict.status]

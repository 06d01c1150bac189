"""The judge, which numbers leaves and looks proofs up, answers what the plain meaning of the
conditions and of contract 2 says, on any edition."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from dolenti.guideline.conditions import Condition, facts_of, leaves, parse, prove, written
from dolenti.guideline.judge import Judge, proofs
from tests.generative import reference
from tests.generative.amounts import EXAMPLES, worlds
from tests.generative.editions import World
from tests.generative.readers import Answers, agree, described, judged
from tests.generative.reference import Reference

some = settings(max_examples=EXAMPLES)


def plain_meaning(world: World) -> list[Answers]:
    """A reader like the others: rules and statuses, worked out from their sentences."""
    judge = Judge(world.edition, world.policies)
    found: list[Answers] = []
    for patient in world.patients:
        case = patient.at_the_bedside(judge.dictionary)
        meaning = Reference(judge.dictionary, case)
        answers = {q: None for q in judged(judge, case) if q[0] == "rule"}
        rules = [
            *world.edition.red_flags,
            *(c for t in world.edition.therapies for c in t.criteria),
        ]
        truths = {rule.id: meaning.truth(rule.when) for rule in rules}
        said: dict[tuple[str, str], Any] = {("rule", name): truths[name] for _, name in answers}
        for therapy in world.edition.therapies:
            said["status", therapy.id] = reference.status(world, therapy.id, truths, judge.policies)
        found.append(said)
    return found


@some
@given(worlds())
def test_the_judge_means_what_the_conditions_say(world: World) -> None:
    agree(world, plain_meaning)


@some
@given(worlds())
def test_a_proof_names_what_decides_or_what_is_missing_and_nothing_else(world: World) -> None:
    judge = Judge(world.edition, world.policies)
    for patient in world.patients:
        assessment = judge.assess(patient.at_the_bedside(judge.dictionary))
        for one in (*assessment.red_flags, *(j for v in assessment.verdicts for j in v.criteria)):
            proof, read = one.proof, set(facts_of(one.rule.when))
            about = described(world.edition, assessment.case, ("rule", one.rule.id))
            named = proof.open if proof.holds is None else proof.decided
            assert named, about
            assert set(named) <= read, about
            assert not (proof.open and proof.decided), about


@some
@given(worlds())
def test_a_judge_that_has_met_other_patients_gives_the_same_proofs(world: World) -> None:
    judge = Judge(world.edition, world.policies)
    cases = [patient.at_the_bedside(judge.dictionary) for patient in world.patients]
    used = [judge.assess(case) for case in cases]
    for case, assessment in zip(cases, used, strict=True):
        fresh = Judge(world.edition, world.policies).assess(case)
        assert fresh.red_flags == assessment.red_flags
        assert fresh.verdicts == assessment.verdicts
        assert fresh.questions == assessment.questions


@some
@given(worlds())
def test_what_one_rule_gives_does_not_hang_on_its_neighbours(world: World) -> None:
    """Rules compiled together share leaves and tables; alone they must give the same."""
    judge = Judge(world.edition, world.policies)
    for patient in world.patients[:2]:
        assessment = judge.assess(patient.at_the_bedside(judge.dictionary))
        for one in (*assessment.red_flags, *(j for v in assessment.verdicts for j in v.criteria)):
            alone, _ = proofs(
                judge.dictionary, [one.rule.when], assessment.values, assessment.case.as_of
            )
            assert alone == [one.proof]


@some
@given(worlds())
def test_a_condition_survives_being_written_and_read(world: World) -> None:
    for condition in _conditions(world):
        again = parse(written(condition))
        assert again == condition
        unknown = dict.fromkeys(leaves(condition))
        assert prove(again, unknown) == prove(condition, unknown)


def _conditions(world: World) -> list[Condition]:
    rules = [*world.edition.red_flags, *(c for t in world.edition.therapies for c in t.criteria)]
    relevances = [f.relevant for f in world.edition.facts if f.relevant is not None]
    return [*relevances, *(rule.when for rule in rules)]

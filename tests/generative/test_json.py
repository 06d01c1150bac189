"""The quick writer of JSON says what the plain one says, to the byte."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given, settings

from dolenti.guideline.facts import Case
from dolenti.guideline.judge import Judge
from dolenti.guideline.report import as_json, as_json_bytes
from tests.generative.amounts import EXAMPLES, worlds
from tests.generative.editions import World
from tests.generative.shipped import generated_patients, under_other_policies
from tests.small_edition import NEEDLING, small_edition

LANGUAGES = ("fr", "en")


def told_apart(judge: Judge, cases: Iterable[Case], *, nothing_else: bool = False) -> list[Case]:
    """The cases of which the two writers say different things. Each is written twice, because
    what is kept of the first writing makes the second."""
    different = []
    for case in cases:
        assessment = judge.assess(case, nothing_else=nothing_else)
        for language in LANGUAGES:
            expected = msgspec.json.encode(as_json(assessment, language))
            if any(as_json_bytes(assessment, language) != expected for _ in range(2)):
                different.append(case)
    return different


def cases_of(world: World) -> list[Case]:
    return [patient.settled() for patient in world.patients]


@settings(max_examples=EXAMPLES)
@given(worlds())
def test_of_any_knowledge_and_patient(world: World) -> None:
    judge = Judge(world.edition, world.policies)
    assert told_apart(judge, cases_of(world)) == []


@pytest.mark.parametrize("nothing_else", [False, True])
def test_of_the_shipped_knowledge(nothing_else: bool) -> None:
    for world in (generated_patients(), under_other_policies(generated_patients())):
        judge = Judge(world.edition, world.policies)
        assert told_apart(judge, cases_of(world)[:60], nothing_else=nothing_else) == []


def test_in_one_country_after_the_other() -> None:
    world = generated_patients()
    for country in ("FR", "US", "other", "FR"):
        judge = Judge(world.edition, {"jurisdiction": country})
        assert told_apart(judge, cases_of(world)[:2]) == []


@pytest.mark.parametrize(
    "sentence", ['100 % of "facts":{', "%(infection)b", "%%", '\\"facts\\":{}', "é\\u2028 %b"]
)
def test_of_a_sentence_that_looks_like_the_writing(sentence: str) -> None:
    text = f"{{fr: '{sentence}', en: '{sentence}'}}"
    rules = NEEDLING.replace("{fr: Texte., en: Text.}", text)
    edition = small_edition({"therapies/needling/criteria.yaml": rules})
    generated = [patient.settled() for patient in generated_patients().patients[:20]]
    known = {fact.id for fact in edition.facts}
    cases = [
        Case(case.as_of, case.complaint, {f: k for f, k in case.facts.items() if f in known})
        for case in generated
    ]
    assert told_apart(Judge(edition), cases) == []


def test_what_is_kept_of_a_rule_goes_when_its_pattern_goes() -> None:
    world = generated_patients()
    judge = Judge(world.edition)
    first, second = (judge.assess(case) for case in cases_of(world)[:2])
    assert first.red_flags[0].written == second.red_flags[0].written == {}
    as_json_bytes(first, "fr")
    as_json_bytes(first, "en")
    assert set(first.red_flags[0].written) == set(LANGUAGES)

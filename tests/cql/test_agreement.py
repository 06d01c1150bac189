"""The exported CQL, run by the reference engine, answers what the evaluator answers.

On every example of every rule of the shipped knowledge, and on generated patients with values
missing at random: criterion by criterion, status by status, question by question. Random
dictionaries and conditions are compared in ``tests/generative``.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings

from dolenti.guideline.dates import read_date
from dolenti.guideline.facts import Case, Complaint, read_facts
from tests.cql.bundles import bundle_of
from tests.cql.exported import exported
from tests.spec.strategies import DICTIONARY, EDITION, cases

SHARDS = range(2)
PER_SHARD = 75


def generated(shard: int) -> list[Case]:
    """Cases that are the same on every run."""
    found: list[Case] = []

    @seed(shard)
    @settings(max_examples=PER_SHARD, database=None, phases=[Phase.generate], deadline=None)
    @given(cases())
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found


@pytest.mark.node
@pytest.mark.parametrize("shard", SHARDS)
def test_generated_patients(shard: int) -> None:
    patients = generated(shard)
    bundles = [bundle_of(case, EDITION) for case in patients]
    assert exported().disagreements(patients, bundles) == []


def test_the_generated_patients_meet_every_status() -> None:
    from tests.spec.strategies import JUDGE

    met = {
        verdict.status
        for shard in SHARDS
        for case in generated(shard)
        for verdict in JUDGE.assess(case).verdicts
    }
    assert met == {
        "redirect", "contraindicated", "not-indicated", "needs-information", "caution", "possible",
    }  # fmt: skip


@pytest.mark.node
def test_every_example_of_every_rule() -> None:
    place = exported().place
    rules = [*EDITION.red_flags, *(c for t in EDITION.therapies for c in t.criteria)]
    asked: list[dict[str, Any]] = []
    wanted = []
    for rule in rules:
        for example in rule.examples:
            as_of = read_date(example.as_of)
            facts, _ = read_facts(example.facts, DICTIONARY, as_of)
            bundle = bundle_of(Case(as_of, Complaint("1"), facts), EDITION)
            ask = {place[rule.id]: [rule.id]}
            asked.append({"as_of": example.as_of, "bundle": bundle, "ask": ask})
            wanted.append((rule.id, example.says.en, example.holds))
    wrong = [
        (row, answer)
        for row, answer in zip(wanted, exported().engine.ask(asked), strict=True)
        if answer[place[row[0]]][row[0]] is not row[2]
    ]
    assert wrong == []
    assert len(wanted) >= 3 * len(rules)

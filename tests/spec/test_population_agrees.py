"""The population reader says what the evaluator says, on DuckDB: every rule's own examples, and
random patients with the shipped knowledge. Zero differences, unknowns included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from dolenti.guideline.dates import read_date
from dolenti.guideline.facts import Case, Complaint, read_facts
from dolenti.guideline.judge import walk_rules
from dolenti.population.engines import DuckDBEngine
from dolenti.population.missing import counted_as
from dolenti.population.run import Request, judge_population
from tests.populations import (
    by_the_judge,
    random_patients,
    rows_of,
    truths_found,
    verdicts,
    without_names,
    written,
)
from tests.spec.strategies import AS_OF, DICTIONARY, EDITION, JUDGE

PATIENTS = 300
RULES = [rule for _, rule in walk_rules(EDITION)]


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(threads=1)
    yield engine
    engine.close()


@pytest.mark.parametrize("day", sorted({e.as_of for rule in RULES for e in rule.examples}))
def test_every_rule_on_its_own_examples(engine: DuckDBEngine, tmp_path: Path, day: str) -> None:
    as_of = read_date(day)
    examples = [(n, e) for n, rule in enumerate(RULES) for e in rule.examples if e.as_of == day]
    stated = [
        Case(as_of, Complaint(str(place)), read_facts(example.facts, DICTIONARY, as_of)[0])
        for place, (_, example) in enumerate(examples)
    ]
    conditions = [rule.when for rule in RULES]
    found = truths_found(engine, tmp_path, rows_of(stated, EDITION), EDITION, conditions, as_of)
    wrong = [
        f"{RULES[number].id}: {example.says.en}"
        for place, (number, example) in enumerate(examples)
        if found[str(place)][number] is not example.holds
    ]
    assert wrong == []


def test_random_patients_get_the_evaluators_verdicts(engine: DuckDBEngine, tmp_path: Path) -> None:
    patients = random_patients(max(PATIENTS, settings().max_examples))
    found = verdicts(engine, tmp_path, rows_of(patients, EDITION), EDITION, AS_OF)
    for place, case in enumerate(patients):
        assert without_names(found[str(place)]) == by_the_judge(JUDGE.assess(case)), case


def test_a_summary_counts_the_evaluators_statuses_and_questions(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    patients = random_patients(PATIENTS)
    statuses: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for case in patients:
        found = JUDGE.assess(case).verdicts
        statuses.update(counted_as(v.therapy.id, v.status) for v in found)
        asked.update({fact for v in found for fact in v.questions})
    file = written(tmp_path, rows_of(patients, EDITION), EDITION)
    summary = judge_population(engine, EDITION, Request(file, AS_OF, summary=True)).summary
    assert summary is not None
    counted = {
        counted_as(therapy, status): count
        for therapy, counts in summary.statuses.items()
        for status, count in counts.items()
        if count
    }
    assert counted == dict(statuses)
    assert summary.missing == dict(asked)

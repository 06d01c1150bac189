"""What the tests of the population reader share: files of rows, and verdicts read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, settings

from dolenti.guideline.conditions import Condition
from dolenti.guideline.facts import Case
from dolenti.guideline.judge import Assessment
from dolenti.guideline.knowledge import Edition
from dolenti.population.engines import Engine
from dolenti.population.rows import to_row, to_table
from dolenti.population.run import Request, judge_population
from dolenti.population.schema import wide_schema
from dolenti.population.verdicts import status_column, truths
from tests.spec.strategies import cases

Rows = Iterable[Mapping[str, Any]]


def written(folder: Path, rows: Rows, edition: Edition) -> str:
    """A parquet file of these rows, with every column of the edition."""
    file = folder / "patients.parquet"
    pq.write_table(to_table(rows, edition), file)
    return str(file)


def rows_of(cases: Iterable[Case], edition: Edition) -> list[dict[str, Any]]:
    """A row for each case; the patient is its place."""
    schema = wide_schema(edition)
    return [to_row(case, str(place), schema) for place, case in enumerate(cases)]


def verdicts(
    engine: Engine, folder: Path, rows: Rows, edition: Edition, as_of: date, **asked: Any
) -> dict[str, dict[str, Any]]:
    """Everything found of each row, by patient."""
    out = folder / "verdicts.parquet"
    file = written(folder, rows, edition)
    judge_population(engine, edition, Request(file, as_of, str(out), **asked))
    return {str(row["patient"]): row for row in pq.read_table(out).to_pylist()}


def truths_found(
    engine: Engine,
    folder: Path,
    rows: Rows,
    edition: Edition,
    conditions: list[Condition],
    as_of: date,
) -> dict[str, list[bool | None]]:
    """The truth of each condition, by patient, all in one job."""
    out = folder / "truths.parquet"
    table = truths(engine.read(written(folder, rows, edition)), edition, conditions, as_of)
    engine.write(table, str(out), {}, lambda part: None)
    return {
        str(row["patient"]): [row[str(number)] for number in range(len(conditions))]
        for row in pq.read_table(out).to_pylist()
    }


def by_the_judge(assessment: Assessment) -> dict[str, Any]:
    """What the evaluator says, in the columns of the population's verdicts."""
    judged = [*assessment.red_flags, *(j for v in assessment.verdicts for j in v.criteria)]
    return {
        **{status_column(v.therapy.id): v.status for v in assessment.verdicts},
        **{one.rule.id: one.proof.holds for one in judged},
    }


def without_names(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of verdicts without who it is about."""
    return {name: value for name, value in row.items() if name not in ("patient", "complaint")}


def random_patients(number: int) -> list[Case]:
    """Random patients, the same on every run in CI. No age that contradicts a birth date: the
    readers refuse that."""
    drawn: list[Case] = []

    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def draw(case: Case) -> None:
        drawn.append(replace(case, birth_date=None) if "age" in case.facts else case)

    draw()
    return drawn

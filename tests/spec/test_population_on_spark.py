"""The same on a real Spark cluster of two processes on this machine: one session, one job for
all the conditions."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from dolenti.guideline.errors import InputError
from dolenti.population.engines import Engine
from dolenti.population.run import Request, judge_population
from tests.populations import (
    by_the_judge,
    random_patients,
    rows_of,
    verdicts,
    without_names,
    written,
)
from tests.spec.strategies import AS_OF, EDITION, JUDGE

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore"),  # PySpark's own, of pandas and of open sockets
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    from dolenti.population.spark import SparkEngine

    with warnings.catch_warnings(action="ignore"):
        engine = SparkEngine("local-cluster[2,1,1024]", {"spark.sql.shuffle.partitions": "2"})
        yield engine
        engine.close()


def test_random_patients_get_the_evaluators_verdicts(engine: Engine, tmp_path: Path) -> None:
    patients = random_patients(100)
    found = verdicts(engine, tmp_path, rows_of(patients, EDITION), EDITION, AS_OF)
    for place, case in enumerate(patients):
        assert without_names(found[str(place)]) == by_the_judge(JUDGE.assess(case)), case


def test_bad_input_is_refused_as_on_duckdb(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "patients.parquet"
    file.write_bytes(b"patient;age\n1;40\n")
    with pytest.raises(InputError, match="no whole parquet file"):
        judge_population(engine, EDITION, Request(str(file), AS_OF))
    twice = written(tmp_path, [{"patient": "1"}, {"patient": "1"}], EDITION)
    with pytest.raises(InputError, match="repeat a patient"):
        judge_population(engine, EDITION, Request(twice, AS_OF))

"""Spark answers what the evaluator answers, on large worlds and on the shipped knowledge. One
session; all conditions of a world in one job."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from dolenti.population.engines import Engine
from tests import services
from tests.generative.amounts import large_worlds
from tests.generative.readers import (
    agree,
    evaluator_of_cases,
    population,
    population_of_cases,
)
from tests.generative.shipped import fhir_patients, generated_patients

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore"),  # PySpark's own, of pandas and of open sockets
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    from dolenti.population.spark import SparkEngine

    with warnings.catch_warnings(action="ignore"):
        engine = SparkEngine("local[2]", {"spark.sql.shuffle.partitions": "2"})
        yield engine
        engine.close()
        gc.collect()  # sockets left open are found here, and not in somebody else's test


def test_spark_agrees(engine: Engine, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """One test, so that processes that share the tests out start Spark once."""
    for world in (*large_worlds(), generated_patients()):
        agree(world, partial(population, engine, tmp_path))
    shared = services.shared_patients(pytestconfig.rootpath)
    if shared is not None:  # where it is not, the same test on DuckDB says so
        reader = partial(population_of_cases, engine, tmp_path)
        agree(fhir_patients(shared), reader, evaluator_of_cases)

"""DuckDB answers what the evaluator answers: every criterion, every red flag, every status, from a
file of patients to a file of verdicts. On random editions, and on the shipped knowledge: there on
the shared FHIR patients, and on generated ones with values missing at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from dolenti.population import DuckDBEngine
from dolenti.population.engines import Engine
from tests.generative.amounts import EXAMPLES, large_worlds, worlds
from tests.generative.editions import World
from tests.generative.readers import (
    agree,
    evaluator_of_cases,
    population,
    population_of_cases,
)
from tests.generative.shipped import fhir_patients, generated_patients, under_other_policies


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = DuckDBEngine(threads=1)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worlds")


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds())
def test_duckdb_on_small_worlds(engine: Engine, folder: Path, world: World) -> None:
    agree(world, partial(population, engine, folder))


def test_duckdb_on_large_worlds(engine: Engine, folder: Path) -> None:
    for world in large_worlds():
        agree(world, partial(population, engine, folder))
        agree(world, partial(population_of_cases, engine, folder), evaluator_of_cases)


def test_duckdb_on_the_shipped_knowledge(engine: Engine, folder: Path) -> None:
    world = generated_patients()
    agree(world, partial(population, engine, folder))
    agree(under_other_policies(world), partial(population, engine, folder))


def test_duckdb_on_the_shared_patients(engine: Engine, folder: Path, shared_patients: Path) -> None:
    reader = partial(population_of_cases, engine, folder)
    agree(fhir_patients(shared_patients), reader, evaluator_of_cases)

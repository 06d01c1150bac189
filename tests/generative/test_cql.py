"""The exported CQL, run by the reference engine on FHIR patients made from the same statements,
answers what the evaluator answers: every rule, every status, every question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.generative.amounts import PATIENTS_FOR_CQL, PATIENTS_FOR_CQL_OF_A_WORLD, large_worlds
from tests.generative.readers import agree, cql, cql_of_cases, evaluator_of_cases
from tests.generative.shipped import fhir_patients, generated_patients

pytestmark = pytest.mark.node


def test_cql_on_large_worlds() -> None:
    for world in large_worlds():
        some = world.patients[:PATIENTS_FOR_CQL_OF_A_WORLD]
        others = world.patients[PATIENTS_FOR_CQL_OF_A_WORLD:][: PATIENTS_FOR_CQL_OF_A_WORLD // 3]
        agree(replace(world, patients=some), cql)
        agree(replace(world, patients=others), cql_of_cases, evaluator_of_cases)


def test_cql_on_the_shipped_knowledge() -> None:
    world = generated_patients()
    agree(replace(world, patients=world.patients[:PATIENTS_FOR_CQL]), cql)


def test_cql_on_the_shared_patients(shared_patients: Path) -> None:
    agree(fhir_patients(shared_patients), cql_of_cases, evaluator_of_cases)

"""The shipped knowledge as a world: with generated patients, and with the FHIR patients that lie
beside the checkout."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from dolenti.fhir import BundleReader
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case
from dolenti.guideline.loading import load_folder
from tests.generative.amounts import PATIENTS, SEED
from tests.generative.editions import World, random_patients
from tests.generative.patients import Patient

AS_OF = date(2026, 11, 22)


@cache
def generated_patients() -> World:
    """Patients whose values lie at and beside what the rules compare with, many missing."""
    edition = load_folder()
    return World(edition, {}, random_patients(Random(SEED + 1), edition, AS_OF, PATIENTS))


def under_other_policies(world: World) -> World:
    """Fewer patients, in a clinic that has chosen the last option of every policy."""
    last = {policy.id: policy.options[-1].id for policy in world.edition.policies}
    return replace(world, policies=last, patients=world.patients[: len(world.patients) // 4])


@cache
def fhir_patients(folder: Path) -> World:
    """Every complaint of every shared patient who lives, as the FHIR reader reads it, on days
    that see much or little of the record."""
    edition = load_folder()
    reader = BundleReader(edition)
    cases: list[Case] = []
    for file in sorted(folder.glob("*.json.gz")):
        with suppress(InputError):  # one of them has died, and is refused
            cases += reader.read(file.read_bytes(), AS_OF, file.name).cases()
    return World(edition, {}, tuple(Patient(case) for case in cases))

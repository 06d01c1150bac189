"""Every reader of files, given its examples changed at random: it answers, or refuses by one
sentence. ``make fuzz`` tries two hundred changes of each for every one of a usual run."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dolenti.fhir import BundleReader
from dolenti.fhir.who import read_who
from dolenti.flattening.mapping import read_mapping
from dolenti.flattening.run import Request, flatten
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import SHIPPED, folder_texts
from dolenti.guideline.mixture import read_mixture_file
from dolenti.guideline.patient_file import read_patient_file
from dolenti.guideline.reading import Document, read_text
from dolenti.guideline.responses import read_responses
from dolenti.population import judge_table
from tests.flattened import CLINIC, MAPPING
from tests.nasty import LARGE, answers, bounded, mutations
from tests.omop_tables import Cdm
from tests.spec.strategies import AS_OF, EDITION

EXAMPLES = Path(__file__).parents[2] / "examples"
READER = BundleReader(EDITION)
SEEDS = {
    **{f"patient {file.stem}": file.read_bytes() for file in EXAMPLES.glob("*.yaml")},
    **{f"bundle {file.stem}": file.read_bytes() for file in (EXAMPLES / "fhir").glob("*.json")},
    **{f"mixture {file.stem}": file.read_bytes() for file in EXAMPLES.glob("mixtures/*.yaml")},
    **{f"responses {file.stem}": file.read_bytes() for file in EXAMPLES.glob("responses/*.yaml")},
    "mapping": MAPPING.encode(),
    "table": CLINIC.encode(),
}
CHANGES = 400 if LARGE else 8


def document(data: bytes) -> Document:
    try:
        return read_text(data.decode(), "seed")
    except UnicodeDecodeError:
        raise InputError("no text", fr="pas de texte") from None


READERS: dict[str, Callable[[bytes], Any]] = {
    "patient": lambda data: read_patient_file(document(data), EDITION, AS_OF),
    "mixture": lambda data: read_mixture_file(document(data), EDITION, AS_OF),
    "responses": lambda data: read_responses(document(data), AS_OF),
    "mapping": lambda data: read_mapping(document(data), EDITION, AS_OF),
    "bundle": lambda data: READER.read(data, AS_OF).cases(),
}


@pytest.mark.parametrize("seed", [name for name in sorted(SEEDS) if name != "table"])
def test_a_changed_file_is_read_or_refused(seed: str) -> None:
    for data in mutations(SEEDS[seed], CHANGES, seed):
        answers(READERS[seed.partition(" ")[0]], data)


@pytest.mark.parametrize("seed", [name for name in sorted(SEEDS) if name.startswith("bundle")])
def test_a_changed_archive_is_read_or_refused(seed: str) -> None:
    for data in mutations(gzip.compress(SEEDS[seed]), CHANGES, seed):
        answers(lambda data: READER.read(data, AS_OF), data)
    for data in mutations(SEEDS[seed], CHANGES, f"who {seed}"):
        answers(lambda data: read_who(data, "seed"), data)


OMOP = [
    f"omop {table}"
    for table in ("concept", "person", "condition_occurrence", "measurement", "drug_exposure")
]


def whole_cdm() -> Cdm:
    cdm = Cdm(1, 2)
    cdm.add("measurement", 1, measurement_concept_id=29463, measurement_date="2026-06-02",
            value_as_number=71.5, unit_concept_id=9529)  # fmt: skip
    cdm.add("drug_exposure", 2, drug_concept_id=11289,
            drug_exposure_start_date="2026-06-02", drug_exposure_end_date=None)  # fmt: skip
    return cdm


def parquet(folder: Path) -> bytes:
    pq.write_table(pa.table({"patient": ["1", "2"], "weight": [60.0, 70.0]}), folder / "p.parquet")
    return (folder / "p.parquet").read_bytes()


@pytest.mark.parametrize("form", ["table", "typed", "bundles", "export", *OMOP, "database"])
def test_a_changed_source_becomes_a_table_or_is_refused(tmp_path: Path, form: str) -> None:
    texts = folder_texts(SHIPPED)
    mapping = read_mapping(document(MAPPING.encode()), EDITION, AS_OF)
    line = (EXAMPLES / "fhir" / "two-complaints.json").read_bytes().replace(b"\n", b" ")
    cdm = whole_cdm().as_parquet(tmp_path / "cdm")
    files = {
        "table": (tmp_path / "t.csv", SEEDS["table"]),
        "typed": (tmp_path / "t.parquet", parquet(tmp_path)),
        "bundles": (tmp_path / "b.ndjson", line + b"\n" + line),
        "export": (tmp_path / "e.ndjson", b'{"resourceType":"Patient","id":"a"}\n' * 3),
        **{f"omop {one.stem}": (one, one.read_bytes()) for one in cdm.iterdir()},
        "database": (tmp_path / "d.duckdb", b""),
    }
    if form == "database":
        database = whole_cdm().as_database(tmp_path / "d.duckdb")
        files["database"] = (database, database.read_bytes())
    file, seed = files[form]
    place = str(cdm if form in OMOP else file)
    request = Request([place], str(tmp_path / "out.parquet"), AS_OF, texts, mapping)
    for data in mutations(seed, CHANGES if LARGE else 3, form):
        file.write_bytes(data)
        answers(lambda _: flatten(EDITION, request), data)


def test_a_changed_population_is_judged_or_refused(tmp_path: Path) -> None:
    # Arrow reads the file here, and refuses it in its own words.
    refused = (InputError, pa.ArrowException, OSError, ValueError)
    for data in mutations(parquet(tmp_path), CHANGES, "population"):
        with bounded(data), contextlib.suppress(*refused):
            judge_table(pq.read_table(pa.BufferReader(data)), EDITION, AS_OF)

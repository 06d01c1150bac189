"""A small OMOP CDM, invented: tables as rows, written as Parquet or into a DuckDB file."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

VOCABULARY = {
    239873007: ("SNOMED", "239873007", "Osteoarthritis of knee"),
    84757009: ("SNOMED", "84757009", "Epilepsy"),
    387480006: ("SNOMED", "387480006", "Lidocaine"),
    419199007: ("SNOMED", "419199007", "Allergy to substance"),
    63016: ("LOINC", "6301-6", "INR in Platelet poor plasma"),
    777: ("LOINC", "777-3", "Platelets [#/volume] in Blood"),
    29463: ("LOINC", "29463-7", "Body weight"),
    11289: ("RxNorm", "11289", "warfarin"),
    500: ("ATC", "B01AF02", "apixaban"),
    400: ("ICD10", "G40", "Epilepsy"),
    401: ("CIM10", "M17.1", "Gonarthrose primaire"),
    9529: ("UCUM", "kg", "kilogram"),
    9001: ("UCUM", "{INR}", "INR"),
    700: ("Local", "X1", "Something of this hospital"),
}
"""Concepts by an id that is ours, but for what is read by its id alone."""


class Cdm:
    """Tables that are filled by ``add`` and written by ``as_parquet`` or ``as_database``."""

    def __init__(self, *people: int) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.tables["concept"] = [
            {"concept_id": key, "vocabulary_id": system, "concept_code": code, "concept_name": name}
            for key, (system, code, name) in VOCABULARY.items()
        ]
        for person in people:
            self.add("person", person, gender_concept_id=8507, year_of_birth=1950, month_of_birth=2,
                     day_of_birth=3)  # fmt: skip
            self.add("condition_occurrence", person, condition_concept_id=239873007,
                     condition_start_date="2026-05-01")  # fmt: skip

    def add(self, table: str, person: int | None, **columns: Any) -> None:
        rows = self.tables[table]
        key = {} if table in ("person", "death") else {f"{table}_id": len(rows) + 1}
        rows.append({"person_id": person, **key, **columns})

    def as_parquet(self, folder: Path, *without: str) -> Path:
        folder.mkdir()
        for name, rows in self.tables.items():
            if name not in without:
                pq.write_table(_table(rows), folder / f"{name}.parquet")
        return folder

    def as_database(self, file: Path) -> Path:
        with duckdb.connect(str(file)) as database:
            for name, rows in self.tables.items():
                database.register("held", _table(rows))
                database.execute(f"CREATE TABLE {name} AS FROM held")
                database.unregister("held")
        return file


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [row.get(name) for row in rows] for name in columns})

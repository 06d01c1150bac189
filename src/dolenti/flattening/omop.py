"""The tables of an OMOP CDM 5.4, as Parquet or in a DuckDB file: each person's rows, put together.

DuckDB joins them with the vocabulary and sorts them by person, a part of the people at a time;
``omop_records`` makes records of them that the bedside reader reads.
"""

from __future__ import annotations

import glob
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec

from dolenti.flattening.bundles import Piece
from dolenti.guideline.errors import InputError
from dolenti.population.columns import insist_single_in
from dolenti.population.engines import no_parquet

_AT_ONCE: Final = 5_000
_MEMORY: Final = "1GB"
_SORTED: Final = 3_000_000
"""Rows that are sorted at once: DuckDB's sort gives up where there is some seven times more than
its memory."""
_VOCABULARY: Final = ("concept_id", "concept_name", "vocabulary_id", "concept_code")


class Concept(msgspec.Struct):
    """A concept as a row names it; without vocabulary and code where the vocabulary lacks it."""

    id: int | None = None
    vocabulary: str | None = None
    code: str | None = None
    name: str | None = None


class Row(msgspec.Struct, array_like=True):
    """One row of a person, whatever its table: what it is of, when, and what it says.

    ``said`` is the word or code of the source. ``several`` marks the latest of several rows of
    other days that tell the same.
    """

    person: str
    table: str
    id: str | None
    standard: Concept
    source: Concept
    answer: Concept
    unit: Concept
    said: str | None
    start: date | None
    end: date | None
    number: float | None
    text: str | None
    said_unit: str | None
    qualifier: int | None
    several: bool


_ABOUT: Final = ("concept_id", "source_concept_id", "source_value")
"""How every table ends the names of the columns that say what a row is of."""


@dataclass(frozen=True)
class _Table:
    """How a table names what rows have. A column that it has not is empty."""

    name: str
    about: str
    start: str
    end: str = ""
    number: str = ""
    text: str = ""
    answer: str = ""
    unit: str = ""
    said_unit: str = ""
    qualifier: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that are looked at."""
        named = (
            "person_id",
            f"{self.name}_id",
            *(f"{self.about}_{one}" for one in _ABOUT),
            self.start, self.end, self.number, self.text, self.answer, self.unit, self.said_unit,
            self.qualifier,
        )  # fmt: skip
        return tuple(dict.fromkeys(filter(None, named)))


_READ: Final = (
    _Table("person", "gender", "birth_datetime", text="born"),
    _Table("death", "cause", "death_date"),
    _Table(
        "condition_occurrence", "condition", "condition_start_date", "condition_end_date",
        qualifier="condition_status_concept_id",
    ),
    _Table("drug_exposure", "drug", "drug_exposure_start_date", "drug_exposure_end_date"),
    _Table(
        "measurement", "measurement", "measurement_date", number="value_as_number",
        text="value_source_value", answer="value_as_concept_id", unit="unit_concept_id",
        said_unit="unit_source_value", qualifier="operator_concept_id",
    ),
    _Table(
        "observation", "observation", "observation_date", number="value_as_number",
        text="value_as_string", answer="value_as_concept_id", unit="unit_concept_id",
        said_unit="unit_source_value", qualifier="qualifier_concept_id",
    ),
    _Table("procedure_occurrence", "procedure", "procedure_date"),
    _Table(
        "device_exposure", "device", "device_exposure_start_date", "device_exposure_end_date"
    ),
)  # fmt: skip
_NOT_READ: Final = ("note", "note_nlp", "specimen", "episode")
"""Tables that may speak of a patient too; their rows are counted."""
_BORN: Final = ("year_of_birth", "month_of_birth", "day_of_birth")


def holds_omop(path: Path) -> bool:
    """Whether a folder holds the tables of an OMOP CDM, or a file is a database of DuckDB."""
    if path.is_dir():
        return bool(_files(path, "person"))
    return path.suffix.lower() in (".duckdb", ".db")


def patients(place: Path, lost: Counter[str], unread: Counter[str]) -> Iterator[Piece]:
    """The rows of each person, for ``omop_records``; ``lost`` is told of rows without a person, by
    table, ``unread`` of the tables that may speak and are not read.

    Raises ``InputError`` for what is no such database, or breaks off.
    """
    try:
        with (
            tempfile.TemporaryDirectory(prefix="dolenti-") as folder,
            duckdb.connect() as store,
        ):
            store.execute("SET memory_limit = $1", [_MEMORY])
            store.execute("SET temp_directory = $1", [folder])
            _open(store, place)
            for table in _READ:
                lost[table.name] += _count(store, f"{table.name} WHERE person_id IS NULL")
            for name in _NOT_READ:
                unread[f"omop|{name}"] += _count(store, name)
            for counted in (lost, unread):
                for name in [name for name, count in counted.items() if not count]:
                    del counted[name]
            yield from _grouped(store)
    except duckdb.Error as error:
        raise no_parquet(error, place.name) from None


def _count(store: duckdb.DuckDBPyConnection, rows: str) -> int:
    ((count,),) = store.execute(f"SELECT count(*) FROM {rows}").fetchall()  # noqa: S608
    return int(count)


def _files(folder: Path, table: str) -> list[Path]:
    """The Parquet files of a table: one of its name, or a folder of parts."""
    for one in sorted(folder.iterdir()):
        if one.is_file() and one.name.lower() == f"{table}.parquet":
            return [one]
        if one.is_dir() and one.name.lower() in (table, f"{table}.parquet"):
            return sorted(one.rglob("*.parquet"))
    return []


def _open(store: duckdb.DuckDBPyConnection, place: Path) -> None:
    """A view of each table with all the columns that are looked at, NULL where it lacks one."""
    sources: dict[str, str] = {}
    if place.is_file():
        store.execute(f"ATTACH {_quoted(str(place))} AS cdm (READ_ONLY)")
        found = store.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'cdm'"
        ).fetchall()
        sources = {name.lower(): f'cdm."{schema}"."{name}"' for schema, name in found}
    else:
        read = {table.name: (*table.columns, *_BORN) for table in _READ}
        for name in (*read, *_NOT_READ, "concept"):
            files = _files(place, name)
            for file in files:
                insist_single_in(file, read.get(name, _VOCABULARY))
            paths = ", ".join(_quoted(glob.escape(str(file))) for file in files)
            if paths:
                sources[name] = f"read_parquet([{paths}], union_by_name = true)"
    if "person" not in sources:
        raise InputError(
            "there is no table “person”; an OMOP CDM has one",
            place.name,
            fr="la table «\u00a0person\u00a0» manque\u00a0; un OMOP CDM en a une",
        )
    _view(store, "concept", _VOCABULARY, sources.get("concept"))
    for name in _NOT_READ:
        _view(store, name, (), sources.get(name))
    for table in _READ:
        columns = (*table.columns, *_BORN) if table.name == "person" else table.columns
        _view(store, table.name, columns, sources.get(table.name))


def _view(
    store: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], source: str | None
) -> None:
    held: set[str] = set()
    if source is not None:
        described = store.execute(f"DESCRIBE FROM {source}").fetchall()
        held = {row[0].lower() for row in described}
    selected = [one if one in held else f"NULL AS {one}" for one in columns if one != "born"]
    if "born" in columns:
        selected.append("concat_ws('-', " + ", ".join(
            f"lpad({one}::VARCHAR, {4 if one == 'year_of_birth' else 2}, '0')" if one in held
            else "NULL" for one in _BORN
        ) + ") AS born")  # fmt: skip
    rows = f"FROM {source}" if source is not None else "WHERE false"
    store.execute(f"CREATE VIEW {name} AS SELECT {', '.join(selected) or '1'} {rows}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _grouped(store: duckdb.DuckDBPyConnection) -> Iterator[Piece]:
    parts = 1 + sum(_count(store, table.name) for table in _READ) // _SORTED
    for part in range(parts):
        of_part = f"hash(told.person_id) % {parts} = {part}"
        rows = " UNION ALL ".join(_rows(table, of_part) for table in _READ)
        yield from _of_each(store.execute(f"{rows} ORDER BY 1"))


def _of_each(found: duckdb.DuckDBPyConnection) -> Iterator[Piece]:
    held: list[tuple[Any, ...]] = []
    while some := found.fetchmany(_AT_ONCE):
        for row in some:
            if held and row[0] != held[0][0]:
                yield _piece(held)
                held = []
            held.append(row)
    if held:
        yield _piece(held)


def _piece(rows: list[tuple[Any, ...]]) -> Piece:
    return f"person/{rows[0][0]}", msgspec.json.encode(rows)


def _rows(table: _Table, of_part: str) -> str:
    """The rows of a table, each as a ``Row``. A disease that is told again at every visit is one,
    as it was told last."""
    about = table.about
    start, end = _as(table.start, "DATE"), _as(table.end, "DATE")
    several, last = "false", ""
    if table.name == "condition_occurrence":
        alike = ("person_id", *(f"{about}_{one}" for one in _ABOUT))
        same = f"PARTITION BY {', '.join(f'told.{one}' for one in alike)}"
        several = f"coalesce(min({start}) OVER ({same}) < max({start}) OVER ({same}), false)"
        last = (
            f" QUALIFY row_number() OVER ({same} ORDER BY {start} DESC NULLS LAST,"
            f" {end} DESC NULLS FIRST, {_as(table.qualifier, 'BIGINT')}) = 1"
        )
    concepts = {
        "standard": f"{about}_concept_id",
        "source": f"{about}_source_concept_id",
        "answer": table.answer,
        "unit": table.unit,
    }
    selected = [
        _as("person_id", "VARCHAR"),
        _quoted(table.name),
        _as(f"{table.name}_id", "VARCHAR"),
        *(
            f"struct_pack(id := {_as(column, 'BIGINT')}, vocabulary := {name}.vocabulary_id,"
            f" code := {name}.concept_code, name := {name}.concept_name)"
            for name, column in concepts.items()
        ),
        _as(f"{about}_source_value", "VARCHAR"),
        start,
        end,
        _as(table.number, "DOUBLE"),
        _as(table.text, "VARCHAR"),
        _as(table.said_unit, "VARCHAR"),
        _as(table.qualifier, "BIGINT"),
        several,
    ]
    joined = "".join(
        f" LEFT JOIN concept {name} ON {name}.concept_id = {_as(column, 'BIGINT')}"
        for name, column in concepts.items()
    )
    return (
        f"SELECT {', '.join(selected)} FROM {table.name} told{joined}"  # noqa: S608
        f" WHERE told.person_id IS NOT NULL AND {of_part}{last}"
    )


def _as(column: str, kind: str) -> str:
    """A column as it is to be; NULL where it cannot be, or where there is none."""
    return f"try_cast(told.{column} AS {kind})" if column else f"NULL::{kind}"

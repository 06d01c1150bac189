"""Random populations, for measuring and for trying the reader before a registry's data comes.

Values are drawn in DuckDB, column by column, with a part of every column missing. They are nobody's
data, and no medicine: a column knows nothing of its neighbours.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from dolenti.guideline.knowledge import Edition
from dolenti.population.schema import (
    BIRTH_DATE,
    BIRTH_DATE_LAST,
    COMPLAINT,
    PATIENT,
    Column,
    wide_schema,
)

MISSING: Final = 0.15
"""The part of each column that is unknown."""


def generate(
    file: Path, rows: int, edition: Edition, as_of: date, *, missing: float = MISSING, seed: int = 1
) -> None:
    """Write ``rows`` random rows of the wide table of an edition to a parquet file.

    Most yes-or-no facts are a "no", as in a clinic; ``missing`` is the part of every column that
    is unknown. The same seed and DuckDB version give the same file.
    """
    # Every day of birth that is known is known whole.
    columns = [one for one in wide_schema(edition).values() if one.name != BIRTH_DATE_LAST]
    drawn = {
        column.name: _drawn(column, as_of, missing, number + 1000 * seed)
        for number, column in enumerate(columns)
    }
    # The birth date says the age, and the condition has a zone: nothing may contradict them.
    drawn["age"] = "CAST(NULL AS DOUBLE)"
    drawn["zone"] = _zone(drawn["condition"], edition)
    listed = ", ".join(f'{value} AS "{name}"' for name, value in drawn.items())
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {listed} FROM range({rows:d}) AS rows(number)) "  # noqa: S608 - ours
            f"TO '{_quoted(file)}' (FORMAT parquet, ROW_GROUP_SIZE 122880)"
        )


def _zone(condition: str, edition: Edition) -> str:
    """SQL that gives the last zone of the condition drawn, or of no condition."""
    cases = " ".join(f"WHEN '{c.id}' THEN '{c.zones[-1]}'" for c in edition.conditions)
    return f"CASE {condition} {cases} END"


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


def _drawn(column: Column, as_of: date, missing: float, salt: int) -> str:
    """SQL that draws one column: a value from the row's number, or NULL."""
    if column.name in (PATIENT, COMPLAINT):
        return "number" if column.name == PATIENT else "1"
    # A hash of the row's number, not random(): any number of threads gives the same rows.
    known = f"(hash(number, {salt:d}) % 10000) >= {round(missing * 10000):d}"
    return f"CASE WHEN {known} THEN {_value(column, as_of, f'hash({salt:d}, number)')} END"


def _value(column: Column, as_of: date, draw: str) -> str:
    day = f"DATE '{as_of.isoformat()}'"
    if column.name == BIRTH_DATE:
        return f"{day} - CAST({draw} % 34000 AS INTEGER)"
    fact = column.fact
    assert fact is not None
    if column.dates:
        return f"{day} - CAST({draw} % 10 AS INTEGER)"
    if column.type == "boolean":
        return f"{draw} % 100 < 2"
    if column.type == "number":
        low, high = fact.range or (0, 100)
        return f"round({low} + ({draw} % 1000000) / 1000000.0::DOUBLE * {high - low}, 1)"
    if column.type == "date":
        way = "+" if fact.future else "-"
        never = "DATE '9999-12-31'" if fact.future else "DATE '0001-01-01'"
        some = f"{day} {way} CAST({draw} % 800 AS INTEGER)"
        return f"CASE WHEN {draw} % 3 = 0 THEN {never} ELSE {some} END"
    words = ", ".join(f"'{option.id}'" for option in fact.options)
    # The first answer, often "none", is as frequent as all others together.
    place = f"CASE WHEN {draw} % 2 = 0 THEN 1 ELSE 1 + {draw} // 2 % {len(fact.options)} END"
    return f"([{words}])[CAST({place} AS BIGINT)]"

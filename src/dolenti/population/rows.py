"""One case as a row of the wide table: how a clinic's own records enter a population file.

The row says what the case says, unknown where it is silent. Judged by the same edition on the
same day, it gets the case's verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from dolenti.guideline.birth import PartialDate, first_day
from dolenti.guideline.facts import NEVER, Case
from dolenti.guideline.freshness import day_that_counts
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.spoken_against import heard
from dolenti.population.schema import (
    BIRTH_DATE,
    BIRTH_DATE_LAST,
    COMPLAINT,
    PATIENT,
    Column,
    date_column,
    member_column,
    never,
    wide_schema,
)

ARROW_TYPES = {
    "identifier": pa.string(),
    "boolean": pa.bool_(),
    "number": pa.float64(),
    "word": pa.string(),
    "date": pa.date32(),
}


def to_row(case: Case, patient: str, schema: Mapping[str, Column]) -> dict[str, Any]:
    """The row of a case, by column name; a column that is absent is unknown.

    ``schema`` is ``wide_schema`` of the edition. Raises ``KeyError`` for a fact it does not have.
    """
    row: dict[str, Any] = {PATIENT: patient, COMPLAINT: case.complaint.id}
    if case.birth_date is not None:
        row[BIRTH_DATE] = first_day(case.birth_date)
    if isinstance(case.birth_date, PartialDate):
        row[BIRTH_DATE_LAST] = case.birth_date.last
    said = {
        "sex": case.sex,
        "condition": case.complaint.condition,
        "zone": case.complaint.zone,
        "side": case.complaint.side,
        "since": case.complaint.since,
    }
    row.update({fact: value for fact, value in said.items() if value is not None})
    facts = case.facts
    if case.unread:
        facts = heard(case, {c.fact.id: c.fact for c in schema.values() if c.fact is not None})
    for fact, known in facts.items():
        if isinstance(known.value, Mapping):
            row.update({member_column(fact, m): has for m, has in known.value.items()})
        else:
            definition = schema[fact].fact
            assert definition is not None
            row[fact] = never(definition) if known.value is NEVER else known.value
        at = schema.get(date_column(fact))
        if known.at is not None and at is not None:
            assert at.fact is not None
            row[at.name] = day_that_counts(at.fact, known.value, known.at, case.as_of)
    return row


def to_table(rows: Iterable[Mapping[str, Any]], edition: Edition) -> pa.Table:
    """Rows as an Arrow table with every column of the edition's wide schema; no rows give the
    empty table that a registry fills."""
    columns = wide_schema(edition).values()
    fields = pa.schema([(column.name, ARROW_TYPES[column.type]) for column in columns])
    return pa.Table.from_pylist([dict(row) for row in rows], schema=fields)

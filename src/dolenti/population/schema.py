"""The wide table of a population: which columns the dictionary asks for, and what they may hold.

One row is one complaint of one patient. A fact is a column of the same name; a set is one
three-valued column per member (``allergy__lidocaine``); a fact that goes stale has the day of its
value beside it (``inr__at``). Unknown is NULL everywhere. This module reads no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dolenti.guideline.knowledge import Edition, FactDefinition

PATIENT: Final = "patient"
COMPLAINT: Final = "complaint"
BIRTH_DATE: Final = "birth_date"
BIRTH_DATE_LAST: Final = "birth_date_last"
"""Where the day of birth is not known: the last day that it may be, ``birth_date`` being the first.
"""

# A date column has no room for the word "never". These two days stand for it: every comparison
# with them is false, as it is for the evaluator.
NEVER_PAST: Final = date(1, 1, 1)
NEVER_FUTURE: Final = date(9999, 12, 31)

ColumnType = Literal["identifier", "boolean", "number", "word", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the wide table. ``fact`` is none for who the row is about; ``member`` is set
    for one member of a set; ``dates`` marks the day of a value, not the value."""

    name: str
    type: ColumnType
    fact: FactDefinition | None = None
    member: str | None = None
    dates: bool = False


def wide_schema(edition: Edition) -> dict[str, Column]:
    """Every column that a file may have, by name, in the order of the dictionary.

    ``patient`` alone must be there: a fact whose column is absent is unknown for all.
    """
    columns = [
        Column(PATIENT, "identifier"),
        Column(COMPLAINT, "identifier"),
        Column(BIRTH_DATE, "date"),
        Column(BIRTH_DATE_LAST, "date"),
    ]
    for fact in edition.facts:
        columns += _columns_of(fact)
    return {column.name: column for column in columns}


def _columns_of(fact: FactDefinition) -> Iterator[Column]:
    if fact.type == "set":
        for option in fact.options:
            yield Column(member_column(fact.id, option.id), "boolean", fact, option.id)
    else:
        kind: ColumnType = "word" if fact.type == "choice" else fact.type
        yield Column(fact.id, kind, fact)
    if fact.fresh_for:
        yield Column(date_column(fact.id), "date", fact, dates=True)


def member_column(fact: str, member: str) -> str:
    """The column of one member of a set."""
    return f"{fact}__{member}"


def date_column(fact: str) -> str:
    """The column of the day on which a fact's value was true."""
    return f"{fact}__at"


def never(fact: FactDefinition) -> date:
    """The day that stands for "never" in a date fact's column."""
    return NEVER_FUTURE if fact.future else NEVER_PAST

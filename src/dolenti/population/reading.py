"""What a population file must be, and what is said of one that is not.

Nothing is repaired in silence. A column of the wrong type, a NaN, a patient twice or an impossible
value refuses the file, with every problem named and counted at once. Who asks for it gets
impossible values *set aside* instead: they count as unknown, and how many there were is said. An
absent column is no error: its fact is unknown for all, and that is said too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.near import nearest, shown
from dolenti.guideline.numbers import grouped, number_in_words
from dolenti.population.columns import insist_single_in
from dolenti.population.engines import Engine
from dolenti.population.expressions import answer_bits, answers, array_position, choice_bits
from dolenti.population.kleene import Table, Value
from dolenti.population.layers import completed_years, last_birth
from dolenti.population.schema import (
    BIRTH_DATE,
    BIRTH_DATE_LAST,
    COMPLAINT,
    PATIENT,
    Column,
    never,
    wide_schema,
)

ROWS_AT_ONCE = 2_000_000
"""Identifiers are compared by parts of about this many rows, so that memory stays flat."""
LOW_BITS = 2**30 - 1
OLDEST = 120


@dataclass(frozen=True)
class Readable:
    """A table that may be judged: only columns of the wide schema, each of its type.

    ``absent`` are the facts that are unknown for all; ``unread`` the columns that mean nothing
    here; ``set_aside`` the counted sentences on values that were taken as unknown.
    """

    table: Table
    rows: int
    absent: tuple[str, ...]
    unread: tuple[str, ...]
    set_aside: tuple[Text, ...] = ()


@dataclass(frozen=True)
class _Doubt:
    """A suspicion about a column, and what is bad in it. ``fatal``: no value is left to judge."""

    column: str
    what: Text
    bad: Value
    fatal: bool = False


def read_population(
    engine: Engine, file: str, edition: Edition, as_of: date, *, set_aside: bool = False
) -> Readable:
    """Open a file and check every value. Raises ``InputError`` with all that is wrong."""
    raw = engine.read(file)
    if "://" not in file:  # of another address Spark refuses such a file itself
        insist_single_in(Path(file), wide_schema(edition))
    return read_table(engine, raw, file, edition, as_of, set_aside=set_aside)


def read_table(
    engine: Engine, raw: Table, file: str, edition: Edition, as_of: date, *, set_aside: bool = False
) -> Readable:
    """Check every value of a table of the engine; ``file`` is what a refusal calls it. Raises
    ``InputError`` with all that is wrong."""
    schema = wide_schema(edition)
    types = dict(raw.schema().items())
    _refuse_sets_in_one_column(types, edition, file)
    _refuse_wrong_types(types, schema, file)
    # A column of nothing but NULLs may come without a type: it says as much as an absent one.
    present = {name for name in schema if name in types and not _is_untyped(types[name])}
    table = raw.select(**{n: _as_type(raw[n], c) for n, c in schema.items() if n in present})
    doubts = list(_doubts(table, Dictionary.of(edition), schema, as_of))
    found = engine.one_row(
        table.aggregate(
            rows=table.count(),
            **{str(number): doubt.bad.sum() for number, doubt in enumerate(doubts)},
        )
    )
    rows = found["rows"]
    if not rows:
        raise InputError("the file has no row", file, fr="le fichier n’a aucune ligne")
    wrong = [(d, found[str(number)]) for number, d in enumerate(doubts) if found[str(number)]]
    twice = _rows_too_many(engine, table, rows)
    if twice:
        key = Text(fr="le patient", en="a patient")
        if COMPLAINT in present:
            key = Text(fr="le patient et la douleur", en="a patient and complaint")
        raise InputError(
            f"{twice:,} rows repeat {key.en} that another row has; one row is one complaint",
            file,
            fr=f"lignes qui répètent {key.fr} d’une autre\u00a0: {grouped(twice, 'fr')}\u00a0; "
            "une ligne décrit une douleur",
        )
    if wrong and (not set_aside or any(doubt.fatal for doubt, _ in wrong)):
        says = [_sentence(doubt, count) for doubt, count in wrong]
        hint = Text(fr="", en="")
        if not any(doubt.fatal for doubt, _ in wrong):
            hint = Text(
                fr=" (--set-aside les traite comme inconnues)",
                en=" (--set-aside takes these as unknown)",
            )
        raise InputError(
            "; ".join(one.en for one in says) + hint.en,
            file,
            fr="\u00a0; ".join(one.fr for one in says) + hint.fr,
        )
    cleaned = {
        doubt.column: ibis.ifelse(doubt.bad, ibis.null(), table[doubt.column]) for doubt, _ in wrong
    }
    return Readable(
        table=table.mutate(**cleaned) if cleaned else table,
        rows=rows,
        absent=_absent_facts(schema, present),
        unread=tuple(name for name in types if name not in schema),
        set_aside=tuple(_sentence(doubt, count) for doubt, count in wrong),
    )


def _sentence(doubt: _Doubt, count: int) -> Text:
    one = count == 1
    return Text(
        fr=f"{doubt.column}\u00a0: {grouped(count, 'fr')} ligne{'' if one else 's'} "
        f"{doubt.what.fr}",
        en=f"{doubt.column}: {count:,} {'row' if one else 'rows'} {doubt.what.en}",
    )


def _refuse_sets_in_one_column(types: Mapping[str, Any], edition: Edition, file: str) -> None:
    for fact in edition.facts:
        if fact.type == "set" and fact.id in types:
            member = f"{fact.id}__{fact.options[0].id}"
            raise InputError(
                f"“{fact.id}” is a set: give each member its own column of true, false and NULL, "
                f"as {member}",
                file,
                fr=f"«\u00a0{fact.id}\u00a0» est un ensemble\u00a0: donnez à chaque membre sa "
                f"colonne de true, false et NULL, comme {member}",
            )


def _refuse_wrong_types(types: Mapping[str, Any], schema: Mapping[str, Column], file: str) -> None:
    if PATIENT not in types:
        close = nearest(PATIENT, types)
        raise InputError(
            f"the column “{PATIENT}” is missing{close.en}",
            file,
            fr=f"il manque la colonne «\u00a0{PATIENT}\u00a0»{close.fr}",
        )
    wrong = [
        (name, shown(types[name]), _EXPECTED[column.type])
        for name, column in schema.items()
        if name in types and not _is_untyped(types[name]) and not _fits(types[name], column)
    ]
    if wrong:
        raise InputError(
            "; ".join(f"{name} is {kind}, and should be {due.en}" for name, kind, due in wrong),
            file,
            fr="\u00a0; ".join(
                f"{name} est {kind}\u00a0: il faut {due.fr}" for name, kind, due in wrong
            ),
        )


_EXPECTED = {
    "identifier": Text(fr="un texte ou un nombre entier", en="text or a whole number"),
    "boolean": Text(fr="un booléen", en="boolean"),
    "number": Text(fr="un nombre", en="a number"),
    "word": Text(fr="un texte", en="text"),
    "date": Text(fr="une date", en="a date"),
}


def _is_untyped(kind: Any) -> bool:
    """Whether a column is of parquet's NULL type, which Ibis does not know on DuckDB."""
    return bool(kind.is_null() or (kind.is_unknown() and "NULL" in str(kind)))


def _fits(kind: Any, column: Column) -> bool:
    if column.type == "identifier":
        return bool(kind.is_string() or kind.is_integer())
    if column.type == "boolean":
        return bool(kind.is_boolean())
    if column.type == "number":
        return bool(kind.is_numeric() and not kind.is_boolean())
    if column.type == "word":
        return bool(kind.is_string())
    return bool(kind.is_date() or (kind.is_timestamp() and kind.timezone is None))


def _as_type(value: Value, column: Column) -> Value:
    if column.type == "number":
        return value.cast("float64")
    return value.cast("date") if column.type == "date" else value


def _doubts(
    table: Table, dictionary: Dictionary, schema: Mapping[str, Column], as_of: date
) -> Iterator[_Doubt]:
    """Everything that a value could be wrong in; ``sum`` of each says in how many rows it is."""
    yield _Doubt(
        PATIENT,
        Text(fr="sans patient", en="without a patient"),
        table[PATIENT].isnull(),
        fatal=True,
    )
    for name in table.columns:
        column = schema[name]
        value = table[name]
        if column.type == "number":
            nan = Text(fr="avec NaN, qui n’est pas un nombre", en="with NaN, which is no number")
            yield _Doubt(name, nan, value.isnan(), fatal=True)
            low, high = (column.fact and column.fact.range) or (-math.inf, math.inf)
            out = ~value.between(low, high) & ~value.isnan()
            least, most = (number_in_words(bound, None, "fr") for bound in (low, high))
            outside = Text(fr=f"hors de {least} à {most}", en=f"outside {low:g} to {high:g}")
            yield _Doubt(name, outside, out)
        elif column.type == "word" and column.fact:
            options = [option.id for option in column.fact.options]
            strange = array_position(options, value).fill_null(0) == 0
            answer = Text(fr="avec une réponse inconnue", en="with an unknown answer")
            yield _Doubt(name, answer, strange & value.notnull())
        elif column.type == "date" and column.fact and not column.dates:
            day = Text(fr="avec une date impossible", en="with an impossible date")
            yield _Doubt(name, day, _impossible_day(value, column, as_of))
    if BIRTH_DATE in table.columns:
        birth = table[BIRTH_DATE]
        years, youngest = (completed_years(day, as_of) for day in (birth, last_birth(table, as_of)))
        impossible = (birth > as_of) | (youngest > OLDEST)
        if BIRTH_DATE_LAST in table.columns:
            last = table[BIRTH_DATE_LAST]
            beyond = (last < birth) | (last.year() != birth.year())
            impossible |= beyond.fill_null(False)
        birth_says = Text(
            fr="avec une date de naissance impossible", en="with an impossible birth date"
        )
        yield _Doubt(BIRTH_DATE, birth_says, impossible)
        if "age" in table.columns:
            other = (table["age"] != years) & (table["age"] != youngest)
            disagrees = Text(
                fr="dont l’âge contredit la date de naissance",
                en="whose age does not agree with the birth date",
            )
            yield _Doubt("age", disagrees, other)
    if {"zone", "condition"} <= set(table.columns):
        elsewhere = _elsewhere(table, dictionary)
        misplaced = Text(
            fr="dont le diagnostic ne concerne pas la zone",
            en="whose condition does not lie in the zone",
        )
        yield _Doubt("zone", misplaced, elsewhere)


def _impossible_day(value: Value, column: Column, as_of: date) -> Value:
    assert column.fact is not None
    latest = as_of if column.fact.past else date(as_of.year + 20, 12, 31)
    possible = value.between(date(1900, 1, 1), latest) | (value == never(column.fact))
    return ~possible


def _elsewhere(table: Table, dictionary: Dictionary) -> Value:
    """Where the stated zone is none of the stated condition's."""
    definitions = dictionary.definitions
    condition = choice_bits(table["condition"], definitions["condition"])
    zone = choice_bits(table["zone"], definitions["zone"])
    conditions, zones = (answer_bits(definitions[f]) for f in ("condition", "zone"))
    possible = ibis.cases(
        *(
            (condition == bit, answers(sum(zones[z] for z in dictionary.condition_zones[name])))
            for name, bit in conditions.items()
        )
    )
    return possible & zone == 0


def _rows_too_many(engine: Engine, table: Table, rows: int) -> int:
    """How many rows repeat the patient and complaint of another."""
    keys = [name for name in (PATIENT, COMPLAINT) if name in table.columns]
    parts = -(-rows // ROWS_AT_ONCE)
    repeated = 0
    for part in range(parts):
        # The remainder of a negative number is negative: the bits of a hash above the last thirty
        # are cut off first.
        share = (table[PATIENT].hash() & LOW_BITS) % parts == part
        some = table if parts == 1 else table.filter(share)
        groups = some.group_by(keys).aggregate(rows=some.count())
        repeated += engine.one_row(groups.aggregate(extra=(groups["rows"] - 1).sum()))["extra"] or 0
    return repeated


def _absent_facts(schema: Mapping[str, Column], present: set[str]) -> tuple[str, ...]:
    """The facts of which no column is there. The day of a value is no value."""
    facts: dict[str, bool] = {}
    for column in schema.values():
        if column.fact is not None and not column.dates:
            there = column.name in present
            facts[column.fact.id] = facts.get(column.fact.id, False) or there
    return tuple(fact for fact, there in facts.items() if not there)

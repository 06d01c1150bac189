"""Facts that somebody declares complete: what is silent there is answered, with the reason kept.

"Every allergy of our patients stands in this table" is not to be read from the table. Whoever knows
it says so, fact by fact, and the file says it to all who read it after.

Silence is a patient's, not a row's: what any row, file or record of a patient speaks of, understood
or not, is no silence in another. So it is answered last, when all was read; DuckDB does it, on disk
where need be.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dolenti.flattening.groups import gathered
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, Dictionary
from dolenti.guideline.judge import reassuring_value
from dolenti.guideline.knowledge import Edition, FactDefinition
from dolenti.population.rows import to_table
from dolenti.population.schema import PATIENT, member_column, never

LEAST_REASON = 10
"""Letters that a reason has at least."""
SPOKEN: Final = "dolenti.spoken"
"""In a row: the facts of which its source speaks, and that it does not know."""
NO_COMPLAINT: Final = "dolenti.no-complaint"
"""Marks the row of a record without a complaint, which speaks of its patient and is not written."""
_AT_ONCE: Final = 10_000
_MEMORY: Final = "512MB"


def read_closed(pairs: Iterable[str], edition: Edition) -> dict[str, str]:
    """Facts and why each is complete, from ``FACT=REASON``. Raises ``InputError`` for a fact that
    is none, that has no answer to fall back on, or without a reason worth the name."""
    dictionary = Dictionary.of(edition)
    closed: dict[str, str] = {}
    for pair in pairs:
        name, equals, reason = pair.partition("=")
        name, reason = name.strip(), " ".join(reason.split())
        try:
            definition = dictionary.definition(name)
        except InputError as error:
            raise InputError(error.what, "--closed", fr=error.fr) from None
        if reassuring_value(definition) is None:
            raise InputError(
                f"“{name}” has no answer that silence could mean; leave it unknown",
                "--closed",
                fr=f"«\u00a0{name}\u00a0» n’a pas de réponse que le silence puisse "
                "signifier\u00a0; laissez-la inconnue",
            )
        letters = [letter for letter in reason if letter.isalpha()]
        if not equals or len(letters) < LEAST_REASON or len(set(letters)) < LEAST_REASON // 2:
            raise InputError(
                f"say why silence means no for “{name}”: --closed {name}=REASON",
                "--closed",
                fr="indiquez pour quel motif le silence vaut un non pour "
                f"«\u00a0{name}\u00a0»\u00a0: "
                f"--closed {name}=MOTIF",
            )
        closed[name] = reason
    return closed


def speaks(facts: Iterable[str], closed: Iterable[str]) -> dict[str, Any]:
    """What a row says of the facts that its source speaks of without their being known; nothing,
    where none of them was declared closed."""
    spoken = sorted(set(facts).intersection(closed))
    return {SPOKEN: spoken} if spoken else {}


def answered(
    batches: Iterable[list[dict[str, Any]]], closed: Iterable[str], edition: Edition
) -> Iterator[pa.Table]:
    """The same rows, as tables, with what is silent of the closed facts answered.

    A fact of the patient is answered where no row of the patient speaks of it otherwise; one of
    a complaint, where its own row does not. Raises what DuckDB and the disk raise.
    """
    with tempfile.TemporaryDirectory(prefix="dolenti-") as folder:
        raw = Path(folder) / "raw.parquet"
        plain = to_table([], edition).schema
        schema = plain.append(pa.field(SPOKEN, pa.list_(pa.string()))).append(
            pa.field(NO_COMPLAINT, pa.bool_())
        )
        with pq.ParquetWriter(raw, schema) as writer:
            for table in gathered(batches, lambda rows: pa.Table.from_pylist(rows, schema)):
                writer.write_table(table)
        with duckdb.connect() as store:
            store.execute("SET memory_limit = $1", [_MEMORY])
            store.execute("SET temp_directory = $1", [folder])
            found = store.sql(_answering(list(closed), edition), params=[str(raw)])
            for batch in found.to_arrow_reader(_AT_ONCE):
                yield pa.Table.from_batches([batch]).select(plain.names).cast(plain)


def _answering(closed: list[str], edition: Edition) -> str:
    """The statement that answers: what the rows of each patient speak of, then each row anew."""
    definitions = Dictionary.of(edition).definitions
    spoken: list[str] = []
    replaced: list[str] = []
    for fact in closed:
        for column, value in _columns(definitions[fact]).items():
            name, silent = _name(column), _literal(value)
            speaks_of = (
                f"coalesce(list_contains({_name(SPOKEN)}, {_literal(fact)}), false)"
                f" OR coalesce({name} <> {silent}, false)"
            )
            if definitions[fact].about == "complaint":
                blocked = speaks_of
            else:
                blocked = _name(f"spoken.{column}")
                spoken.append(f", bool_or({speaks_of}) AS {blocked}")
            answer = f"CASE WHEN {blocked} THEN {name} ELSE coalesce({name}, {silent}) END"
            replaced.append(f"{answer} AS {name}")
    # Names and answers are those of the edition, and quoted.
    return (
        f"WITH raw AS (SELECT * FROM read_parquet($1)), told AS (SELECT {PATIENT}"  # noqa: S608
        f"{''.join(spoken)} FROM raw GROUP BY {PATIENT}) SELECT * REPLACE ({', '.join(replaced)})"
        f" FROM raw JOIN told USING ({PATIENT}) WHERE {_name(NO_COMPLAINT)} IS NULL"
    )


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    quoted = "'" + str(value).replace("'", "''") + "'"
    return quoted if isinstance(value, str) else f"DATE {quoted}"


def _columns(fact: FactDefinition) -> Mapping[str, Any]:
    """The columns that silence fills, and with what."""
    value = reassuring_value(fact)
    if value is NEVER:
        return {fact.id: never(fact)}
    if isinstance(value, Mapping):
        return {member_column(fact.id, member): has for member, has in value.items()}
    return {fact.id: value}

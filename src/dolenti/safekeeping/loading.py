"""Rows into new empty tables, by INSERT alone, and the proof that they are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connections, transaction

from dolenti.guideline.errors import InputError
from dolenti.safekeeping.file import Digest
from dolenti.safekeeping.rows import RowError, RowForm
from dolenti.safekeeping.snapshot import table_lines
from dolenti.safekeeping.steps import Counter, Steps
from dolenti.safekeeping.tables import Column, Schema, Table, migrate_to
from dolenti.safekeeping.trouble import Trouble, trouble

_BATCH = 500


class Source(Protocol):
    """Where rows come from: a backup, or another database."""

    def lines(self, table: Table) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class Proof:
    """One table on both sides: rows, and the hash of all rows in order of their key."""

    table: str
    rows: int
    sha256: str
    rows_there: int
    sha256_there: str

    @property
    def equal(self) -> bool:
        return (self.rows, self.sha256) == (self.rows_there, self.sha256_there)


def fill(source: Source, schema: Schema, alias: str, total: int, steps: Steps) -> list[Proof]:
    """Make a schema's tables in an empty database, load every row, compare, then bring the
    tables up to today's program. Raises ``InputError`` at the first difference.

    The caller answers for all or nothing: a failure leaves a half-filled database.
    """
    progress = steps("make")
    progress(0.0)
    migrate_to(alias, schema)
    _clear(schema, alias)
    progress(1.0)
    with transaction.atomic(using=alias):
        digests = load(source, schema, alias, Counter(steps("load"), total))
        connections[alias].check_constraints()
        _reset_sequences(schema, alias)
        _count_for_plans(alias)
    proofs = compare(digests, schema, alias, Counter(steps("compare"), total))
    # Whatever newer migrations do to the rows, they do to rows that have been proved equal.
    call_command("migrate", database=alias, verbosity=0, interactive=False)
    return proofs


def compare(
    digests: dict[str, Digest], schema: Schema, alias: str, counter: Counter
) -> list[Proof]:
    """Read everything back, and prove it equal. Raises ``InputError`` for a difference."""
    proofs = []
    for table in schema.tables:
        there = Digest(RowForm(table))
        for line in table_lines(alias, table):
            there.add(line)
            counter.add()
        here = digests[table.label]
        proofs.append(Proof(table.label, here.rows, here.sha256, there.rows, there.sha256))
    for proof in proofs:
        if not proof.equal:
            raise InputError(
                f"what was loaded into {proof.table} is not what was read "
                f"({proof.rows_there} of {proof.rows} rows); nothing was changed",
                fr=f"ce qui a été chargé dans {proof.table} n’est pas ce qui a été lu "
                f"({proof.rows_there} lignes sur {proof.rows})\u00a0; rien n’a été modifié",
            )
    return proofs


def load(source: Source, schema: Schema, alias: str, counter: Counter) -> dict[str, Digest]:
    """INSERT every row of every table. Gives what was read, counted and hashed."""
    digests = {}
    for table in schema.tables:
        form = RowForm(table)
        digests[table.label] = digest = Digest(form)
        insert = _Insert(table, alias)

        def seen(line: bytes, form: RowForm = form, digest: Digest = digest) -> Any:
            digest.add(line)
            counter.add()
            return form.row(line)

        try:
            lines = source.lines(table)
            while batch := [seen(line) for line in islice(lines, _BATCH)]:
                insert(batch)
        except (DatabaseError, RowError, ValueError) as error:
            if trouble(error) is Trouble.FULL:
                raise
            raise InputError(
                f"a row near number {digest.rows} of {table.label} does not fit this database "
                f"({type(error).__name__}); nothing was changed",
                fr=f"une ligne proche du numéro {digest.rows} de {table.label} ne convient pas à "
                f"cette base ({type(error).__name__})\u00a0; rien n’a été modifié",
            ) from None
    return digests


class _Insert:
    """INSERTs batches of rows into one table, every value as its field wants it."""

    def __init__(self, table: Table, alias: str) -> None:
        self._connection = connections[alias]
        quote = self._connection.ops.quote_name
        columns = ", ".join(quote(column.name) for column in table.columns)
        marks = ", ".join("%s" for _ in table.columns)
        self._sql = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})"  # noqa: S608
        self._prepare = [self._prepared(column) for column in table.columns]

    def _prepared(self, column: Column) -> Callable[[Any], Any]:
        if column.kind == "JSONField" or column.type in (int, str):
            return lambda value: value
        connection = self._connection
        return lambda value: column.field.get_db_prep_save(value, connection)

    def __call__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        prepared = [
            tuple(
                None if value is None else prepare(value)
                for prepare, value in zip(self._prepare, row, strict=True)
            )
            for row in rows
        ]
        with self._connection.cursor() as cursor:
            cursor.executemany(self._sql, prepared)


def _clear(schema: Schema, alias: str) -> None:
    # A migration may have written rows of its own; those in the backup take their place.
    connection = connections[alias]
    with connection.cursor() as cursor:
        for table in reversed(schema.tables):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608
    connection.check_constraints()


def _count_for_plans(alias: str) -> None:
    """PostgreSQL plans by what it counted of its tables, and has counted nothing of new ones: until
    it comes to that by itself, a search among 100,000 patients takes ten seconds."""
    if connections[alias].vendor == "postgresql":
        with connections[alias].cursor() as cursor:
            cursor.execute("ANALYZE")


def _reset_sequences(schema: Schema, alias: str) -> None:
    connection = connections[alias]
    models = [table.model for table in schema.tables]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)

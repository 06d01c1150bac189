"""A database as it was at one moment, read while others go on writing.

SQLite: a copy is made by its own online backup, under one read transaction, and checked; the copy
is read at leisure. PostgreSQL: one read-only transaction at REPEATABLE READ.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast, Collate

from dolenti.access.chain import Head
from dolenti.guideline.errors import InputError
from dolenti.safekeeping.leftovers import held
from dolenti.safekeeping.places import connected, scratch
from dolenti.safekeeping.rows import RowError, RowForm
from dolenti.safekeeping.steps import Progress, Steps
from dolenti.safekeeping.tables import Schema, Table, applied_schema

_PAGES = 2000  # of SQLite, between two words on the progress
_ROWS = 500  # held in memory at once


@dataclass(frozen=True)
class Snapshot:
    """A database that stands still for as long as it is looked at."""

    alias: str
    schema: Schema
    database: str  # which, in words: for the manifest

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        count: int = table.model._base_manager.using(self.alias).count()
        return count

    def trail_end(self) -> str:
        """The end of the audit trail; nothing where there is none."""
        for table in self.schema.tables:
            if table.model._meta.label_lower == "access.auditentry":
                rows = table.model._base_manager.using(self.alias).order_by("-sequence")
                last = rows.values_list("sequence", "sha256").first()
                return str(Head(*last)) if last else ""
        return ""

    def lines(self, table: Table) -> Iterator[bytes]:
        """A table's rows as lines, in order of their key."""
        return table_lines(self.alias, table)


@contextmanager
def snapshot(alias: str, steps: Steps, folder: Path | None = None) -> Iterator[Snapshot]:
    """Hold a database still. ``folder`` is where SQLite's copy may lie meanwhile.

    Refuses a database that is damaged, was never set up, or belongs to a newer program.
    """
    if connections[alias].vendor == "sqlite":
        with _sqlite_copy(alias, folder, steps) as copy:
            yield Snapshot(copy, applied_schema(copy), _name(alias))
    else:
        with transaction.atomic(using=alias):
            with connections[alias].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield Snapshot(alias, applied_schema(alias), _name(alias))


def _name(alias: str) -> str:
    connection: Any = connections[alias]
    if connection.vendor == "sqlite":
        return f"SQLite {'.'.join(map(str, connection.Database.sqlite_version_info))}"
    return f"PostgreSQL {connection.pg_version // 10000}"


@contextmanager
def _sqlite_copy(alias: str, folder: Path | None, steps: Steps) -> Iterator[str]:
    settings = connections[alias].settings_dict
    original = Path(settings["NAME"])
    if not original.exists():
        raise InputError(
            "there is no database here; check DOLENTI_DATA",
            str(original),
            fr="il n’y a pas de base ici\u00a0; vérifiez DOLENTI_DATA",
        )
    with (
        tempfile.TemporaryDirectory(dir=folder or original.parent, prefix=".dolenti-") as place,
        held(Path(place)),
    ):
        copy = Path(place) / "copy.sqlite3"
        _room_for(original, Path(place))
        with connected(scratch(settings, copy)) as there:
            _copy(alias, there, steps("copy"))
            check_sqlite(there, str(original), steps("check"))
            yield there


def _room_for(original: Path, folder: Path) -> None:
    needed = original.stat().st_size
    if shutil.disk_usage(folder).free < needed:
        raise InputError(
            f"a copy of the database needs {needed // 2**20 + 1} MB here, and there is less; free "
            "some space or choose another place",
            str(folder.parent),
            fr=f"une copie de la base demande {needed // 2**20 + 1}\u00a0Mo ici, et il y a moins "
            "de place\u00a0; libérez de la place ou choisissez un autre endroit",
        )


def _copy(alias: str, there: str, progress: Progress) -> None:
    for one in (alias, there):
        connections[one].ensure_connection()
    source: Any = connections[alias].connection
    with connections[alias].wrap_database_errors:
        source.execute("BEGIN")  # one read transaction: what is written meanwhile is not copied
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(
                connections[there].connection,
                pages=_PAGES,
                progress=lambda _, left, total: progress(1 - left / total if total else 1.0),
            )
        finally:
            source.execute("ROLLBACK")


def check_sqlite(alias: str, where: str, progress: Progress) -> None:
    """Let SQLite look at every page, index and foreign key. Refuses a database with a fault."""
    progress(0.0)
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        sound = cursor.fetchone() == ("ok",)
        cursor.execute("PRAGMA foreign_key_check")
        whole = cursor.fetchone() is None
    progress(1.0)
    if not (sound and whole):
        raise InputError(
            "the database itself is damaged; keep it as it is, and go back to the last good backup",
            where,
            fr="la base elle-même est endommagée\u00a0; gardez-la en l’état et revenez à la "
            "dernière sauvegarde valable",
        )


def table_lines(alias: str, table: Table) -> Iterator[bytes]:
    """The rows of a table as lines, in order of their key, a few at a time."""
    form = RowForm(table)
    for row in _rows(alias, table):
        try:
            yield form.line(row)
        except RowError:
            raise InputError(
                f"the table {table.label} holds a number that is none (NaN); mend it first",
                fr=f"la table {table.label} contient un nombre qui n’en est pas un (NaN)\u00a0; "
                "corrigez-le d’abord",
            ) from None


def _rows(alias: str, table: Table) -> Iterator[Any]:
    # The text of JSON as the database has it: None and the JSON word null are two things.
    texts = {
        f"json_text_{i}": Cast(column.field.name, TextField())
        for i, column in enumerate(table.columns)
        if column.kind == "JSONField"
    }
    names = [
        f"json_text_{i}" if column.kind == "JSONField" else column.field.attname
        for i, column in enumerate(table.columns)
    ]
    key: Any = F("pk")
    if table.key.type is str and connections[alias].vendor == "postgresql":
        key = Collate(key, "C")  # the order of bytes, as SQLite has it
    rows = table.model._base_manager.using(alias).annotate(**texts).order_by(key)
    yield from rows.values_list(*names).iterator(chunk_size=_ROWS)

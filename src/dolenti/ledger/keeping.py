"""The database lets no row of a patient go, unless the patient has a tombstone.

Every table that belongs to a patient (it says so itself, see ``ledger.belonging``) has a trigger
against DELETE that looks for the row that permits the erasure of that patient, and one against
TRUNCATE where the database knows it. What is worked out from a record is no record, and may go.

The triggers are laid again after each ``migrate``, because SQLite drops those of a table that a
migration rebuilds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db import connections, transaction

from dolenti.ledger import belonging
from dolenti.ledger.belonging import Table
from dolenti.ledger.models import ErasurePermit, Revision, Versioned

_SAID: Final = "the record of a patient is kept: erase it by its two steps"
_FUNCTION: Final = "dolenti_keep"


def lay(alias: str = "default") -> int:
    """Lay every trigger that is missing or says otherwise, on a database that has the tables.

    How many were laid: none where all stand, so that a running site is not made to wait.
    """
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if not there.issuperset({_permits(), _table(Revision)}):
            return 0
        cursor.execute(_STANDING[connection.vendor])
        standing = dict(cursor.fetchall())
        laid = 0
        for table, condition in _conditions([t for t in belonging.tables() if t.table in there]):
            body, statements = _trigger(connection.vendor, table, condition)
            if standing.get(f"{table}_kept") == body:
                continue
            for statement in statements:
                cursor.execute(statement)
            laid += 1
        return laid


_STANDING: Final = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid",
}


def _table(model: Any) -> str:
    name: str = model._meta.db_table
    return name


def _permits() -> str:
    """The table of what permits an erasure."""
    (model,) = (m for m in apps.get_models() if issubclass(m, ErasurePermit))
    return _table(model)


def _conditions(tables: list[Table]) -> Iterator[tuple[str, str]]:
    """Each table, and when a row of it may not go."""
    for one in tables:
        yield one.table, _kept(f't."row" IN ({", ".join(one.owners("OLD"))})')
    yield _table(Revision), _kept_revision([t for t in tables if issubclass(t.model, Versioned)])


def _trigger(vendor: str, table: str, condition: str) -> tuple[str, list[str]]:
    """What the database will say of a trigger that stands, and the statements that lay it."""
    if vendor == "sqlite":
        body = (
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
        )
        return body, [*_dropped(vendor, table), body]
    refuse = f"RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'integrity_constraint_violation';"
    body = f" BEGIN IF {condition} THEN {refuse} END IF; RETURN OLD; END "
    making = "RETURNS trigger LANGUAGE plpgsql AS"
    return body, [
        *_dropped(vendor, table),
        f"CREATE OR REPLACE FUNCTION {table}_kept() {making} $${body}$$",
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() {making} $$ BEGIN {refuse} END $$",
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()",
    ]


def _dropped(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_kept"]
    return [
        f"DROP TRIGGER IF EXISTS {table}_kept ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_not_emptied ON {table}",
    ]


def _kept(permitted: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM {_permits()} t WHERE {permitted})"


def _kept_revision(tables: list[Table]) -> str:
    """A revision goes with the row it is of; or, where the law lets that row be emptied, once it
    is empty."""
    of_the_erased = " OR ".join(
        f"(OLD.kind = '{one.kind}' AND t.\"row\" IN ({', '.join(_owners_of_revised(one))}))"
        for one in tables
    )
    blank = "".join(
        f" AND NOT (OLD.kind = '{one.kind}' AND EXISTS (SELECT 1 FROM {one.table} c "
        f'WHERE c."{one.key}" = OLD."row" AND {_is_blank(one)}))'
        for one in tables
        if one.belongs.blanked
    )
    return f"({_kept(of_the_erased)}){blank}"


def _owners_of_revised(one: Table) -> Iterator[str]:
    if one.steps == 0:
        yield 'OLD."row"'
        return
    for owner in one.owners("r"):
        yield f'(SELECT {owner} FROM {one.table} r WHERE r."{one.key}" = OLD."row")'


def _is_blank(one: Table) -> str:
    blanked = one.belongs.blanked
    assert blanked is not None
    empty = " AND ".join(f"c.\"{_column(one.model, name)}\" = ''" for name in blanked.fields)
    return f'{empty} AND c."{_column(one.model, blanked.since)}" IS NOT NULL'


def _column(model: Any, name: str) -> str:
    column: str = model._meta.get_field(name).column
    return column

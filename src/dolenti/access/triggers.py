"""What the database itself refuses, whoever asks: steps of a migration.

They look at no model. Django's ``RunPython`` has every model of the house rendered for each step of
it, which with a hundred tables is a third of the time of the first run and of a restore.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

EVENTS: Final = ("UPDATE", "DELETE")
_REFUSED: Final = "USING ERRCODE = 'integrity_constraint_violation'"


class OnDatabase(Operation):
    """Statements to the database, that change no model. ``forwards`` and ``backwards`` give them
    for a kind of database (``sqlite``, ``postgresql``)."""

    reversible = True

    def forwards(self, vendor: str) -> Iterable[str]:
        """What is said to the database."""
        raise NotImplementedError

    def backwards(self, vendor: str) -> Iterable[str]:
        """What undoes it."""
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Say it."""
        for statement in self.forwards(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Undo it."""
        for statement in self.backwards(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)


class AppendOnly(OnDatabase):
    """Refuse UPDATE, DELETE and TRUNCATE on the tables. SQLite knows no TRUNCATE."""

    def __init__(self, *tables: str) -> None:
        self.tables = tables

    def forwards(self, vendor: str) -> Iterable[str]:
        """A trigger for each table and event."""
        if vendor == "sqlite":
            for table in self.tables:
                for event in EVENTS:
                    yield (
                        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )
            return
        yield (
            "CREATE OR REPLACE FUNCTION dolenti_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME {_REFUSED}; END $$"
        )
        for table in self.tables:
            for event, each in (*((event, "ROW") for event in EVENTS), ("TRUNCATE", "STATEMENT")):
                yield (
                    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                    f"FOR EACH {each} EXECUTE FUNCTION dolenti_append_only()"
                )

    def backwards(self, vendor: str) -> Iterable[str]:
        """Without them."""
        events = EVENTS if vendor == "sqlite" else (*EVENTS, "TRUNCATE")
        for table in self.tables:
            for event in events:
                yield _drop(vendor, f"{table}_no_{event.lower()}", table)

    def describe(self) -> str:
        """What ``migrate`` says of it."""
        return f"Only add to {', '.join(self.tables)}"


class Refuse(OnDatabase):
    """Refuse an ``event`` (INSERT, UPDATE, DELETE) on a row of ``table`` ``when`` NEW and OLD are
    so, in SQL that both databases read; ``said`` is the message of the error."""

    def __init__(self, name: str, table: str, event: str, when: str, said: str) -> None:
        self.name, self.table, self.event, self.when, self.said = name, table, event, when, said

    def forwards(self, vendor: str) -> Iterable[str]:
        """A trigger; on PostgreSQL with its function."""
        if vendor == "sqlite":
            yield (
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} WHEN {self.when} "
                f"BEGIN SELECT RAISE(ABORT, '{self.said}'); END"
            )
            return
        row = "OLD" if self.event == "DELETE" else "NEW"
        yield (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {self.when} THEN RAISE EXCEPTION '{self.said}' {_REFUSED}; END IF; "
            f"RETURN {row}; END $$"
        )
        yield (
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()"
        )

    def backwards(self, vendor: str) -> Iterable[str]:
        """Without it."""
        yield _drop(vendor, self.name, self.table)

    def describe(self) -> str:
        """What ``migrate`` says of it."""
        return f"Refuse on {self.table}: {self.said}"


class ByBytes(OnDatabase):
    """Compare a text column by its bytes, as names are looked for by their beginning. SQLite does;
    PostgreSQL does where it is told."""

    def __init__(self, table: str, column: str, length: int) -> None:
        self.table, self.column, self.length = table, column, length

    def forwards(self, vendor: str) -> Iterable[str]:
        """By bytes."""
        return self._collated(vendor, ' COLLATE "C"')

    def backwards(self, vendor: str) -> Iterable[str]:
        """As the database does by itself."""
        return self._collated(vendor, "")

    def _collated(self, vendor: str, how: str) -> Iterable[str]:
        if vendor == "postgresql":
            kind = f"varchar({self.length}){how}"
            yield f"ALTER TABLE {self.table} ALTER COLUMN {self.column} TYPE {kind}"

    def describe(self) -> str:
        """What ``migrate`` says of it."""
        return f"Compare {self.table}.{self.column} by its bytes"


def refusals(*rows: tuple[str, str, str, str, str]) -> list[Any]:
    """One ``Refuse`` for each row: its name, table, event, when, and what is said."""
    return [Refuse(*row) for row in rows]


def _drop(vendor: str, name: str, table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + ("" if vendor == "sqlite" else f" ON {table}")

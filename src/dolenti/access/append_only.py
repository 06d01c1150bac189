"""Triggers that make the database itself refuse to change what is written once.

For migrations: ``migrations.RunPython(protect("access_auditentry"), release(...))``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Operation = Callable[[Any, Any], None]
EVENTS = ("UPDATE", "DELETE")


def protect(*tables: str) -> Operation:
    """Refuse UPDATE, DELETE and TRUNCATE on the tables. SQLite knows no TRUNCATE."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        for table in tables:
            for statement in _statements(schema_editor.connection.vendor, table):
                schema_editor.execute(statement, params=None)

    return forwards


def release(*tables: str) -> Operation:
    """Take the triggers away, to undo the migration."""

    def backwards(apps: Any, schema_editor: Any) -> None:
        on = schema_editor.connection.vendor == "postgresql"
        for table in tables:
            for event in (*EVENTS, *(["TRUNCATE"] if on else [])):
                name = f"{table}_no_{event.lower()}"
                schema_editor.execute(
                    f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on else ""), params=None
                )

    return backwards


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only'); END"
            for event in EVENTS
        ]
    return [
        "CREATE OR REPLACE FUNCTION dolenti_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        *(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION dolenti_append_only()"
            for event in EVENTS
        ),
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION dolenti_append_only()",
    ]

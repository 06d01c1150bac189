"""The database itself refuses any change of a signed letter."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

NAME = "letters_letter_signed"
TABLE = "letters_letter"
SAID = "a signed letter never changes: write another one that corrects it"


def protect(apps: Any, schema_editor: Any) -> None:
    """Only changes are watched; ``ledger.keeping`` watches over what may go."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END",
            params=None,
        )
        return
    schema_editor.execute(
        f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAID}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        params=None,
    )
    schema_editor.execute(
        f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {NAME}()",
        params=None,
    )


def release(apps: Any, schema_editor: Any) -> None:
    """Take the trigger away, to undo the migration."""
    on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {TABLE}"
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}{on}", params=None)


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("letters", "0001_initial"),
    ]

    operations: ClassVar[list[Any]] = [migrations.RunPython(protect, release)]

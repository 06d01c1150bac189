"""The database itself refuses any change of a signed record of a session."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

NAME = "treatment_sessionrecord_signed"
TABLE = "treatment_sessionrecord"
SIGNED = "OLD.state = 'signed'"
SAID = "a signed record never changes: amend it"


def protect(apps: Any, schema_editor: Any) -> None:
    """Only changes are watched; ``ledger.keeping`` watches over what may go."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} WHEN {SIGNED} "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END",
            params=None,
        )
        return
    schema_editor.execute(
        f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {SIGNED} THEN RAISE EXCEPTION '{SAID}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
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
        ("treatment", "0002_no_course_without_consent"),
    ]

    operations: ClassVar[list[Any]] = [migrations.RunPython(protect, release)]

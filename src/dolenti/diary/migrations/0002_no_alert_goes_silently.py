"""The database itself refuses to raise an ended alert again in its old row, or to say another
reason."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

TRIGGERS = (
    ("diary_alert_ends_once", "UPDATE", "OLD.state = 'ended'", "an ended alert stays as it is"),
)


def protect(apps: Any, schema_editor: Any) -> None:
    """Triggers, on both databases."""
    for name, event, when, said in TRIGGERS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON diary_alert WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END",
                params=None,
            )
            continue
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {when} THEN RAISE EXCEPTION '{said}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON diary_alert "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
            params=None,
        )


def release(apps: Any, schema_editor: Any) -> None:
    """Take the triggers away, to undo the migration."""
    for name, *_ in TRIGGERS:
        on = "" if schema_editor.connection.vendor == "sqlite" else " ON diary_alert"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}", params=None)


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("diary", "0001_initial")]

    operations: ClassVar[list[Any]] = [migrations.RunPython(protect, release)]

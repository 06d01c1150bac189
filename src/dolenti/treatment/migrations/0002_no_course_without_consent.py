"""The database itself refuses a course that begins without a consent that stands."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

NAME = "treatment_course_needs_consent"
BEGINS = "NEW.state IN ('consented', 'active') AND OLD.state <> NEW.state"
UNSIGNED = (
    "NOT EXISTS (SELECT 1 FROM treatment_consent c WHERE c.course_id = NEW.id AND NOT EXISTS "
    "(SELECT 1 FROM treatment_consentwithdrawal w WHERE w.consent_id = c.id))"
)
SAID = "a course needs a consent that stands"


def protect(apps: Any, schema_editor: Any) -> None:
    """Only changes are watched: a restored course comes before its consents."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON treatment_course WHEN {BEGINS} AND {UNSIGNED} "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END",
            params=None,
        )
        return
    schema_editor.execute(
        f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {BEGINS} AND {UNSIGNED} THEN RAISE EXCEPTION '{SAID}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        params=None,
    )
    schema_editor.execute(
        f"CREATE TRIGGER {NAME} BEFORE UPDATE ON treatment_course "
        f"FOR EACH ROW EXECUTE FUNCTION {NAME}()",
        params=None,
    )


def release(apps: Any, schema_editor: Any) -> None:
    """Take the trigger away, to undo the migration."""
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON treatment_course"
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}{on}", params=None)


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("treatment", "0001_initial"),
    ]

    operations: ClassVar[list[Any]] = [migrations.RunPython(protect, release)]

"""Names are compared by their bytes, on either database."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Names are looked for by their beginning. SQLite compares bytes; PostgreSQL does where it is told.
COLUMNS = {"records_patient": ("sort_name", 210), "records_patientkey": ("key", 80)}


def compare_bytes(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    collate(editor, ' COLLATE "C"')


def compare_as_before(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    collate(editor, "")


def collate(editor: BaseDatabaseSchemaEditor, how: str) -> None:
    if editor.connection.vendor != "postgresql":
        return
    for table, (column, length) in COLUMNS.items():
        editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({length}){how}")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [
        migrations.RunPython(compare_bytes, compare_as_before),
    ]

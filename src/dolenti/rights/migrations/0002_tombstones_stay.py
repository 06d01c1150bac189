"""The database itself refuses to change or remove a tombstone."""

from __future__ import annotations

from django.db import migrations

from dolenti.access.append_only import protect, release


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial")]
    operations = [
        migrations.RunPython(protect("rights_tombstone"), release("rights_tombstone")),
    ]

"""The database itself refuses to change or remove a tombstone."""

from __future__ import annotations

from django.db import migrations

from dolenti.access.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial")]
    operations = [
        AppendOnly("rights_tombstone"),
    ]

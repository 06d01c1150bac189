"""The database itself refuses to change or remove a line of the trail."""

from __future__ import annotations

from django.db import migrations

from dolenti.access.triggers import AppendOnly

TABLES = ("access_auditentry", "access_auditkey")


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [
        AppendOnly(*TABLES),
    ]

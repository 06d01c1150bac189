"""Names are compared by their bytes, on either database."""

from __future__ import annotations

from django.db import migrations

from dolenti.access.triggers import ByBytes


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [
        ByBytes("records_patient", "sort_name", 210),
        ByBytes("records_patientkey", "key", 80),
    ]

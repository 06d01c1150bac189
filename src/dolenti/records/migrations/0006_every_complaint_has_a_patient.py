"""Every complaint and every statement is of a patient; what a document says is the document's."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


def of_a_patient(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to="records.patient"
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0005_patients_of_cases")]
    operations = [
        migrations.AlterField("Complaint", "patient", of_a_patient("complaints")),
        migrations.AlterField("Statement", "patient", of_a_patient("statements")),
        migrations.RemoveField("Complaint", "about"),
        migrations.RemoveField("Complaint", "invented"),
        migrations.RemoveField("Complaint", "kind"),
        migrations.RemoveField("Complaint", "original"),
        migrations.RemoveField("Complaint", "reference"),
        migrations.RemoveField("Complaint", "site"),
        migrations.RemoveField("Complaint", "submission"),
    ]

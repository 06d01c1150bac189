"""A case becomes a complaint, an answer a statement: their rows stay."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_attestation"),
        ("access", "0002_clinic_membership_audit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        # SQLite cannot rename a field under a constraint; the next migration writes it anew.
        migrations.RemoveConstraint("Answer", "one_answer_per_submission"),
        migrations.RenameModel("CaseFile", "Complaint"),
        migrations.RenameModel("Answer", "Statement"),
        migrations.RenameField("Complaint", "complaint", "called"),
        migrations.RenameField("Statement", "case", "complaint"),
        migrations.RenameField("Assessment", "case", "complaint"),
    ]

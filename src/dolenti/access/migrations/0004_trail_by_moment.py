"""The trail is looked for by day."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0003_trail_and_members")]
    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["at"], name="trail_by_moment"),
        ),
    ]

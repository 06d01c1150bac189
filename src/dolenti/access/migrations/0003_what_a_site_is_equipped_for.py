"""A site says which therapies it is equipped for."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_the_trail_stays")]
    operations = [
        migrations.AddField(
            "site",
            "equipped",
            models.CharField(blank=True, max_length=300, default=""),
            preserve_default=False,
        ),
    ]

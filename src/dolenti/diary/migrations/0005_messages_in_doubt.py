"""A message that is being handed over says so, and one of which nobody knows whether it went."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("diary", "0004_blocked_links"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("sending", "Sending"),
                    ("sent", "Sent"),
                    ("not-needed", "Not Needed"),
                    ("failed", "Failed"),
                    ("in-doubt", "In Doubt"),
                    ("astray", "Astray"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
    ]

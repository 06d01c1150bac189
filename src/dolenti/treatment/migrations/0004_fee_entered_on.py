"""A fee carries the day on which it was entered; of those from before it is unknown."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("treatment", "0003_no_signed_record_changes"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.AddField("fee", "entered_on", models.DateField(blank=True, null=True)),
    ]

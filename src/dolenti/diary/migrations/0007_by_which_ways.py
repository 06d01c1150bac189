"""By which ways a link may have come, and which address a message went to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("diary", "0006_mail_that_came_back"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.AddField(
            model_name="link",
            name="led_by",
            field=models.CharField(blank=True, max_length=16, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="message",
            name="sent_to",
            field=models.CharField(blank=True, max_length=64, default=""),
            preserve_default=False,
        ),
    ]

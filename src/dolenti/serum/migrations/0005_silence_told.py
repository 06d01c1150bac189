"""When the responsible person was told last that a freezer is silent: told once of each silence."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more date of a place."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("serum", "0004_put_right")]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AddField(
            model_name="place",
            name="silence_told_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]

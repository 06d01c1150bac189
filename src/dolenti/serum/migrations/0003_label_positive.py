"""A label says whether it bears the words of a positive marker. Of those printed before nobody
knows: where a marker is positive, such a label is replaced."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("serum", "0002_one_patient_one_end")]

    operations: ClassVar[list[Any]] = [
        migrations.AddField("label", "positive", models.BooleanField(null=True)),
    ]

"""The links that wrong birth dates blocked are found among all that ever went."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("diary", "0003_when_a_patient_can_come"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.AddIndex(
            model_name="link",
            index=models.Index(
                condition=models.Q(tries__gte=5, revoked_at=None),
                fields=["tries"],
                name="diary_links_blocked",
            ),
        ),
    ]

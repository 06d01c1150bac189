"""The database itself refuses to raise an ended alert again in its old row, or to say another
reason."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from dolenti.access.triggers import Refuse


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("diary", "0001_initial"),
    ]

    operations: ClassVar[list[Any]] = [
        Refuse(
            "diary_alert_ends_once",
            "diary_alert",
            "UPDATE",
            "OLD.state = 'ended'",
            "an ended alert stays as it is",
        ),
    ]

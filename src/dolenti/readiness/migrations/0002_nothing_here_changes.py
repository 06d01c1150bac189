"""The database itself refuses to change what was counted, opened, placed or signed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from dolenti.access.triggers import AppendOnly

TABLES = ("readiness_kitlook", "readiness_kitplace", "readiness_cardsignature")


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("readiness", "0001_initial")]

    operations: ClassVar[list[Any]] = [
        AppendOnly(*TABLES),
    ]

"""The database itself refuses any change of a signed letter."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from dolenti.access.triggers import Refuse

NAME = "letters_letter_signed"
TABLE = "letters_letter"
SAID = "a signed letter never changes: write another one that corrects it"


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("letters", "0001_initial"),
    ]

    operations: ClassVar[list[Any]] = [Refuse(NAME, TABLE, "UPDATE", "1 = 1", SAID)]

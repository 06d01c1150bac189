"""The database itself refuses any change of a signed record of a session."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from dolenti.access.triggers import Refuse

NAME = "treatment_sessionrecord_signed"
TABLE = "treatment_sessionrecord"
SIGNED = "OLD.state = 'signed'"
SAID = "a signed record never changes: amend it"


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("treatment", "0002_no_course_without_consent"),
    ]

    operations: ClassVar[list[Any]] = [Refuse(NAME, TABLE, "UPDATE", SIGNED, SAID)]

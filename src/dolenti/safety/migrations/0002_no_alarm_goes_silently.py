"""The database itself refuses to raise an ended alarm again in its old row, to say another reason,
and to remove one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from dolenti.access.triggers import Refuse


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("safety", "0001_initial"),
    ]

    operations: ClassVar[list[Any]] = [
        Refuse(
            "safety_alarm_ends_once",
            "safety_alarm",
            "UPDATE",
            "OLD.state = 'ended'",
            "an ended alarm stays as it is",
        ),
        Refuse(
            "safety_alarm_stays",
            "safety_alarm",
            "DELETE",
            "1 = 1",
            "an alarm is ended, and never removed",
        ),
    ]

"""What someone with the database's password could do to the trail."""

from __future__ import annotations

from typing import Any

from django.db import connection

from dolenti.access.triggers import EVENTS


def without_triggers() -> None:
    """What someone with the database's password could do."""
    table = " ON access_auditentry" if connection.vendor == "postgresql" else ""
    for event in EVENTS:
        change(f"DROP TRIGGER access_auditentry_no_{event.lower()}{table}")
        change(f"DROP TRIGGER access_auditkey_no_{event.lower()}{table.replace('entry', 'key')}")


def change(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

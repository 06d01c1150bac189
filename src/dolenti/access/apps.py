"""People, sites, roles."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """People, sites, roles."""

    name = "dolenti.access"

    def ready(self) -> None:
        from dolenti.access import recovery, signals  # noqa: F401  (connecting is the point)

        recovery.put_in_place()
        post_migrate.connect(_make_table_of_attempts, sender=self)


def _make_table_of_attempts(using: str, **_: Any) -> None:
    # The table of Django's own database cache, which no migration makes.
    call_command("createcachetable", database=using, verbosity=0)

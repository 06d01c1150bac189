"""What happened: cases, answers, assessments."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    """What happened: cases, answers, assessments."""

    name = "dolenti.records"

    def ready(self) -> None:
        """SQLite drops the triggers of a table that a migration rebuilds: they are laid anew."""
        post_migrate.connect(_keep, sender=self)


def _keep(using: str, **_: Any) -> None:
    from dolenti.records.rights import keeping  # models are not there yet when apps are configured

    keeping.lay(using)

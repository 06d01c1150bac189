"""How anything is written, and that a patient's rows stay."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate

from dolenti.ledger import belonging


class LedgerConfig(AppConfig):
    """How anything is written, and that a patient's rows stay."""

    name = "dolenti.ledger"

    def ready(self) -> None:
        """Tables that say whose they are; triggers laid anew, since SQLite drops those of a table
        that a migration rebuilds."""
        checks.register(belonging.check, checks.Tags.models)
        post_migrate.connect(_keep, sender=self)


def _keep(using: str, **_: Any) -> None:
    from dolenti.ledger import keeping  # models are not there yet when apps are configured

    keeping.lay(using)

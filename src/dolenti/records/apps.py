"""What happened: patients, facts, files, complaints, assessments."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What happened: patients, facts, files, complaints, assessments."""

    name = "dolenti.records"

    def ready(self) -> None:
        """What an address names is found for the line of a page that is refused."""
        from dolenti.access.guard import finds_named
        from dolenti.records.gate.refusing import named

        finds_named(named)

"""Adverse events, and the alarms of a site."""

from __future__ import annotations

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """Adverse events, and the alarms of a site."""

    name = "dolenti.safety"

    def ready(self) -> None:
        """What a signed session says of events, and the steps of an alarm."""
        from dolenti.safety import alarms, during, following, infected, lost  # noqa: F401

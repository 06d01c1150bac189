"""How a course goes on."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """How a course goes on."""

    name = "dolenti.followup"

    def ready(self) -> None:
        """Lay the steps of exercise plans, and of plans to lower opioids."""
        import_module("dolenti.followup.rehabilitating")
        import_module("dolenti.followup.tapering")

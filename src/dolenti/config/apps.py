"""Registers the system checks."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The site's own checks."""

    name = "dolenti.config"
    label = "dolenti_config"

    def ready(self) -> None:
        # Registering is the point.
        from dolenti.config import checks, metrics, observe  # noqa: F401

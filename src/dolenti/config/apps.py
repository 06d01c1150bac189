"""Registers the system checks."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The site's own checks."""

    name = "dolenti.config"
    label = "dolenti_config"

    def ready(self) -> None:
        from dolenti.config import checks  # noqa: F401  (registering is the point)

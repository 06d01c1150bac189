"""An app that no other part of the program names."""

from __future__ import annotations

from django.apps import AppConfig


class SerumProbeConfig(AppConfig):
    """An app that no other part of the program names."""

    name = "tests.apps.serum_probe"
    default_auto_field = "django.db.models.BigAutoField"

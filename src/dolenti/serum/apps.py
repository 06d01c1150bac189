"""The chain of a patient's own serum."""

from __future__ import annotations

from django.apps import AppConfig


class SerumConfig(AppConfig):
    """The chain of a patient's own serum."""

    name = "dolenti.serum"

    def ready(self) -> None:
        """What follows from the end of a course."""
        from dolenti.serum import following  # noqa: F401

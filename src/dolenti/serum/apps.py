"""The chain of a patient's own serum."""

from __future__ import annotations

from django.apps import AppConfig


class SerumConfig(AppConfig):
    """The chain of a patient's own serum."""

    name = "dolenti.serum"

    def ready(self) -> None:
        """What follows from the end of a course, and what a session asks of its unit."""
        from dolenti.serum import at_session, following  # noqa: F401

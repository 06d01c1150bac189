"""When, with whom, in which room."""

from __future__ import annotations

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """When, with whom, in which room."""

    name = "dolenti.agenda"

    def ready(self) -> None:
        """The steps of an appointment."""
        from dolenti.agenda import life  # noqa: F401

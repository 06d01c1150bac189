"""When, with whom, in which room."""

from __future__ import annotations

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """When, with whom, in which room."""

    name = "dolenti.agenda"

    def ready(self) -> None:
        """The steps of an appointment, and what ends with a role."""
        from dolenti.access.accounts import ends_with_membership
        from dolenti.agenda import life, privileges  # noqa: F401

        ends_with_membership(privileges.end_all)

"""Letters, and the replies that are waited for."""

from __future__ import annotations

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Letters, and the replies that are waited for."""

    name = "dolenti.letters"

    def ready(self) -> None:
        """The steps of a reply."""
        from dolenti.letters import replies  # noqa: F401

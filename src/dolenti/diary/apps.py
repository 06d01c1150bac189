"""Links to a patient's phone, the answers that come by them, the alerts that these raise."""

from __future__ import annotations

from django.apps import AppConfig


class DiaryConfig(AppConfig):
    """Links to a patient's phone, the answers that come by them, the alerts that these raise."""

    name = "dolenti.diary"

    def ready(self) -> None:
        """What an open alert asks of a session, and what follows from its signature."""
        from dolenti.diary import afterwards, holding, lifted  # noqa: F401

"""Links to a patient's phone, the answers that come by them, the alerts that these raise."""

from __future__ import annotations

from django.apps import AppConfig


class DiaryConfig(AppConfig):
    """Links to a patient's phone, the answers that come by them, the alerts that these raise."""

    name = "dolenti.diary"

    def ready(self) -> None:
        """What an open alert asks of a session, what follows from its signature, and what of it
        needs the key of the site."""
        from dolenti.diary import afterwards, holding, keyed, lifted  # noqa: F401
        from dolenti.safekeeping import encrypted

        encrypted.also(keyed.KIND, keyed.look)

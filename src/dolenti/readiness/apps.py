"""Whether a room is ready for the worst."""

from __future__ import annotations

from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    """Whether a room is ready for the worst."""

    name = "dolenti.readiness"

    def ready(self) -> None:
        """The safety pause of a session asks here how its room's kit stands."""
        from dolenti.readiness import kits
        from dolenti.treatment import room

        if kits.level not in room.KITS:
            room.KITS.append(kits.level)
        if kits.lacking not in room.LACKING:
            room.LACKING.append(kits.lacking)

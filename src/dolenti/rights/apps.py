"""What patients are owed of their data."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class RightsConfig(AppConfig):
    """What patients are owed of their data."""

    name = "dolenti.rights"

    def ready(self) -> None:
        """Every table of a patient is kept and copied by what there is."""
        from dolenti.rights import whole_record  # models are not there yet when apps are configured

        checks.register(whole_record.check, checks.Tags.models)

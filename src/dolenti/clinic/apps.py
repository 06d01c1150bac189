"""The practitioner's screens."""

from __future__ import annotations

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """The practitioner's screens."""

    name = "dolenti.clinic"

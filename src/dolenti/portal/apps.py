"""The patient's phone."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The patient's phone."""

    name = "dolenti.portal"

"""People, sites, roles."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """People, sites, roles."""

    name = "dolenti.access"

"""How a course goes on."""

from __future__ import annotations

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """How a course goes on."""

    name = "dolenti.followup"

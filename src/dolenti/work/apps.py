"""What is done without anybody waiting for it."""

from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """What is done without anybody waiting for it."""

    name = "dolenti.work"

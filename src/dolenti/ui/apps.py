"""Components, styles, words of the interface."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components, styles, words of the interface."""

    name = "dolenti.ui"

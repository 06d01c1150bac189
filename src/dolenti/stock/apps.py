"""What a site keeps to treat with."""

from __future__ import annotations

from django.apps import AppConfig


class StockConfig(AppConfig):
    """What a site keeps to treat with."""

    name = "dolenti.stock"

    def ready(self) -> None:
        """The steps of a lot, and of a letter."""
        from dolenti.stock import letters, life  # noqa: F401

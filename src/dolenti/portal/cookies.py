"""What a cookie of the phone is called."""

from __future__ import annotations

from django.conf import settings

from dolenti.access import cookies


def cookie(name: str) -> str:
    """What a cookie of the phone is called here: it goes with the addresses of links alone."""
    return cookies.of_addresses(name, tls=not settings.LOCAL)

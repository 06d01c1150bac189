"""The hole of the agenda in which a booking began: its day, hour and person, and whether the
patient is here. The address carries it until it is taken; nothing of a patient is in it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest

NAMES: Final = ("day", "who", "at", "here")
BOOKS: Final = "book"
"""Says in the address of a new record that an appointment is booked once it is made."""


def kept(request: HttpRequest) -> dict[str, str]:
    """What the address says of the hole."""
    return {name: request.GET[name] for name in NAMES if name in request.GET}


def carried(request: HttpRequest) -> str:
    """The same, as the next address says it; empty where nothing is booked."""
    return urlencode(kept(request)) if BOOKS in request.GET else ""

"""Which language is spoken at the moment."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language


def current() -> Literal["fr", "en"]:
    """``fr`` or ``en``: the language to take from the knowledge's bilingual texts."""
    return "en" if (get_language() or "").startswith("en") else "fr"

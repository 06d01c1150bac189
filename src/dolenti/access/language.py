"""Which language is spoken at the moment."""

from __future__ import annotations

import unicodedata
from typing import Literal

from django.utils.translation import get_language


def current() -> Literal["fr", "en"]:
    """``fr`` or ``en``: the language to take from the knowledge's bilingual texts."""
    return "en" if (get_language() or "").startswith("en") else "fr"


def alphabetical(label: str) -> str:
    """What a list is sorted by: its labels as they are read, accents and capitals aside."""
    parts = unicodedata.normalize("NFKD", label.replace("œ", "oe"))
    return "".join(one for one in parts if not unicodedata.combining(one)).casefold()

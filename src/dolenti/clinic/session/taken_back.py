"""An answer of the pause in words, and a red one that was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dolenti.treatment.content import TakenBack


@dataclass(frozen=True)
class Was:
    """A red answer that was taken back, in words: what was said, by whom and when; by whom it was
    taken back, when and why."""

    said: str
    name: str
    at: datetime | None
    by: str
    on: datetime
    reason: str
    seen_by: str


def was_in_words(one: TakenBack, where_well: str) -> Was:
    """What was taken back; ``where_well`` is the word that is heard where all is well."""
    pressed = "" if one.safe is None else answer_in_words(one.safe, where_well)
    said = ", ".join(filter(None, (pressed, one.says)))
    return Was(said, one.name, one.at, one.by, one.on, one.reason, one.seen_by)


def answer_in_words(safe: bool | None, where_well: str) -> str:
    """The word that was heard; ``where_well`` is the one that is heard where all is well."""
    if safe is None:
        return _("I do not know")
    return _("Yes") if safe is (where_well == "yes") else _("No")

"""The rules of the session's content: what a clinician reads and signs as one.

Each entry of a list is a rule; what there is one of (the kit, the rules of the map) is one rule as
a whole. A rule is named by its place: no name of the room is taken for one of the judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.parts import rule_name
from dolenti.guideline.session.content import LAYOUT, content, has_content
from dolenti.guideline.signing import content_hash

PLACE: Final = "session"

NOT_RULES: Final = frozenset({"turn_to", "circumstances", "checklists"})
"""Names, questions and orders of lines: they say nothing that a source bears out."""

NOT_READ: Final = Text(
    fr="Aucun clinicien n’a encore relu ce contenu.",
    en="No clinician has read this content yet.",
)
PARTLY_READ: Final = Text(
    fr="Une partie de ce contenu n’a été relue par aucun clinicien.",
    en="No clinician has read some of this content.",
)

ORIGIN: Final = Text(
    fr="Texte établi d’après des publications\u00a0; votre médecin le complète pour vous.",
    en="Text drawn from publications; your doctor completes it for you.",
)


@dataclass(frozen=True, slots=True)
class Signed:
    """How many rules of a part there are, and how many somebody has signed in these very words.

    ``notice`` is to be shown with the part to whoever works with it; ``None`` once all is signed.
    ``told`` stands meanwhile on what a patient holds (docs/adr/0037).
    """

    rules: int
    signed: int

    @property
    def notice(self) -> Text | None:
        if self.signed == self.rules:
            return None
        return PARTLY_READ if self.signed else NOT_READ

    @property
    def told(self) -> Text | None:
        return None if self.notice is None else ORIGIN


def session_rules(edition: Edition) -> Iterator[tuple[str, Any]]:
    """Every rule with its place, as ``session/pause/lines``, in the order of the content."""
    if not has_content(edition):
        return
    yield from LAYOUT.rules(content(edition), NOT_RULES)


def signed(edition: Edition, below: str = PLACE) -> Signed:
    """How much of a part of the content is signed: ``session``, ``session/emergency`` …"""
    return signed_of(edition, session_rules(edition), below)


def signed_of(edition: Edition, rules: Iterator[tuple[str, Any]], below: str) -> Signed:
    """How many of these rules that stand below a place, or are the one of this name, are signed."""
    named = [(place, rule_name(place, entry), entry) for place, entry in rules]
    mine = [
        (name, entry)
        for place, name, entry in named
        if below in (place, name) or place.startswith(f"{below}/")
    ]
    standing = {(one.rule, one.sha256) for one in edition.signatures}
    count = 0
    if standing:
        count = sum((name, content_hash(entry)) in standing for name, entry in mine)
    return Signed(len(mine), count)

"""The rules of the session's content: what a clinician reads and signs as one.

Each entry of a list is a rule; what there is one of (the kit, the rules of the map) is one rule as
a whole. A rule is named by its place: no name of the room is taken for one of the judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.session.content import FOLDERS, LISTS, SINGLE, content, has_content
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

_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Signed:
    """How many rules of a part there are, and how many somebody has signed in these very words.

    ``notice`` is to be shown with the part; ``None`` once all is signed.
    """

    rules: int
    signed: int

    @property
    def notice(self) -> Text | None:
        if self.signed == self.rules:
            return None
        return PARTLY_READ if self.signed else NOT_READ


def session_rules(edition: Edition) -> Iterator[tuple[str, Any]]:
    """Every rule with its place, as ``session/pause/lines``, in the order of the content."""
    if not has_content(edition):
        return
    made = content(edition)
    for part in made.__struct_fields__:
        if part in NOT_RULES:
            continue
        value = getattr(made, part)
        place = _place(part)
        if isinstance(value, tuple):
            yield from ((place, entry) for entry in value)
        else:
            yield place.rpartition("/")[0], value


def rule_name(place: str, entry: Any) -> str:
    """The name of a rule, by which it is signed: ``session/pause/lines/identity``."""
    kind = _CAPITAL.sub("-", type(entry).__name__).lower()
    return f"{place}/{getattr(entry, 'id', None) or kind}"


def signed(edition: Edition, below: str = PLACE) -> Signed:
    """How much of a part of the content is signed: ``session``, ``session/emergency`` …"""
    mine = [
        (rule_name(place, entry), entry)
        for place, entry in session_rules(edition)
        if place == below or place.startswith(f"{below}/")
    ]
    standing = {(one.rule, one.sha256) for one in edition.signatures}
    count = 0
    if standing:
        count = sum((name, content_hash(entry)) in standing for name, entry in mine)
    return Signed(len(mine), count)


def _place(part: str) -> str:
    """The file of a part, or the folder of its files, without its ending."""
    pattern, _ = {**LISTS, **FOLDERS, **SINGLE}[part]
    return pattern.replace("\\.yaml", "").removesuffix("/[^/]+")

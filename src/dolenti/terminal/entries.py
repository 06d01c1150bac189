"""The entries of the knowledge, found by their ids, by a part of one, or by words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

from dolenti.guideline.checking import walk_structs
from dolenti.guideline.coverage import walk_entries
from dolenti.guideline.diary.governance import patient_rules
from dolenti.guideline.errors import InputError
from dolenti.guideline.judge import walk_rules
from dolenti.guideline.knowledge import Citation, Edition, Text
from dolenti.guideline.near import nearest
from dolenti.guideline.parts import rule_name
from dolenti.guideline.session.governance import session_rules

_FEW: Final = 3


def find_entry(edition: Edition, name: str) -> Any:
    """An entry by its id. Raises ``InputError`` with the nearest ids."""
    everything = by_id(edition)
    if name in everything:
        return everything[name]
    lower = {key.lower(): key for key in everything}
    if name.lower() in lower:
        return everything[lower[name.lower()]]
    close = nearest(name, everything)
    if not close.en:
        close = nearest(name, holding(everything, name)[:_FEW], cutoff=0.0)
    raise InputError(
        f"nothing has the id “{name}”{close.en}",
        fr=f"rien ne porte l’identifiant «\u00a0{name}\u00a0»{close.fr}",
    )


def by_id(edition: Edition) -> dict[str, Any]:
    """Every entry of the knowledge that a person can name."""
    entries: list[Any] = [rule for _, rule in walk_rules(edition)]
    entries += [entry for _, entry in walk_entries(edition) if hasattr(entry, "id")]
    entries += [*edition.facts, *edition.sources, *edition.statements]
    everything = {entry.id: entry for entry in reversed(entries)}
    for key, entry in _carried_unread(edition):
        everything.setdefault(key, entry)
    return everything


def holding(everything: Iterable[str], part: str) -> list[str]:
    """The ids that hold a part, those that begin with it first, the shorter before the longer."""
    part = part.lower()
    found = [key for key in everything if part and part in key.lower()]
    return sorted(found, key=lambda key: (not key.lower().startswith(part), len(key), key))


def search(edition: Edition, words: str) -> dict[str, Any]:
    """The entries whose id or sentence, in either language, holds every word; all for none."""
    wanted = [folded(word) for word in words.split()]
    return {
        key: entry
        for key, entry in sorted(by_id(edition).items())
        if all(word in _words_of(key, entry) for word in wanted)
    }


def _words_of(key: str, entry: Any) -> str:
    said = title(entry)
    return folded(f"{key} {said.fr} {said.en}" if isinstance(said, Text) else f"{key} {said}")


def folded(text: str) -> str:
    """A text without capitals and accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def title(entry: Any) -> Text | str:
    """What an entry is called, or the sentence that it says."""
    for part in ("name", "label", "ask", "because", "title", "says", "text"):
        found = getattr(entry, part, None)
        if isinstance(found, Text | str) and found:
            return found
    return ""


def _carried_unread(edition: Edition) -> Iterator[tuple[str, Any]]:
    """What is written of the room and of the time between the visits, by the names it is signed
    by and by the ids within it."""
    rules = [*session_rules(edition), *patient_rules(edition)]
    for place, entry in rules:
        yield rule_name(place, entry), entry
    yield from ((entry.id, entry) for _, entry in rules if hasattr(entry, "id"))
    for _, entry in rules:
        for _, part in walk_structs(entry):
            if isinstance(getattr(part, "id", None), str) and not isinstance(part, Citation):
                yield part.id, part

"""What holds of every entry that an edition carries unread (see ``parts``): ids, texts, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dolenti.guideline.checking import walk_structs
from dolenti.guideline.knowledge import Citation, Edition, Entry, Text
from dolenti.guideline.session.shapes.common import Sourced

Found = Iterator[tuple[str, str]]
"""Problems, each as the entry and what is wrong with it."""


def entry_problems(edition: Edition, content: Entry, place: str) -> Found:
    """The ids that stand twice in a part of a content, its empty texts, and the entries that cite
    nothing, nothing known, or claim to have been read. ``place`` begins the name of each entry."""
    yield from _ids(content)
    known = {source.id: source for source in edition.sources}
    for where, entry in walk_structs(content, place):
        if isinstance(entry, Text):
            for language, text in (("fr", entry.fr), ("en", entry.en)):
                if not text.strip():
                    yield where, f"a text is empty in “{language}”"
        if isinstance(entry, Citation) and entry.id not in known:
            yield where, f"“{entry.id}” is no source"
        if isinstance(entry, Sourced):
            read = [c.id for c in entry.sources if c.id in known and known[c.id].read != "none"]
            if not entry.sources:
                yield where, "cites no source"
            elif entry.mark == "R" and not read:
                yield where, "has the mark R, and nobody read what it cites"
            if entry.mark == "J" and entry.basis != "expert":
                yield where, "is a judgement (J), so its basis is expert"


def _ids(content: Entry) -> Found:
    for part in content.__struct_fields__:
        entries = getattr(content, part)
        if isinstance(entries, tuple):
            for name, count in Counter(getattr(one, "id", "") for one in entries).items():
                if count > 1:
                    yield name, f"{count} entries of {part} have this id"

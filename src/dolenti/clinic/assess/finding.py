"""A fact found by any word of its name, its phrases or what a clinician calls it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from dolenti.clinic.common.lookup import Lookup
from dolenti.guideline.knowledge import Edition

SHORTEST = 2
MOST = 8
_NO = re.compile(r"^\s*(?:pas d[e’']\s*|pas\b|non\b|0\b|no\b|without\b)\s*", re.IGNORECASE)


def plain(text: str) -> str:
    """A text without accents or capitals."""
    parts = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("’", "'"))
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def found_by(typed: str, words: Lookup) -> list[str]:
    """The facts that what was typed may mean: each word begins a word of the fact's."""
    wanted = [
        word for word in re.findall(r"[\w.]+", plain(_NO.sub("", typed))) if len(word) >= SHORTEST
    ]
    if not wanted:
        return []
    found = []
    for fact, texts in _index(EditionKey(words.edition), words.language).items():
        best = min(
            (
                len(text)
                for text in texts
                if all(any(w.startswith(one) for w in text) for one in wanted)
            ),
            default=None,
        )
        if best is not None:
            found.append((best, fact))
    return [fact for _, fact in sorted(found, key=lambda pair: pair[0])[:MOST]]


def asked_for(fact: str, words: Lookup) -> list[str]:
    """The one fact that is asked by its own name; nothing where there is no such question."""
    return [fact] if fact in _index(EditionKey(words.edition), words.language) else []


def names_a_fact(typed: str, words: Lookup) -> bool:
    """Whether what was typed is the very name of a question, and so of no substance."""
    said = tuple(re.findall(r"[\w.]+", plain(typed)))
    index = _index(EditionKey(words.edition), words.language)
    return bool(said) and any(texts[0] == said for texts in index.values())


class EditionKey:
    """An edition as a key: equal by its hash."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __hash__(self) -> int:
        return hash(self.edition.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EditionKey) and other.edition.sha256 == self.edition.sha256


@lru_cache(maxsize=8)
def _index(key: EditionKey, language: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    edition = key.edition
    definitions = {fact.id: fact for fact in edition.facts if not fact.from_header}
    texts: dict[str, list[str]] = {}
    for row in edition.asking:
        for asked in row.facts:
            if asked.fact in definitions:
                label = definitions[asked.fact].label.in_language(language)
                texts[asked.fact] = [label, *asked.synonyms]
        for phrase in row.phrases:
            for ref in phrase.facts:
                fact = ref.partition(":")[0]
                if fact in texts:
                    texts[fact].append(phrase.says.in_language(language))
    return {
        fact: tuple(tuple(re.findall(r"[\w.]+", plain(text))) for text in said)
        for fact, said in texts.items()
    }


__all__ = ["asked_for", "found_by", "names_a_fact"]

"""Whether a leaflet says of the same pains in both languages, and promises nothing."""

from __future__ import annotations

import re
from typing import Final

from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.leaflets import names_of
from dolenti.guideline.parts_checking import Found

CLAIMED: Final = {"fr": "**Ce que l’on dit.**", "en": "**What is said.**"}
"""The paragraph that says what others promise: there alone a promise may be read."""
SHOWN: Final = {"fr": "**Ce que l’on sait.**", "en": "**What is known.**"}
_PROMISES: Final = {
    "fr": r"guéri\w*|garanti\w*|(?:sans|aucun) (?:risque|danger|douleur|effet secondaire)"
    r"|toujours|définiti\w+|miracle|à coup sûr|efficace\w*|vous serez|soulagera|disparaîtra"
    r"|prouvée?s?|100\s%|pour la vie",
    "en": r"cure[ds]?|guarantee\w*|risk-free|(?:without|no) (?:risks?|danger|pain|side effects)"
    r"|always|permanent\w*|miracle|effective\w*|painless\w*|you will be|will relieve"
    r"|will disappear|proven|100\s?%|for life|safe|safely",
}
_DENIED: Final = {"fr": r"\b(?:pas|faux|fausse|jamais)\b", "en": r"\b(?:not|false|never)\b|n’t\b"}
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")


def problems(content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    for leaflet in content.leaflets:
        if names_of(leaflet.body.fr) != names_of(leaflet.body.en):
            yield leaflet.id, "its lists are not of the same pains in French and in English"
        for language in ("fr", "en"):
            body = leaflet.body.in_language(language)
            for heading in (CLAIMED[language], SHOWN[language]):
                if not re.search(rf"(?m)^{re.escape(heading)}", body):
                    yield leaflet.id, f"says nothing under “{heading}” ({language})"
            for word in promises(body, language):
                yield leaflet.id, f"promises “{word}”, which only what is claimed may ({language})"


def promises(body: str, language: str) -> list[str]:
    """The words of a leaflet that promise, outside of what is claimed, and that their own sentence
    does not deny: « La guérison n’est pas démontrée » promises nothing."""
    return [
        found[0]
        for line in body.splitlines()
        if not line.startswith(CLAIMED[language])
        for sentence in _SENTENCE.split(line)
        if not re.search(_DENIED[language], sentence, re.IGNORECASE)
        for found in re.finditer(rf"(?i)\b(?:{_PROMISES[language]})", sentence)
    ]

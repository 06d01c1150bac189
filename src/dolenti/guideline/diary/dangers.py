"""Words of danger in what a patient writes freely: they only ever add an alarm.

::

    found(content, "mon genou est rouge et chaud")  # {"infection": True}

A danger that is not found is not known to be absent, so that no rule may read a text as a no. The
phone looks for the same words without a network, by the same ``patterns``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from dolenti.guideline.diary.content import Content
from dolenti.guideline.once import Itself

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})


def plain(text: str) -> str:
    """A text as it is looked through: small letters without accents, and digits; one space for
    all that is between."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    letters = re.sub(r"[\u0300-\u036f]", "", apart)
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


def patterns(content: Content) -> dict[str, str]:
    """What is looked for in a plain text, by the danger: an expression that Python and a browser
    read alike."""
    return dict(_patterns(Itself(content)))


@lru_cache(maxsize=8)
def _patterns(held: Itself[Content]) -> Mapping[str, str]:
    return {
        one.id: f"(?:^| )(?:{'|'.join(map(_pattern, dict.fromkeys((*one.fr, *one.en))))})(?: |$)"
        for one in held.it.danger_words
    }


def _pattern(phrase: str) -> str:
    return " ".join(
        plain(word) + ("[a-z0-9]*" if word.endswith("*") else "") for word in phrase.split()
    )


def found(content: Content, text: str) -> dict[str, bool]:
    """The dangers of which a word stands in a text; nothing is said of the others."""
    looked = plain(text)
    every = _patterns(Itself(content))
    return {name: True for name, words in every.items() if re.search(words, looked)}

"""Whether the word of a frequency agrees with the figures that stand beside it.

Common is one in a hundred or more, uncommon one in a thousand or more, rare less: the usual reading
of leaflets. One that nobody can give is ``unknown``, which no figure contradicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from dolenti.guideline.knowledge import AdverseEffect, Edition

_COMMON: Final = Fraction(1, 100)
_UNCOMMON: Final = Fraction(1, 1000)
_NUMBER: Final = r"(\d+(?:\.\d+)?)"
_RATES: Final = (
    re.compile(rf"{_NUMBER}%"),
    re.compile(rf"{_NUMBER} (?:\w+ )*?(?:of|per|in) {_NUMBER}"),
    re.compile(r"(one) (?:\w+ )*?case [\w ,]*?trial of (\d+)"),
)


def rate(counted: str) -> Fraction | None:
    """The first rate of an English text: “3.2%”, “2 of 40”, “0.27 per 1000”, “one case in a trial
    of 167”; ``None`` where it gives none."""
    text = counted.lower()
    found = [match for pattern in _RATES if (match := pattern.search(text))]
    if not found:
        return None
    first = min(found, key=lambda match: match.start())
    share = Fraction(first[1]) if first[1] != "one" else Fraction(1)
    return share / (Fraction(first[2]) if first.re.groups > 1 else 100)


def word(share: Fraction) -> str:
    """The word of a rate."""
    return "common" if share >= _COMMON else "uncommon" if share >= _UNCOMMON else "rare"


def disagreeing(edition: Edition) -> Iterator[tuple[AdverseEffect, str]]:
    """The effects whose word is not that of their figures, with the word that would be."""
    for therapy in edition.therapies:
        for effect in therapy.adverse_effects:
            share = rate(effect.counted.en) if effect.counted else None
            if share is not None and effect.frequency not in ("unknown", said := word(share)):
                yield effect, said

"""A word that is not one of ours: which of ours are near, said in a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import Final

from dolenti.guideline.errors import as_text
from dolenti.guideline.knowledge import Text

MOST_LETTERS = 100
MOST_LISTED: Final = 12
"""No name of ours is longer; comparing longer ones takes time that grows with their square."""


def shown(text: object, longest: int = 60) -> str:
    """A stranger's text, short enough and plain enough to stand in a sentence."""
    plain = as_text(text)
    return plain if len(plain) <= longest else plain[: longest - 3] + "..."


def nearest(word: object, known: Iterable[str], cutoff: float = 0.75) -> Text:
    """``; did you mean …?`` where some known word is close, else an empty text. Of names of
    medicines and diseases, what is only alike (ketoprofen for ibuprofen) is another thing."""
    close = difflib.get_close_matches(as_text(word)[:MOST_LETTERS], list(known), 3, cutoff)
    if not close:
        return Text(fr="", en="")
    *others, last = close
    before = ", ".join(others)
    return Text(
        fr=f" (vouliez-vous dire {before and f'{before} ou '}{last}\u00a0?)",
        en=f"; did you mean {before and f'{before} or '}{last}?",
    )


def admitted(word: object, known: Collection[str]) -> Text:
    """What may stand here instead of ``word``: the near ones; all of them where they are few; where
    they are many and none is near, the first of them and how many there are."""
    close = nearest(word, known)
    if len(known) > MOST_LISTED and close.en:
        return close
    listed = ", ".join(list(known)[:MOST_LISTED])
    if len(known) > MOST_LISTED:
        listed += f"… ({len(known)})"
    return Text(
        fr=f"{close.fr}\u00a0; sont admis\u00a0: {listed}", en=f"{close.en}; known are: {listed}"
    )

"""Whether a text is a reason: something that somebody else can read and judge."""

from __future__ import annotations

import re
from typing import Final

from dolenti.guideline.errors import InputError

FEWEST_WORDS: Final = 2
FEWEST_LETTERS: Final = 8
_WORD = re.compile(r"[^\W\d_]{2,}")


def says_why(text: str) -> bool:
    """Whether a text has words in it: two different ones, eight letters together, and not the same
    letter over and over.

    >>> says_why("seen in person")
    True
    >>> says_why(".........."), says_why("aaaaaaaa aaaaaaaaa"), says_why("urgence urgence")
    (False, False, False)
    """
    words = {word.casefold() for word in _WORD.findall(text)}
    letters = "".join(words)
    return (
        len(words) >= FEWEST_WORDS
        and len(letters) >= FEWEST_LETTERS
        and len(set(letters)) > FEWEST_WORDS
    )


def says_something(text: str) -> bool:
    """Whether a text holds a word at all: enough for what goes past no rule.

    >>> says_something("Grippe"), says_something("RV pris par erreur")
    (True, True)
    >>> says_something(".........."), says_something("aaaa"), says_something("x 12")
    (False, False, False)
    """
    return any(len(set(word.casefold())) > 1 for word in _WORD.findall(text))


def insist_said(text: str, where: str = "reason") -> str:
    """The text, where it says something. Raises ``InputError``."""
    if not says_something(text):
        raise InputError(
            "say why, in a word at least",
            where,
            fr="dites pourquoi, d’un mot au moins",
        )
    return text


def insist(text: str, where: str = "reason") -> str:
    """The text, where it is a reason. Raises ``InputError``: nothing is opened, gone past or lent
    for a reason that nobody can read."""
    if not says_why(text):
        raise InputError(
            "say a little more, in words: somebody else must understand it",
            where,
            fr="précisez un peu, avec des mots\u00a0: quelqu’un d’autre doit le comprendre",
        )
    return text

"""Names as one compares them: without accents, capitals, hyphens or points.

``DEPO-MEDROL``, ``Dépo Medrol`` and ``depomedrol`` are one name; ``L.P.`` is ``LP``; ``20mg`` is
``20 MG``; ``0,5`` is ``0.5``. Nothing here knows what a medicine is.
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = {"Œ": "OE", "œ": "oe", "Æ": "AE", "æ": "ae", "ß": "ss", "µ": "micro", "μ": "micro"}
_SPACES = re.compile("[\u2010-\u201f\u00a0-\u00bf\u2022\u2032\u202f\ufffd]")
_TABLE = bytes(
    code if chr(code).isalnum() or chr(code) in "\n\x01" else ord(" ")
    for code in map(ord, map(str.upper, map(chr, range(128))))
) + bytes(128)
_DECIMAL = re.compile(r"(?<=\d)[,.](?=\d)")
# Both look for a digit, of which there are few: looking for the place between is five times slower.
_DIGIT_THEN_LETTER, _LETTER_THEN_DIGIT = re.compile(r"\d(?=[A-Z])"), re.compile(r"(?<=[A-Z])\d")
_POINT = "\x01"  # stands for the decimal point while the other points go


def folded(text: str) -> str:
    """The text in plain capitals, words parted by spaces; line breaks are kept."""
    for letter, plain in _LETTERS.items():
        text = text.replace(letter, plain)
    marked = _SPACES.sub(" ", _DECIMAL.sub(_POINT, text))
    # An accent parts from its letter, and goes with whatever else ASCII has no sign for.
    bare = unicodedata.normalize("NFKD", marked).encode("ascii", "ignore")
    capitals = bare.translate(_TABLE, delete=b".").replace(b"\x01", b".").decode("ascii")
    return _LETTER_THEN_DIGIT.sub(r" \g<0>", _DIGIT_THEN_LETTER.sub(r"\g<0> ", capitals))


def words(text: str) -> tuple[str, ...]:
    """The words of a name, folded, in its order."""
    return tuple(folded(text).split())


def is_number(word: str) -> bool:
    """Whether a folded word is a strength or a count, not a name."""
    return word[0].isdigit()


def begins_alike(typed: str, word: str) -> bool:
    """Whether ``word``, or its beginning, is ``typed`` with one slip of the keys at most.

    A slip is one letter wrong, missing, too many, or two that changed places.
    """
    if word.startswith(typed):
        return True
    at = 0
    for one, other in zip(typed, word, strict=False):
        if one != other:
            break
        at += 1
    rest, swapped = typed[at + 1 :], typed[at + 1 : at + 2] + typed[at : at + 1]
    return (
        word[at + 1 :].startswith((rest, typed[at:]))  # a letter wrong, or one missing
        or word[at:].startswith(rest)  # a letter too many
        or word[at:].startswith(swapped + typed[at + 2 :])
    )


def alike(typed: str, word: str) -> bool:
    """Whether the whole ``word`` is ``typed`` with one slip at most."""
    return abs(len(typed) - len(word)) <= 1 and (
        begins_alike(typed, word) if len(typed) >= len(word) else begins_alike(word, typed)
    )

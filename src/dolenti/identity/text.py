"""Text that a person typed: cleaned of what cannot be seen, refused where it could deceive.

Markup is text like any other and is kept as typed; showing it safely is the templates' work.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from dolenti.guideline.errors import InputError

MOST_MARKS = 4
"""Accents on one letter. Vietnamese needs two, Hebrew points three; more buries other lines."""

# Invisible and harmless: they come along with a paste, and nobody could find them to remove them.
_DROPPED = dict.fromkeys(
    map(ord, "\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
)
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))  # Persian, Hindi and emoji are written with them
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class TextRules:
    """What a field takes: at most ``longest`` characters, on one line or several."""

    longest: int = 200
    lines: bool = False
    required: bool = False


LINE = TextRules()
NOTE = TextRules(longest=10_000, lines=True)


def clean_text(raw: str, rules: TextRules = LINE, where: str = "") -> str:
    """The text in composed form (NFC), trimmed, lines ended one way, invisible signs dropped.

    Raises ``InputError`` for NUL and other control characters, for characters that change the
    order in which text is read, for heaps of accents, and for a text that is missing or too long.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n").replace("\x85", "\n")
    # Before anything that costs time: a text a hundred times too long is refused as it came.
    _check_length(text.strip(), rules.longest * 4, rules.longest, where)
    if not rules.lines:
        text = text.replace("\t", " ").strip("\n")
    _check_characters(text, rules, where)
    text = unicodedata.normalize("NFC", text.translate(_DROPPED)).strip()
    _check_length(text, rules.longest, rules.longest, where)
    if rules.required and not text:
        raise InputError("write something here", where, fr="ce champ est à remplir")
    return text


def without_joiners(text: str) -> str:
    """The text without the signs that join or part letters: a French name has none."""
    return text.translate(_JOINERS)


def _check_length(text: str, most: int, said: int, where: str) -> None:
    if len(text) > most:
        raise InputError(
            f"this is {len(text)} characters long; at most {said} can be kept: shorten it",
            where,
            fr=f"ce texte compte {len(text)} caractères\u00a0; {said} au plus peuvent être "
            "enregistrés\u00a0: raccourcissez-le",
        )


def _check_characters(text: str, rules: TextRules, where: str) -> None:
    for position, character in enumerate(text, 1):
        if character in _REORDERING:
            raise InputError(
                f"character {position} is invisible and changes the order in which the text is "
                "read; type the text again rather than pasting it",
                where,
                fr=f"le caractère n° {position}, invisible, change l’ordre de lecture du "
                "texte\u00a0; saisissez-le de nouveau au lieu de le coller",
            )
        if character == "\n" and not rules.lines:
            raise InputError(
                "this fits on one line; remove the line break",
                where,
                fr="ce texte tient sur une ligne\u00a0; supprimez le retour à la ligne",
            )
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs", "Cn"):
            raise InputError(
                f"character {position} (U+{ord(character):04X}) cannot be printed; delete it, or "
                "type the text again",
                where,
                fr=f"le caractère n° {position} (U+{ord(character):04X}) n’est pas "
                "imprimable\u00a0; effacez-le ou saisissez de nouveau le texte",
            )
    if _heaped(text):
        raise InputError(
            "too many accents stand on one letter; type the text again",
            where,
            fr="une lettre porte trop d’accents\u00a0; saisissez de nouveau le texte",
        )


def _heaped(text: str) -> bool:
    if text.isascii():
        return False
    run = 0
    for character in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MOST_MARKS:
            return True
    return False

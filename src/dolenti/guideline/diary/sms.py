"""What fits an SMS: 160 characters of its own alphabet. A single letter outside of it (« ç »,
« ê ») makes of a message one of 70 characters, sent in three parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The alphabet of an SMS of 160 characters (GSM 03.38)."""
_FOR: Final = {
    "\u00a0": " ", "\u202f": " ", "’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"',
    "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE",
}  # fmt: skip
SENDER: Final = "sender"
LEAST: Final = 8
"""A name that is cut shorter is no name any more."""


def plain(text: str) -> str:
    """The text in the alphabet of an SMS, as far as it has such letters: « Forêt » is “Foret”."""
    return "".join(_plain(letter) for letter in text)


def _plain(letter: str) -> str:
    if letter in GSM:
        return letter
    base = unicodedata.normalize("NFD", letter)[0]
    return _FOR.get(letter, base if base in GSM else letter)


def filled(text: str, fields: Mapping[str, str], length: int) -> str:
    """A text with its fields, of at most so many characters: where it would be longer, the name of
    who sends it is cut after a word. What is asked and its address are never cut."""
    known = {name: plain(value) for name, value in fields.items()}
    found = text.format(**known)
    room = len(known[SENDER]) - (len(found) - length)
    if len(found) <= length or room < LEAST:
        return found
    cut = known[SENDER][: room + 1].rpartition(" ")[0] or known[SENDER][:room]
    return text.format(**{**known, SENDER: cut.rstrip(" ,;:-'")})

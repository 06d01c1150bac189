"""Makes any text printable without losing what it says.

Text reaches the templates as JSON strings, which Typst shows and never interprets. What is left
is what no page can hold: control and direction marks are dropped, for they could make a text look
like another; a character that the font has not is written as its code, ``[U+1F642]``, because
PDF/UA refuses a missing glyph; a word longer than a line is given places to break.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from struct import unpack_from

from dolenti.ui.print.drawing import Svg

FONTS = Path(__file__).parent / "fonts"

_LONG_RUN = re.compile(r"[^\s\u200b-]{25,}")
_BREAK = "\u200b"
_DROPPED = {"Cc", "Cf"}


def clean(text: str) -> str:
    """One text as it can be printed; a line end is kept, a tab is a space."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    shown = "".join(_printable(character) for character in normal)
    return _LONG_RUN.sub(lambda run: _BREAK.join(_cut(run[0], 20)), shown)


def clean_all(content: object) -> object:
    """The same for every text of nested dicts and lists; numbers, booleans and drawings stay."""
    if isinstance(content, Svg):
        return content
    if isinstance(content, str):
        return clean(content)
    if isinstance(content, Mapping):
        return {key: clean_all(value) for key, value in content.items()}
    if isinstance(content, Sequence):
        return [clean_all(value) for value in content]
    return content


def _printable(character: str) -> str:
    if character == "\n":
        return character
    if character == "\t":
        return " "
    if unicodedata.category(character) in _DROPPED:
        return ""
    return character if ord(character) in _covered() else f"[U+{ord(character):04X}]"


def _cut(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


@cache
def _covered() -> frozenset[int]:
    """The characters that every vendored font has."""
    return frozenset.intersection(*(_characters(file) for file in sorted(FONTS.glob("*.otf"))))


def _characters(font: Path) -> frozenset[int]:
    """The characters of an OpenType font: the segments of its ``cmap`` (formats 4 and 12)."""
    data = font.read_bytes()
    (tables,) = unpack_from(">H", data, 4)
    start = next(
        offset
        for tag, _, offset, _ in (unpack_from(">4sIII", data, 12 + 16 * n) for n in range(tables))
        if tag == b"cmap"
    )
    (count,) = unpack_from(">H", data, start + 2)
    found: set[int] = set()
    for number in range(count):
        _, _, offset = unpack_from(">HHI", data, start + 4 + 8 * number)
        (form,) = unpack_from(">H", data, start + offset)
        if form == 12:
            (groups,) = unpack_from(">I", data, start + offset + 12)
            for group in range(groups):
                first, last, _ = unpack_from(">III", data, start + offset + 16 + 12 * group)
                found.update(range(first, last + 1))
        elif form == 4:
            (twice,) = unpack_from(">H", data, start + offset + 6)
            ends = unpack_from(f">{twice // 2}H", data, start + offset + 14)
            starts = unpack_from(f">{twice // 2}H", data, start + offset + 16 + twice)
            for first, last in zip(starts, ends, strict=True):
                found.update(range(first, last + 1))
    return frozenset(found - {0xFFFF})

"""The body of a letter, read into its parts.

====================================  =============================================================
``{{field}}``                         what is known; where nothing is, a line to fill
``{{field: hint}}``                   the same; the hint says what belongs on the line
``{{field: one | another}}``          a choice: one of these
``{{field?}}``                        printed where it is known, else nothing
``{{field? « a sentence »}}``         the sentence is printed where the field is known
``{{field | « words »}}``             where nothing is known, these words; unless they hold a field
                                      that is not known either: then a line to fill
``**strong**``                        strong
====================================  =============================================================

An empty line ends a paragraph. Sentences and words may hold fields of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, TypeAlias

from dolenti.guideline.errors import InputError

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_SPACES: Final = " \t\u00a0\u202f"
_OPENS, _CLOSES = "«", "»"


@dataclass(frozen=True)
class Words:
    """Text as it stands."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Field:
    """What is known under a name. ``options``, where there are any, are all that it may say."""

    name: str
    hint: str = ""
    options: tuple[str, ...] = ()
    strong: bool = False


@dataclass(frozen=True)
class WhereKnown:
    """Parts that are printed only where a field is known."""

    name: str
    parts: tuple[Part, ...]
    says_itself: bool
    """Whether the field is among the parts; where it is not, it is a yes or nothing."""


@dataclass(frozen=True)
class Otherwise:
    """A field, and what is said where it is not known."""

    field: Field
    parts: tuple[Part, ...]


Part: TypeAlias = "Words | Field | WhereKnown | Otherwise"
Line: TypeAlias = "tuple[Part, ...]"


@dataclass(frozen=True)
class Letter:
    """A body: its paragraphs, each of lines, each of parts."""

    paragraphs: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Asked:
    """A line that may have to be filled. ``within`` names the fields on which it hangs: it is asked
    only where they are known. ``needed``: without it the letter cannot be signed; ``yes``: it is
    answered by yes or nothing. ``usual`` is what is said where nothing is, if that is plain."""

    name: str
    hint: str = ""
    options: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    needed: bool = True
    yes: bool = False
    usual: str = ""


@lru_cache(maxsize=64)
def parse(body: str, *, file: str = "", first_line: int = 1) -> Letter:
    """The parts of a body, which begins on a line of a file.

    Raises ``InputError`` with the file and the line of what cannot be read. Of the same body it is
    the same letter: every page of a record asks for those that could be written.
    """
    paragraphs: list[tuple[Line, ...]] = []
    lines: list[Line] = []
    for number, text in enumerate(body.split("\n"), first_line):
        where = f"{file}:{number}" if file else f"line {number}"
        if text.strip():
            lines.append(_Reader(text.strip(), where).line())
        elif lines:
            paragraphs.append(tuple(lines))
            lines = []
    if lines:
        paragraphs.append(tuple(lines))
    return Letter(tuple(paragraphs))


@lru_cache(maxsize=64)
def names_in(body: str) -> tuple[str, ...]:
    """Every field that a body may say, in the order of its first mention. Raises ``InputError``."""
    return names_of(parse(body))


def names_of(letter: Letter) -> tuple[str, ...]:
    """Every field that a letter may say, in the order of its first mention."""
    return tuple(dict.fromkeys(one.name for one in asked(letter)))


def asked(letter: Letter) -> tuple[Asked, ...]:
    """Every field once, in the order of its first mention; as it is needed most."""
    found: dict[str, Asked] = {}
    for paragraph in letter.paragraphs:
        for line in paragraph:
            for one in _asked(line, ()):
                before = found.get(one.name)
                found[one.name] = one if before is None else _both(before, one)
    return tuple(found.values())


def _both(one: Asked, other: Asked) -> Asked:
    return Asked(
        one.name,
        one.hint or other.hint,
        one.options or other.options,
        one.within if one.within == other.within else (),
        one.needed or other.needed,
        one.yes and other.yes,
        one.usual or other.usual,
    )


def _asked(parts: Line, within: tuple[str, ...]) -> Iterator[Asked]:
    for part in parts:
        if isinstance(part, Field):
            yield Asked(part.name, part.hint, part.options, within)
        elif isinstance(part, WhereKnown):
            inner = tuple(_asked(part.parts, (*within, part.name)))
            itself = next((one for one in inner if one.name == part.name), Asked(part.name))
            yield replace(itself, within=within, needed=False, yes=not part.says_itself)
            yield from (one for one in inner if one.name != part.name)
        elif isinstance(part, Otherwise):
            plain = all(isinstance(one, Words) for one in part.parts)
            usual = "".join(one.text for one in part.parts if isinstance(one, Words))
            field = part.field
            yield Asked(field.name, field.hint, field.options, within, usual=usual if plain else "")
            yield from _asked(part.parts, (*within, field.name))


class _Reader:
    """Reads one line. ``strong`` is on between two ``**``, across the fields between them."""

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._strong = False

    def line(self) -> Line:
        parts = self._parts(self._text)
        if self._strong:
            raise self._wrong("“**” opens and does not close", "«\u00a0**\u00a0» s’ouvre et ne se "
                              "ferme pas")  # fmt: skip
        return parts

    def _parts(self, text: str) -> Line:
        found: list[Part] = []
        at = 0
        while (start := text.find("{{", at)) >= 0:
            found += self._words(text[at:start])
            end = self._end_of(text, start)
            found.append(self._field(text[start + 2 : end].strip(_SPACES)))
            at = end + 2
        found += self._words(text[at:])
        return tuple(found)

    def _words(self, text: str) -> Iterator[Words]:
        if "}}" in text:
            raise self._wrong("“}}” closes and was not opened", "«\u00a0}}\u00a0» se ferme sans "
                              "s’être ouvert")  # fmt: skip
        for number, piece in enumerate(text.split("**")):
            if number:
                self._strong = not self._strong
            if piece:
                yield Words(piece, self._strong)

    def _end_of(self, text: str, start: int) -> int:
        depth, at = 0, start
        while at < len(text) - 1:
            two = text[at : at + 2]
            if two in ("{{", "}}"):
                depth += 1 if two == "{{" else -1
                if depth == 0:
                    return at
                at += 2
            else:
                at += 1
        raise self._wrong("“{{” opens and does not close", "«\u00a0{{\u00a0» s’ouvre et ne se "
                          "ferme pas")  # fmt: skip

    def _field(self, inside: str) -> Part:
        named = _NAME.match(inside)
        if named is None:
            raise self._wrong(
                f"“{inside}” does not begin with the name of a field",
                f"«\u00a0{inside}\u00a0» ne commence pas par le nom d’un champ",
            )
        name, rest = named[0], inside[named.end() :].strip(_SPACES)
        strong = self._strong
        if not rest:
            return Field(name, strong=strong)
        mark, after = rest[0], rest[1:].strip(_SPACES)
        if mark == ":" and after:
            options = tuple(_bare(one) for one in after.split("|"))
            if len(options) > 1:
                return Field(name, options=options, strong=strong)
            return Field(name, hint=after, strong=strong)
        if mark == "?":
            if not after:
                return WhereKnown(name, (Field(name, strong=strong),), says_itself=True)
            parts = self._parts(self._quoted(after))
            return WhereKnown(name, parts, says_itself=_says(parts, name))
        if mark == "|":
            parts = self._parts(self._quoted(after))
            return Otherwise(Field(name, strong=strong), parts)
        raise self._wrong(
            f"“{rest}” may not follow the name “{name}”: write “{{{{{name}}}}}”, or “:”, “?” or "
            "“|” after the name",
            f"«\u00a0{rest}\u00a0» ne peut pas suivre le nom «\u00a0{name}\u00a0»\u00a0: écrivez "
            f"«\u00a0{{{{{name}}}}}\u00a0», ou «\u00a0:\u00a0», «\u00a0?\u00a0» ou «\u00a0|\u00a0» "
            "après le nom",
        )

    def _quoted(self, text: str) -> str:
        if len(text) < 2 or text[0] != _OPENS or text[-1] != _CLOSES:
            raise self._wrong(
                f"“{text}” is to stand between « and »",
                f"«\u00a0{text}\u00a0» doit être entre guillemets «\u00a0et\u00a0»",
            )
        return text[1:-1].strip(_SPACES)

    def _wrong(self, en: str, fr: str) -> InputError:
        return InputError(en, self._where, fr=fr)


def _bare(option: str) -> str:
    return option.strip(_SPACES).removeprefix(_OPENS).removesuffix(_CLOSES).strip(_SPACES)


def _says(parts: Line, name: str) -> bool:
    return any(one.name == name for one in _asked(parts, ()))

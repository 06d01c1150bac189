"""A letter filled with what is known.

A value is text, or several texts for a list; an empty one says that there is nothing to print
(a side, where there is none), which is not the same as a name that has no value: that is a line to
fill. Nothing is made up, and nothing but the fields of the letter is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from dolenti.guideline.letters.parts import Field, Letter, Line, Otherwise, WhereKnown, Words

Value: TypeAlias = "str | tuple[str, ...]"
_ENDS: Final = ".!?…"


@dataclass(frozen=True)
class Run:
    """Some text. ``field`` names what it says, empty for the model's own words."""

    text: str
    strong: bool = False
    field: str = ""


@dataclass(frozen=True)
class Blank:
    """A line to fill, with the hint of the model."""

    field: str
    hint: str = ""


Span: TypeAlias = "Run | Blank"


@dataclass(frozen=True)
class Block:
    """A paragraph: lines of spans; or a list, one line an item. ``fields`` are those it says."""

    lines: tuple[tuple[Span, ...], ...]
    listed: bool = False
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A letter as it stands. ``missing`` are the lines to fill by name, in their order."""

    blocks: tuple[Block, ...]
    missing: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it as plain text; a line to fill is ``[name]``."""
        return "\n\n".join(
            "\n".join("".join(_plain(one) for one in line) for line in block.lines)
            for block in self.blocks
        )


def fill(letter: Letter, values: Mapping[str, Value]) -> Filled:
    """The letter with these values, by the names of its fields."""
    blocks: list[Block] = []
    for paragraph in letter.paragraphs:
        blocks += _blocks(paragraph, values)
    missing = dict.fromkeys(
        one.field
        for block in blocks
        for line in block.lines
        for one in line
        if isinstance(one, Blank)
    )
    return Filled(tuple(blocks), tuple(missing))


def _blocks(paragraph: tuple[Line, ...], values: Mapping[str, Value]) -> Iterator[Block]:
    """A paragraph; a list, where a line is one field that says several things, is a block of its
    own."""
    lines: list[tuple[Span, ...]] = []
    for line in paragraph:
        alone = _alone(line)
        value = values.get(alone.name) if alone is not None else None
        if alone is not None and isinstance(value, tuple) and len(value) > 1:
            if lines:
                yield _block(lines)
                lines = []
            items = tuple((Run(one, field=alone.name),) for one in value)
            yield Block(items, listed=True, fields=(alone.name,))
            continue
        spans = _tidy(_spans(line, values))
        if spans:
            lines.append(spans)
    if lines:
        yield _block(lines)


def _block(lines: list[tuple[Span, ...]]) -> Block:
    fields = dict.fromkeys(one.field for line in lines for one in line if one.field)
    return Block(tuple(lines), fields=tuple(fields))


def _alone(line: Line) -> Field | None:
    found = [one for one in line if not (isinstance(one, Words) and not one.text.strip())]
    only = found[0] if len(found) == 1 else None
    if isinstance(only, Otherwise):
        return only.field
    return only if isinstance(only, Field) else None


def _spans(parts: Line, values: Mapping[str, Value]) -> Iterator[Span]:
    for part in parts:
        if isinstance(part, Words):
            yield Run(part.text, part.strong)
        elif isinstance(part, Field):
            yield _said(part, values)
        elif isinstance(part, WhereKnown):
            if _is_known(part.name, values):
                yield from _spans(part.parts, values)
        elif part.field.name in values:
            yield _said(part.field, values)
        else:
            instead = list(_spans(part.parts, values))
            if any(isinstance(one, Blank) for one in instead):
                yield Blank(part.field.name, part.field.hint)
            else:
                yield from instead


def _said(field: Field, values: Mapping[str, Value]) -> Span:
    if field.name not in values:
        return Blank(field.name, field.hint)
    value = values[field.name]
    return Run(value if isinstance(value, str) else " ; ".join(value), field.strong, field.name)


def _is_known(name: str, values: Mapping[str, Value]) -> bool:
    return bool(values.get(name))


def _tidy(spans: Iterator[Span]) -> tuple[Span, ...]:
    """Without what is left over around something that printed nothing, and without a second full
    stop after a sentence that somebody ended."""
    found: list[Span] = []
    for one in spans:
        if isinstance(one, Blank):
            found.append(one)
            continue
        before = next((s.text for s in reversed(found) if isinstance(s, Run)), "")
        follows = bool(found) and isinstance(found[-1], Run)
        text = one.text
        if follows and before.endswith(tuple(_ENDS)) and text.startswith("."):
            text = text[1:]
        if follows and text[:1] in (",", ".", ")") and before.endswith(" "):
            last = found[-1]
            assert isinstance(last, Run)
            found[-1] = Run(last.text.rstrip(" "), last.strong, last.field)
        if text.startswith(" ") and (not found or (follows and before.endswith(" "))):
            text = text.lstrip(" ")
        text = re.sub(r" {2,}", " ", text)
        if text:
            found.append(Run(text, one.strong, one.field))
    while found and isinstance(found[-1], Run) and not found[-1].text.strip():
        found.pop()
    if found and isinstance(found[-1], Run):
        last = found[-1]
        found[-1] = Run(last.text.rstrip(), last.strong, last.field)
    return tuple(found)


def _plain(span: Span) -> str:
    return f"[{span.field}]" if isinstance(span, Blank) else span.text

"""The document of a letter, at the moment of its signature."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from dolenti.calendar.moments import local_day, to_local
from dolenti.guideline.letters import Blank, Block
from dolenti.guideline.words import date_in_words
from dolenti.letters.models import Letter
from dolenti.letters.writing import Draft
from dolenti.ui import print as printing

Pieces = tuple[tuple[str, bool], ...]
CORRECTS = "Cette lettre rectifie celle du {day}, qui reste au dossier."


def letter_pdf(
    made: Draft,
    signed_at: datetime,
    to_address: str = "",
    amends: Letter | None = None,
    logo: printing.Picture | None = None,
) -> bytes:
    """The PDF of a letter that lacks nothing; the ``logo`` of the site stands on it where its whole
    head does."""
    blocks = made.filled.blocks
    headed = bool(blocks) and "site.header" in blocks[0].fields
    said = {name: value for name, value in made.values.items() if isinstance(value, str)}
    day = date_in_words(local_day(amends.signed_at), "fr") if amends is not None else ""
    name, born = said.get("patient.name", ""), said.get("patient.birth_date", "")
    document = printing.LetterDocument(
        title=made.model.title.fr,
        place=_plain(blocks[0].lines[0]) if blocks else "",
        about=" · ".join(part for part in (name, born) if part),
        blocks=tuple(
            _block(one, place, len(blocks), to_address) for place, one in enumerate(blocks)
        ),
        amends=CORRECTS.format(day=day) if day else "",
        signed_at=to_local(signed_at),
        logo=logo if headed else None,
    )
    return printing.letter(document)


def _block(block: Block, place: int, count: int, to_address: str) -> tuple[str, tuple[Pieces, ...]]:
    lines = tuple(_pieces(line) for line in block.lines)
    kind = kind_of(block.fields, place, count, listed=block.listed)
    if kind == "to":
        lines += tuple(((one, False),) for one in to_address.splitlines() if one.strip())
    return kind, lines


def kind_of(fields: Collection[str], place: int, count: int, *, listed: bool) -> str:
    """What a block is on paper, by the fields that it says and where it stands."""
    if place == 0:
        return "head"
    if "to.name" in fields:
        return "to"
    if place == count - 1:
        return "signature"
    if fields and set(fields) <= {"date", "urgency"}:
        return "date"
    return "list" if listed else "text"


def _pieces(line: tuple[object, ...]) -> Pieces:
    return tuple((one.text, one.strong) for one in line if not isinstance(one, Blank))  # type: ignore[attr-defined]


def _plain(line: tuple[object, ...]) -> str:
    return "".join(text for text, _ in _pieces(line))

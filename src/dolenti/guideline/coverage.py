"""Where each numbered statement of the fact base went: encoded, and where, or left out, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from dolenti.guideline.knowledge import Edition, LeftOut, NumberedStatement, Product
from dolenti.guideline.loading import ASIDE

_NUMBERED = re.compile(r"([A-Z])(\d+)\Z")


@dataclass(frozen=True)
class Covered:
    """One statement: the entries that encode it, or the reason it is left out, or neither."""

    statement: str
    says: NumberedStatement | None
    encoded_in: tuple[str, ...]
    left_out: LeftOut | None

    @property
    def missing(self) -> bool:
        return not self.encoded_in and self.left_out is None


def coverage(edition: Edition) -> tuple[Covered, ...]:
    """Every numbered statement of the manifest, in order."""
    encoded: dict[str, list[str]] = {}
    for place, entry in walk_entries(edition):
        for statement in entry.encodes:
            encoded.setdefault(statement, []).append(place)
    left_out = {s: entry for entry in edition.left_out for s in entry.statements}
    statements = {statement.id: statement for statement in edition.statements}
    return tuple(
        Covered(
            statement=name,
            says=statements.get(name),
            encoded_in=tuple(dict.fromkeys(encoded.get(name, ()))),
            left_out=left_out.get(name),
        )
        for letter, last in edition.manifest.statements.items()
        for name in (f"{letter}{number}" for number in range(1, last + 1))
    )


def strange_statements(edition: Edition) -> list[tuple[str, str]]:
    """Numbered statements that some entry names though the manifest has no such number."""
    last = edition.manifest.statements
    strange = []
    for place, entry in walk_entries(edition):
        for statement in entry.encodes:
            match = _NUMBERED.match(statement)
            if match and match[1] in last and not 1 <= int(match[2]) <= last[match[1]]:
                strange.append((place, statement))
    return strange


def walk_entries(edition: Edition) -> Iterator[tuple[str, Any]]:
    """Everything in the edition that encodes statements, with a place a person can look up.

    The place of a nested entry is that of the entry that holds it: ``acs-protocol`` for a phase.
    """
    skipped = {"manifest", "sha256", "sources", "statements", "left_out", "body", *ASIDE}
    for field in edition.__struct_fields__:
        if field in skipped:
            continue
        for entry in getattr(edition, field):
            if field == "therapies":
                for part in entry.__struct_fields__:
                    yield from _walk(getattr(entry, part), f"{entry.id}/{part.replace('_', '-')}")
            else:
                yield from _walk(entry, field.replace("_", "-"))


def _walk(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple):
        for part in value:
            yield from _walk(part, place)
    elif isinstance(value, msgspec.Struct):
        name = getattr(value, "id", None)
        here = f"{place}/{name}" if isinstance(name, str) else place
        if hasattr(value, "encodes"):
            yield here, value
        for field in value.__struct_fields__:
            part = getattr(value, field)
            if isinstance(part, (tuple, msgspec.Struct)):
                yield from _walk(part, here if isinstance(value, Product) or "/" in here else place)

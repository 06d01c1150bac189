"""The chain of the trail: how a line is hashed, and whether all of them still hold.

The hash of a line covers all of it and the hash of the line before it, so that a line that was
edited, moved or removed shows. Only the end could be cut off unseen: hence the heads (see
``access.heads``), against which it is held as well.

A damaged row is named, and the rest is still looked at: a checker trusts nothing of what it checks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from typing import Any, Final

from dolenti.access.models import AuditEntry, AuditKey

GENESIS: Final = "0" * 64
_AT_ONCE: Final = 500
_CHAINED: Final = (
    "sequence",
    "at",
    "actor",
    "actor_name",
    "role",
    "site",
    "action",
    "outcome",
    "kind",
    "object_id",
    "patient",
    "patients",
    "sites",
    "detail",
    "previous",
)
WRITTEN: Final = (*_CHAINED, "sha256")
"""What a line is written with."""


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many lines, and the hash of the last."""

    sequence: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.sequence} {self.sha256}"


@dataclass(frozen=True)
class Fault:
    """What is wrong with the chain, and at which line.

    ``what`` is ``edited``, ``missing``, ``reordered``, ``damaged`` (a value that cannot be read),
    ``unnumbered`` (its number cannot; ``sequence`` is the row's key), ``unfindable`` (it is not
    found by the patients and sites it names) or ``cut``; of the heads, see ``access.heads``.
    """

    sequence: int
    what: str


def digest(entry: AuditEntry) -> str:
    """The hash of a line: of every value in it, written in one way only."""
    values = {name: getattr(entry, name) for name in _CHAINED}
    values["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(as_text(values).encode()).hexdigest()


def as_text(values: dict[str, Any]) -> str:
    """Values in the one way of writing them that is hashed."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def keys_of(entry: AuditEntry) -> set[str]:
    """By what a line is found beside its columns: whom it is about, and where else it concerns."""
    return {entry.patient, *entry.patients, *entry.sites} - {""}


def end() -> Head | None:
    """The end of the chain as the database has it."""
    last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "sha256").first()
    return Head(*last) if last else None


def holds(head: Head) -> bool:
    """Whether a head is that of a line of the chain."""
    found = AuditEntry.objects.filter(sequence=head.sequence).values_list("sha256", flat=True)
    return found.first() == head.sha256


def verify(*heads: Head) -> tuple[int, list[Fault]]:
    """How many lines there are, and the faults among them: none in a trail nobody touched.

    ``heads`` are ends as they were known elsewhere; without one, a cut tail cannot be seen.
    """
    faults: list[Fault] = []
    expected, count = 1, 0
    previous: str | None = GENESIS  # unknown after a row that cannot be read
    for row in _rows():
        count += 1
        if row.sequence is None:
            faults.append(Fault(row.key, "unnumbered"))
            continue
        if row.sequence != expected:
            faults.append(Fault(expected, "missing"))
        elif row.entry is not None and previous is not None and row.entry.previous != previous:
            faults.append(Fault(row.sequence, "reordered"))
        faults += [Fault(row.sequence, what) for what in _wrong_with(row)]
        expected = row.sequence + 1
        previous = row.entry.sha256 if row.entry is not None else None
    return count, faults + [fault for head in heads for fault in _against(head)]


@dataclass(frozen=True)
class _Row:
    """A row as far as it can be read: its own key, its number, the line, what finds it."""

    key: int
    sequence: int | None
    entry: AuditEntry | None
    keys: set[str]


def _rows() -> Iterator[_Row]:
    """Every row in the order of the numbers, those that cannot be read too."""
    ordered = AuditEntry.objects.order_by("sequence").values_list("pk", flat=True)
    every = ordered.iterator(chunk_size=_AT_ONCE)
    while some := list(islice(every, _AT_ONCE)):
        yield from _read(some)


def _read(rows: list[int]) -> Iterator[_Row]:
    try:
        entries: dict[int, AuditEntry | None] = dict(AuditEntry.objects.in_bulk(rows))
    except Exception:  # noqa: BLE001 - whatever stands in a damaged row; it is found by itself
        entries = {row: _alone(row) for row in rows}
    found: dict[Any, set[str]] = {}
    named = AuditKey.objects.filter(entry__in=_numbers(entries)).values_list("entry_id", "key")
    for line, key in named:
        found.setdefault(line, set()).add(key)
    for row in rows:
        entry = entries.get(row)
        number: Any = _number(row) if entry is None else _said(entry)
        known = number if isinstance(number, int) else None
        yield _Row(row, known, entry, found.get(number, set()))


def _said(entry: AuditEntry) -> Any:
    return entry.sequence


def _numbers(entries: dict[int, AuditEntry | None]) -> list[int]:
    numbers = [_said(entry) for entry in entries.values() if entry is not None]
    return [number for number in numbers if isinstance(number, int)]


def _alone(row: int) -> AuditEntry | None:
    try:
        return AuditEntry.objects.get(pk=row)
    except Exception:  # noqa: BLE001 - see above
        return None


def _number(row: int) -> Any:
    try:
        return AuditEntry.objects.values_list("sequence", flat=True).get(pk=row)
    except Exception:  # noqa: BLE001 - see above
        return None


def _wrong_with(row: _Row) -> list[str]:
    if row.entry is None:
        return ["damaged"]
    try:
        found = digest(row.entry)
        named = keys_of(row.entry)
    except Exception:  # noqa: BLE001 - a value of another kind than it was written with
        return ["damaged"]
    wrong = [] if found == row.entry.sha256 else ["edited"]
    return wrong if named == row.keys else [*wrong, "unfindable"]


def _against(head: Head) -> list[Fault]:
    if not head.sequence or holds(head):
        return []
    there = AuditEntry.objects.filter(sequence=head.sequence).exists()
    return [Fault(head.sequence, "edited" if there else "cut")]

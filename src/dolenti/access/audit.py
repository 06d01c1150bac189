"""The trail: every read, write, refusal, export and log-in, each line chained to the one before.

The hash of a line covers all of it and the hash of the line before it, so that a line that was
edited, moved or removed shows. Only the end could be cut off unseen: hence the last head is also
kept in a file beside the database, and whoever keeps a copy of it elsewhere can prove the rest.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from dolenti.access.models import AuditEntry, User

GENESIS: Final = "0" * 64
DONE, REFUSED, FAILED = "done", "refused", "failed"
_LOCK: Final = 0x646F6C65  # PostgreSQL's advisory lock of the chain's end
_CHAINED = (
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
    "detail",
    "previous",
)


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many lines, and the hash of the last."""

    sequence: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.sequence} {self.sha256}"


def record(
    action: str,
    *,
    actor: User | None,
    outcome: str = DONE,
    kind: str = "",
    object_id: str = "",
    patient_id: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one line, in the transaction that is open, if one is: what is undone left no trace.

    ``detail`` holds codes, counts and names of fields: never a value of a patient's health.
    """
    with transaction.atomic():
        _wait_for_the_end()
        last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "sha256").first()
        sequence, previous = last or (0, GENESIS)
        entry = AuditEntry(
            sequence=sequence + 1,
            at=timezone.now(),
            actor=actor.public_id if actor else "",
            actor_name=actor.name if actor else "",
            role=actor.role if actor else "",
            site=_site(actor),
            action=action,
            outcome=outcome,
            kind=kind,
            object_id=object_id,
            patient=patient_id,
            detail=detail or {},
            previous=previous,
        )
        entry.sha256 = digest(entry)
        entry.save()
        head = Head(entry.sequence, entry.sha256)
        # What is committed is saved: that the file could not follow makes no error of it.
        transaction.on_commit(lambda: write_head(head), robust=True)


def _site(actor: User | None) -> str:
    if actor is None:
        return ""
    return actor.site.public_id


def _wait_for_the_end() -> None:
    # SQLite has one writer at a time, from the start of the transaction (BEGIN IMMEDIATE).
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def digest(entry: AuditEntry) -> str:
    """The hash of a line: of every value in it, written in one way only."""
    values = {name: getattr(entry, name) for name in _CHAINED}
    values["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(as_text(values).encode()).hexdigest()


def as_text(values: dict[str, Any]) -> str:
    """Values in the one way of writing them that is hashed."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Fault:
    """What is wrong with the chain, and at which line."""

    sequence: int
    what: str  # edited, missing, reordered, cut


def verify(head: Head | None = None) -> tuple[int, list[Fault]]:
    """How many lines there are, and the faults among them: none in a trail nobody touched.

    ``head`` is the end as it was known elsewhere; without one, a cut tail cannot be seen.
    """
    faults: list[Fault] = []
    expected, previous, count = 1, GENESIS, 0
    known = ""
    for entry in AuditEntry.objects.order_by("sequence").iterator(chunk_size=2000):
        count += 1
        if entry.sequence != expected:
            faults.append(Fault(expected, "missing"))
        elif entry.previous != previous:
            faults.append(Fault(entry.sequence, "reordered"))
        if digest(entry) != entry.sha256:
            faults.append(Fault(entry.sequence, "edited"))
        expected, previous = entry.sequence + 1, entry.sha256
        if head is not None and entry.sequence == head.sequence:
            known = entry.sha256
    if head is not None and head.sequence and known != head.sha256:
        faults.append(Fault(head.sequence, "edited" if known else "cut"))
    return count, faults


def end() -> Head | None:
    """The end of the chain as the database has it."""
    last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "sha256").first()
    return Head(*last) if last else None


def head_file() -> Path:
    """Where the last head is kept beside the database."""
    data: Path = settings.DATA
    return data / "audit-head"


def last_head() -> Head | None:
    """The head in the file, or ``None`` where there is none yet."""
    try:
        return read_head(head_file().read_text("ascii"))
    except FileNotFoundError:
        return None


def read_head(text: str) -> Head | None:
    """A head as written: “sequence hash”. ``None`` for an empty text."""
    words = text.split()
    return Head(int(words[0]), words[1]) if len(words) >= 2 else None


def write_head(head: Head) -> None:
    """Keep a head, unless a later one is kept already."""
    descriptor = os.open(head_file(), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = read_head(file.read())
        if kept is None or kept.sequence < head.sequence:
            file.seek(0)
            file.write(f"{head}\n")
            file.truncate()

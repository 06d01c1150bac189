"""The trail: every read, write, refusal, export and log-in leaves a line, chained to the one
before (see ``access.chain``).

A write is a line of its own, in the transaction that writes. What one request reads is gathered
and becomes one line, written before the answer leaves; what it was refused is written then as well,
so that an undone transaction does not take the refusal with it (ADR 18).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from dolenti.access import at_once, heads
from dolenti.access.actors import Actor
from dolenti.access.chain import GENESIS, WRITTEN, Head, digest, keys_of
from dolenti.access.models import AuditEntry, AuditKey, Site, User

DONE, REFUSED, FAILED = "done", "refused", "failed"
FOUNDED: Final = "found-clinic"
"""The line that founds a house, and with it the trail."""
SEVERAL: Final = "several"
"""The kind of a line that tells of reads of several kinds."""
MOST: Final = 500
"""Reads in one line; a request that reads more leaves more lines, at once."""
_LOCK: Final = 0x646F6C65  # PostgreSQL's advisory lock of the chain's end


@dataclass(frozen=True)
class Read:
    """One thing that was read, and of which patient."""

    kind: str
    object_id: str
    patient_id: str = ""


@dataclass(frozen=True, kw_only=True)
class _Line:
    """What a line says, beside what the chain adds."""

    action: str
    actor: Actor | None
    outcome: str = DONE
    kind: str = ""
    object_id: str = ""
    patient_id: str = ""
    patients: Iterable[str] = ()
    sites: Iterable[str] = ()
    detail: dict[str, Any] | None = None


@dataclass
class _Reader:
    """What one person read within one request, each thing once, in its order."""

    actor: Actor
    reads: dict[Read, None] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Gathering:
    """What a request has read and was refused, until its lines are written."""

    readers: dict[tuple[str, int, str], _Reader] = field(default_factory=dict)
    refusals: list[_Line] = field(default_factory=list)


_gathering: ContextVar[_Gathering | None] = ContextVar("gathering", default=None)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What one line says of several that an actor did at once."""

    object_id: str
    patient_id: str = ""
    detail: dict[str, Any] | None = None


def record_all(action: str, *, actor: Actor | None, kind: str, deeds: Iterable[Deed]) -> None:
    """Write the lines of what was done many times over, one for each as ``record`` does. Three
    queries."""
    _write(
        _Line(
            action=action, actor=actor, kind=kind, object_id=one.object_id,
            patient_id=one.patient_id, detail=one.detail,
        )
        for one in deeds
    )  # fmt: skip


def record(
    action: str,
    *,
    actor: Actor | None,
    outcome: str = DONE,
    kind: str = "",
    object_id: str = "",
    patient_id: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one line, in the transaction that is open, if one is: what is undone left no trace.
    A refusal is no part of what it stops: in a request, its line is written at the end.

    ``detail`` holds codes, counts and names of fields: never a value of a patient's health.
    """
    _put(
        _Line(
            action=action,
            actor=actor,
            outcome=outcome,
            kind=kind,
            object_id=object_id,
            patient_id=patient_id,
            detail=detail,
        )
    )


def refuse(actor: Actor, *, sites: Iterable[str], action: str = "read", **what: Any) -> None:
    """Something refused: ``what`` is its ``kind``, ``object_id``, ``patient_id`` or ``patients``,
    and ``detail``. ``sites`` are the public ids of those it concerns beside the actor's: their
    auditors find it too."""
    _put(_Line(action=action, actor=actor, outcome=REFUSED, sites=sites, **what))


def _put(line: _Line) -> None:
    gathering = _gathering.get()
    if line.outcome == REFUSED and gathering is not None:
        gathering.refusals.append(line)
    else:
        _write([line])


def _write(lines: Iterable[_Line]) -> None:
    with transaction.atomic():
        _wait_for_the_end()
        last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "sha256").first()
        sequence, previous = last or (0, GENESIS)
        entries = []
        founds = False
        for line in lines:
            founds |= line.action == FOUNDED
            sequence += 1
            entries.append(_entry(line, sequence, previous))
            previous = entries[-1].sha256
        if not entries:
            return
        at_once.insert(AuditEntry, ({name: getattr(one, name) for name in WRITTEN}
                                    for one in entries))  # fmt: skip
        at_once.insert(AuditKey, ({"entry_id": one.sequence, "key": key}
                                  for one in entries for key in sorted(keys_of(one))))  # fmt: skip
        head = Head(sequence, previous)
        # What is committed is saved: that the file could not follow makes no error of it.
        # Where a house stands, an empty trail was emptied: only its founding begins one.
        transaction.on_commit(
            lambda: heads.write_head(
                head, begins=last is None and (founds or not Site.objects.exists())
            ),
            robust=True,
        )


def _entry(line: _Line, sequence: int, previous: str) -> AuditEntry:
    actor = line.actor
    own = actor.site.public_id if actor else ""
    entry = AuditEntry(
        sequence=sequence,
        at=timezone.now(),
        actor=actor.public_id if actor else "",
        actor_name=actor.name if actor else "",
        role=actor.role if actor else "",
        site=own,
        action=line.action,
        outcome=line.outcome,
        kind=line.kind,
        object_id=line.object_id,
        patient=line.patient_id,
        patients=sorted(set(line.patients)),
        sites=sorted(set(line.sites) - {own, ""}),
        detail=line.detail or {},
        previous=previous,
    )
    entry.sha256 = digest(entry)
    return entry


def _wait_for_the_end() -> None:
    # SQLite has one writer at a time, from the start of the transaction (BEGIN IMMEDIATE).
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def sites_of(account: User) -> list[str]:
    """The public ids of every site where a person works, and of the one that answers for them."""
    works = Q(memberships__user=account, memberships__ended_at=None)
    found = Site.objects.filter(works | Q(pk=account.home_id)).order_by("pk").distinct()
    return list(found.values_list("public_id", flat=True))


def record_account(
    action: str,
    *,
    actor: Actor | None,
    account: User | None,
    outcome: str = DONE,
    sites: Iterable[str] = (),
    detail: dict[str, Any] | None = None,
) -> None:
    """A line about an account: it concerns every site where the person works, and the one that
    answers for the account, beside ``sites``. ``account`` is ``None`` where nobody knows whose it
    was."""
    concerned = sites_of(account) if account is not None else []
    _put(
        _Line(
            action=action,
            actor=actor,
            outcome=outcome,
            kind="account",
            object_id=account.public_id if account else "",
            sites=[*concerned, *sites],
            detail=detail,
        )
    )


def seen(actor: Actor, reads: Iterable[Read], **detail: Any) -> None:
    """Tell that this person read these things: a line now or, in a request, with all else that it
    reads."""
    gathering = _gathering.get()
    told = _Gathering() if gathering is None else gathering
    reader = told.readers.setdefault((actor.public_id, actor.site_id, actor.role), _Reader(actor))
    reader.reads |= dict.fromkeys(reads)
    reader.detail |= detail
    if gathering is None:
        _tell(told)


@contextmanager
def gathered() -> Iterator[None]:
    """Gather what is read in here into one line for each reader, written at the end with what was
    refused.

    It stands around a request, outside of any transaction, so that a read is told even where what
    was to be written is undone. If the line cannot be written the error goes on to whoever was to
    get the answer: nothing is read without its line.
    """
    gathering = _Gathering()
    before = _gathering.set(gathering)
    try:
        yield
    finally:
        _gathering.reset(before)
        _tell(gathering)


def _tell(gathering: _Gathering) -> None:
    lines = [line for reader in gathering.readers.values() for line in _lines_of(reader)]
    lines += gathering.refusals
    if not lines:
        return
    _write(lines)


def _lines_of(reader: _Reader) -> Iterator[_Line]:
    reads = list(reader.reads)
    for start in range(0, len(reads), MOST):
        yield _line_of(reader, reads[start : start + MOST])


def _line_of(reader: _Reader, reads: list[Read]) -> _Line:
    patients = {one.patient_id for one in reads} - {""}
    by_kind: dict[str, list[str]] = {}
    for one in reads:
        by_kind.setdefault(one.kind, []).append(one.object_id)
    single = len(reads) == 1
    return _Line(
        action="read",
        actor=reader.actor,
        kind=reads[0].kind if len(by_kind) == 1 else SEVERAL,
        object_id=reads[0].object_id if single else "",
        patient_id=next(iter(patients)) if len(patients) == 1 else "",
        patients=patients if len(patients) > 1 else (),
        detail=reader.detail if single else {**reader.detail, "read": by_kind},
    )

"""The head of the trail, kept in a file beside the database, and in a second place where one is
named (``DOLENTI_WITNESS``): the witness of its end. Whoever cuts the trail has to reach them all.

A head is only ever followed by a later one of the same chain. One that the chain does not hold is
put aside and stays a fault until a person has looked and taken the file away: a trail that was cut
does not heal by growing again, nor by the line of its own verification. A file that is gone is not
made again either, except by the first line of a trail and by ``start_again``.
"""

from __future__ import annotations

import fcntl
import os
import re
import threading
from datetime import UTC
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from dolenti.access import chain
from dolenti.access.chain import Fault, Head
from dolenti.guideline.errors import InputError

NAME: Final = "audit-head"
_BROKEN: Final = ".broken_"
_NAMES: Final = ("head", "witness")
_WRITTEN = re.compile(r"([0-9]{1,18}) ([0-9a-f]{64})\s*\Z")


def head_file() -> Path:
    """Where the last head is kept beside the database."""
    data: Path = settings.DATA
    return data / NAME


def witness_file() -> Path | None:
    """Where it is kept a second time. Raises ``InputError`` where that is no second place."""
    second: Path | None = settings.WITNESS
    if second is None:
        return None
    first = head_file()
    there = second.exists() and first.exists()
    if second.resolve() == first.resolve() or (there and second.samefile(first)):
        raise InputError(
            "this is the file in which the end of the trail is kept already; name one of another "
            "disk or machine",
            "DOLENTI_WITNESS",
            fr="c’est le fichier où la fin du journal est déjà conservée\u00a0; indiquez-en un sur "
            "un autre disque ou une autre machine",
        )
    return second


def places() -> list[Path]:
    """Every file in which the head is kept, that beside the database first."""
    second = witness_file()
    return [head_file(), *([second] if second else [])]


def broken_files() -> list[Path]:
    """The heads that were put aside because the chain did not hold them, oldest first."""
    found = (place.parent.glob(f"{place.name}{_BROKEN}*") for place in places())
    return [file for files in found for file in sorted(files)]


def set_aside(moment: str) -> None:
    """Put every kept head aside under another name: what stands in its place begins anew."""
    for place in places():
        if place.exists():
            place.rename(place.with_name(f"{place.name}.{moment}"))


def read_head(text: str) -> Head | None:
    """A head as written, “sequence hash”; ``None`` for any other text."""
    found = _WRITTEN.match(text.strip())
    return Head(int(found[1]), found[2]) if found else None


def last_head() -> Head | None:
    """The head in the file, or ``None`` where there is none that can be read."""
    return _read(head_file())


def _read(file: Path) -> Head | None:
    try:
        return read_head(file.read_text("ascii", "replace"))
    except OSError:
        return None


def write_head(head: Head) -> None:
    """Keep the head of a line that was written, unless a later one is kept already; a place that
    cannot be written keeps it from no other. Raises ``OSError`` for the last that could not."""
    failed: OSError | None = None
    for place in places():
        try:
            _keep(place, head)
        except OSError as error:
            failed = error
    if failed is not None:
        raise failed


def _keep(place: Path, head: Head) -> None:
    try:
        descriptor = os.open(place, os.O_RDWR)
    except FileNotFoundError:
        if head.sequence == 1:
            _begin(place, head)
        return  # taken away: what is missing stays missed until somebody starts again
    with os.fdopen(descriptor, "r+", encoding="ascii", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        kept = read_head(text)
        if kept is None or not chain.holds(kept):
            _put_aside(place, text)
        elif kept.sequence >= head.sequence:
            return
        _write(file.fileno(), head)


def _begin(place: Path, head: Head) -> None:
    """Make the file, which is never seen empty: whoever writes the second line may come first."""
    new = place.with_name(f".{place.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        _write(descriptor, head)
        os.link(new, place)
    except FileExistsError:
        pass  # made meanwhile
    finally:
        os.close(descriptor)
        new.unlink()


def _write(descriptor: int, head: Head) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.truncate(descriptor, os.write(descriptor, f"{head}\n".encode("ascii")))


def _put_aside(place: Path, text: str) -> None:
    """A copy of what the file said, so that the file itself stays locked."""
    moment = timezone.now().astimezone(UTC)
    aside = place.with_name(f"{place.name}{_BROKEN}{moment:%Y-%m-%d_%H%M%S_%f}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def start_again() -> Head | None:
    """Keep the end that the chain has now, whatever was kept before: after a restore, or when a
    person has seen why the file is gone. What was kept and no chain holds stays put aside."""
    head = chain.end()
    if head is None:
        return None
    for place in places():
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _write(file.fileno(), head)
    return head


LOST: Final = frozenset(
    {"head-missing", "head-unreadable", "witness-missing", "witness-unreadable"}
)
"""The faults of a witness that is lost: nothing shows that the trail itself was changed, and
nothing would show if it were."""


def verify(*given: Head) -> tuple[int, list[Fault]]:
    """The chain held against every head: those ``given``, those kept, those put aside.

    Beside the faults of ``chain.verify``: ``head-missing`` and ``head-unreadable`` where the file
    of a trail that has lines cannot witness its end, ``witness-missing`` and
    ``witness-unreadable`` of the second one, ``head-broken`` for one that was put aside.
    """
    kept = [(place, name, _read(place)) for place, name in zip(places(), _NAMES, strict=False)]
    count, faults = chain.verify(*given, *dict.fromkeys(head for _, _, head in kept if head))
    if count:
        faults += [
            Fault(count, f"{name}-{'unreadable' if place.exists() else 'missing'}")
            for place, name, head in kept
            if head is None
        ]
    for file in broken_files():
        aside = _read(file)
        faults.append(Fault(aside.sequence if aside else count, "head-broken"))
    return count, faults

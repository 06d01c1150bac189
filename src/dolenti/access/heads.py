"""The head of the trail, kept in a file beside the database, and in a second place where one is
named (``DOLENTI_WITNESS``): the witness of its end. Whoever cuts the trail has to reach them all.

A file only ever grows. Its last line is followed by a later head of the same chain; one that the
chain does not hold stays where it is, the next goes below it, and that is a fault until a person
has looked and keeps the end anew, which is a line of the trail: a trail that was cut does not heal
by growing again, nor by the line of its own verification. A file that is gone or cannot be read is
not made again either, except by the line that founds a house and by ``start_again``.
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
from dolenti.access.models import Site
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


def lost() -> list[Path]:
    """The places whose file is gone or holds no end that can be read, of a trail that has lines."""
    return [place for place in places() if _read(place) is None] if chain.end() else []


def broken_files() -> list[Path]:
    """The heads that a person replaced and the chain does not hold, oldest first."""
    found = (place.parent.glob(f"{place.name}{_BROKEN}*") for place in places())
    return [file for files in found for file in sorted(files)]


def witnesses_of_a_cut() -> list[Path]:
    """Every file that keeps a head which the chain does not hold."""
    kept = [place for place in places() if not all(map(chain.holds, _read(place) or ()))]
    return [*kept, *broken_files()]


def set_aside(moment: str, *, of: slice = slice(None)) -> None:
    """Put the kept heads, or those ``of`` some places, aside under another name: what stands in
    their place begins anew."""
    for place in places()[of]:
        if place.exists():
            place.rename(place.with_name(f"{place.name}.{moment}"))


def read_head(text: str) -> Head | None:
    """A head as written, “sequence hash”; ``None`` for any other text."""
    found = _WRITTEN.match(text.strip())
    return Head(int(found[1]), found[2]) if found else None


def last_head() -> Head | None:
    """The last head in the file, or ``None`` where there is none that can be read."""
    kept = _read(head_file())
    return kept[-1] if kept else None


def kept_heads() -> list[Head]:
    """Every head that can be read in the places, each once."""
    return list(dict.fromkeys(head for place in places() for head in _read(place) or ()))


def _read(file: Path) -> list[Head] | None:
    """The heads in a file, at least one; ``None`` where it is gone or holds anything else."""
    try:
        return _heads(file.read_text("ascii", "replace"))
    except OSError:
        return None


def _heads(text: str) -> list[Head] | None:
    heads = [read_head(line) for line in text.splitlines()]
    found = [head for head in heads if head is not None]
    return found if found and len(found) == len(heads) else None


def write_head(head: Head, *, begins: bool = False) -> None:
    """Keep the head of a line that was written, unless a later one is kept already; a place that
    cannot be written keeps it from no other. Where the line ``begins`` a trail, so does the file.
    Raises ``OSError`` for the last that could not."""
    failed: OSError | None = None
    for place in places():
        try:
            _keep(place, head, begins)
        except OSError as error:
            failed = error
    if failed is not None:
        raise failed


def _keep(place: Path, head: Head, begins: bool) -> None:
    try:
        descriptor = os.open(place, os.O_RDWR)
    except FileNotFoundError:
        if begins:
            _begin(place, head)
        return  # taken away: what is missing stays missed until somebody starts again
    with os.fdopen(descriptor, "r+", encoding="ascii", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = _heads(file.read())
        if kept is None or kept[-1] == head:
            return  # what cannot be read is no witness, and is left for a person to look at
        *before, last = kept
        if not chain.holds(last):
            before = kept
        elif last.sequence >= head.sequence:
            return
        _write(file.fileno(), *before, head)


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


def _write(descriptor: int, *heads: Head) -> None:
    text = "".join(f"{head}\n" for head in heads)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.truncate(descriptor, os.write(descriptor, text.encode("ascii")))


def _put_aside(place: Path, text: str) -> None:
    """A copy of what the file said, so that the file itself stays locked."""
    moment = timezone.now().astimezone(UTC)
    aside = place.with_name(f"{place.name}{_BROKEN}{moment:%Y-%m-%d_%H%M%S_%f}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def start_again() -> Head | None:
    """Keep the end that the chain has now, whatever was kept before: after a restore, or when a
    person has seen why the file is gone. What was kept and no chain holds is put aside, and stays
    a fault there until that person takes it away."""
    head = chain.end()
    if head is None:
        return None
    for place in places():
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+", encoding="ascii", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            text = file.read()
            if not all(map(chain.holds, filter(None, map(read_head, text.splitlines())))):
                _put_aside(place, text)
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
    ``witness-unreadable`` of the second one, ``head-broken`` for a kept head in whose place the
    chain has another line, and for one that was put aside. A house without a single line, whose
    founding is one, has lost its first.
    """
    count, faults = chain.verify(*given)
    if not count and Site.objects.exists():
        faults.append(Fault(1, "missing"))
    faults += [_broken(head) for head in kept_heads() if not chain.holds(head)]
    if count:
        faults += [
            Fault(count, f"{name}-{'unreadable' if place.exists() else 'missing'}")
            for place, name in zip(places(), _NAMES, strict=False)
            if _read(place) is None
        ]
    for file in broken_files():
        aside = _read(file)
        faults.append(Fault(aside[0].sequence if aside else count, "head-broken"))
    return count, faults


def _broken(head: Head) -> Fault:
    last = chain.end()
    is_past = last is not None and last.sequence >= head.sequence
    return Fault(head.sequence, "head-broken" if is_past else "cut")

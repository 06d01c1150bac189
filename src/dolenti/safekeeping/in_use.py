"""Whether the site is running on a data folder: known to the system, not from a file left behind.

Every process of the site holds a shared lock for as long as it lives, however it ends. A restore
and a move need the lock for themselves.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dolenti.guideline.errors import InputError

FILE = "in-use.lock"


def hold(data: Path) -> int:
    """Say for the rest of this process's life that the site is running. Gives the lock's file.

    Refuses while a restore or a move is at work.
    """
    return _lock(
        data,
        fcntl.LOCK_SH,
        InputError(
            "the database is being restored or moved; start the site when that is done",
            str(data),
            fr="la base est en cours de restauration ou de déplacement\u00a0; démarrez Dolenti "
            "quand ce sera terminé",
        ),
    )


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Keep the site from starting. Refuses while it is running."""
    descriptor = _lock(
        data,
        fcntl.LOCK_EX,
        InputError(
            "the site is running on this folder; stop it, and try again",
            str(data),
            fr="Dolenti fonctionne sur ce dossier\u00a0; arrêtez-le, puis recommencez",
        ),
    )
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(data: Path, kind: int, refusal: InputError) -> int:
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise refusal from None
    return descriptor

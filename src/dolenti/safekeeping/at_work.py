"""Whether the site has a worker: known from the lock it holds, not from what it last wrote.

One worker stands at a time (see ``work.standing``): on this machine by a lock of a file, which ends
with its process however it ends; on PostgreSQL, between machines, by one of the database.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from django.db import connection

FILE: Final = "worker.lock"
LOCK: Final = 0x776F726B  # PostgreSQL's advisory lock of the one worker, whichever machine it is on


def is_at_work(data: Path) -> bool:
    """Whether a worker does the site's jobs at this moment."""
    if connection.vendor == "postgresql":
        return _held_in_the_database()
    return _held_here(data)


def _held_in_the_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 "
            "AND objid = %s AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK],
        )
        held: bool = cursor.fetchone()[0]
    return held


def _held_here(data: Path) -> bool:
    try:
        descriptor = os.open(data / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # Shared, and for this moment: a worker that comes just now finds its place a second later.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False

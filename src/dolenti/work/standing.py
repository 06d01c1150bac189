"""One worker at a time; and what a killed one left is taken up again.

The library leaves a job of a killed worker as running for ever. Only one worker of ours stands at a
time, held by a lock that the system takes back when its process ends, however it ends: whoever gets
the lock knows that a job still marked as running is nobody's.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from django.db import connection
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dolenti.safekeeping.at_work import FILE, LOCK


class Standing:
    """The place of the one worker: held on this machine by a file, between machines by the
    database."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._descriptor: int | None = None

    def held(self) -> bool:
        """Whether the place is ours: asked before each job, since a lost connection loses it."""
        return self._held_here() and self._held_among_machines()

    def give_up(self) -> None:
        """Leave the place to another worker."""
        if connection.vendor == "postgresql" and self._descriptor is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _held_here(self) -> bool:
        if self._descriptor is not None:
            return True
        self._data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._data / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    @staticmethod
    def _held_among_machines() -> bool:
        if connection.vendor != "postgresql":
            return True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' "
                "AND objid = %s AND pid = pg_backend_pid() AND granted)",
                [LOCK],
            )
            if cursor.fetchone()[0]:
                return True
            cursor.execute("SELECT pg_try_advisory_lock(0, %s)", [LOCK])
            return bool(cursor.fetchone()[0])


def take_up() -> int:
    """Make every job that a killed worker left ready again. Call it holding the place, and doing no
    job. How many there were."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.READY
    )

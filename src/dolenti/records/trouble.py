"""What is wrong when the database does not answer as it should: said in four words.

Nothing here looks at the text of an error: it may hold what somebody typed.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from enum import StrEnum

from django.db import DatabaseError, InterfaceError


class Trouble(StrEnum):
    """What stands between a person and their records."""

    FULL = "full"  # no room on the disk
    BUSY = "busy"  # somebody else holds what is needed, for too long
    LOST = "lost"  # the database is not there
    OTHER = "other"  # a fault of ours, or a damaged database


_SQLITE = {
    # A write that fails half way is a disk without room, or one that is failing.
    **dict.fromkeys(
        (
            "SQLITE_FULL",
            "SQLITE_IOERR_WRITE",
            "SQLITE_IOERR_FSYNC",
            "SQLITE_IOERR_DIR_FSYNC",
            "SQLITE_IOERR_TRUNCATE",
            "SQLITE_IOERR_SHMSIZE",
            "SQLITE_IOERR_SHMMAP",
        ),
        Trouble.FULL,
    ),
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_BUSY_SNAPSHOT": Trouble.BUSY,
    "SQLITE_BUSY_RECOVERY": Trouble.BUSY,
    "SQLITE_BUSY_TIMEOUT": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
    "SQLITE_LOCKED_SHAREDCACHE": Trouble.BUSY,
    "SQLITE_CANTOPEN": Trouble.LOST,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "53100": Trouble.FULL,  # disk_full
    "40001": Trouble.BUSY,  # serialization_failure
    "40P01": Trouble.BUSY,  # deadlock_detected
    "55P03": Trouble.BUSY,  # lock_not_available
    "57014": Trouble.BUSY,  # query_canceled: it took too long
    "53300": Trouble.BUSY,  # too_many_connections
    "57P01": Trouble.LOST,  # admin_shutdown
    "57P02": Trouble.LOST,  # crash_shutdown
    "57P03": Trouble.LOST,  # cannot_connect_now
}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def trouble(error: BaseException | None) -> Trouble | None:
    """What kind of trouble an error is; ``None`` for one that is not the database's."""
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in _NO_ROOM:
            return Trouble.FULL
        if isinstance(one, DatabaseError | InterfaceError):
            return _of_database(one)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _of_database(error: DatabaseError | InterfaceError) -> Trouble:
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return Trouble.LOST if state.startswith("08") else _POSTGRES.get(state, Trouble.OTHER)
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        return _SQLITE.get(name, Trouble.OTHER)
    # PostgreSQL's driver gives no code where the server could not be reached at all.
    lost = type(cause).__module__.startswith("psycopg") and type(error).__name__ in (
        "OperationalError",
        "InterfaceError",
    )
    return Trouble.LOST if lost else Trouble.OTHER

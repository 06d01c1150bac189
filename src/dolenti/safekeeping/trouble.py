"""What is wrong when the database does not answer as it should: said in four words.

Nothing here looks at the text of an error: it may hold what somebody typed.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection


class Trouble(StrEnum):
    """What stands between a person and their records."""

    FULL = "full"  # no room on the disk
    BUSY = "busy"  # somebody else holds what is needed, for too long
    LOST = "lost"  # the database is not there
    OTHER = "other"  # a fault of ours, or a damaged database


_SQLITE = {
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
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
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_A_LITTLE = 64 * 1024  # bytes


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
        first = "_".join(name.split("_")[:2])
        # The driver tells that the disk failed, and not how: quotas and limits end here too.
        if first == "SQLITE_IOERR":
            return Trouble.FULL if _no_room() else Trouble.OTHER
        return _SQLITE.get(first, Trouble.OTHER)
    if type(error).__name__ not in ("OperationalError", "InterfaceError"):
        return Trouble.OTHER
    # PostgreSQL's driver gives no code where the server could not be reached at all; SQLite's none
    # where its own copying fails.
    if type(cause).__module__.startswith("psycopg"):
        return Trouble.LOST
    return Trouble.FULL if connection.vendor == "sqlite" and _no_room() else Trouble.OTHER


def _no_room() -> bool:
    """Whether the place of the database takes no more: found by writing a little there."""
    try:
        with tempfile.TemporaryFile(dir=Path(connection.settings_dict["NAME"]).parent) as file:
            file.write(bytes(_A_LITTLE))
            file.flush()
    except OSError as error:
        return error.errno in _NO_ROOM
    return False

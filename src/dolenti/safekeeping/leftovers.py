"""What a backup, a drill or a restore writes in clear for a while, and leaves behind where it is
killed: cleared at the next start and before the next backup.

Whoever writes such a file or folder holds a lock on it, which ends with the process, however it
ends: nothing that a living process works with is touched.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

AGE: Final = 30.0
"""Seconds after which what nobody holds is left over; before, its maker may be about to hold it."""
_IN_CLEAR: Final = (
    ".backup-*", ".unsealed-*.zip", ".dolenti-*", ".drill-*.sqlite3*", ".restored-*",
    ".*.unfinished*", "backups/.dolenti-*", "backups/.*.unfinished*",
)  # fmt: skip


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file or a folder of ours, so that no other process takes it for left over."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def clear(data: Path) -> list[Path]:
    """Remove what was left over in a data folder; which files and folders that were."""
    found = {path for pattern in _IN_CLEAR for path in data.glob(pattern)}
    gone = [path for path in sorted(found) if _is_left(path)]
    for path in gone:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return gone


def _is_left(path: Path) -> bool:
    try:
        if time.time() - path.stat().st_mtime < AGE:
            return False
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:  # gone already, or another's
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True

"""What the site writes is its owner's alone, whatever the machine's umask says."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def keep(data: Path) -> None:
    """Let this process, and what it starts, write for its owner only; make the data folder so.

    A folder that others put things into is left as it is, since it may be everybody's: the system
    check tells of it. What the site writes there is its owner's all the same.
    """
    os.umask(OTHERS)
    data.mkdir(parents=True, exist_ok=True)
    if open_to_others(data) and data.stat().st_uid == os.geteuid() and not any(data.iterdir()):
        data.chmod(stat.S_IRWXU)


def open_to_others(path: Path) -> bool:
    """Whether somebody but the owner may read, write or enter it."""
    return bool(path.stat().st_mode & OTHERS)

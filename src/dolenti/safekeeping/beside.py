"""What a site keeps beside its database, in its data folder: what a backup carries of it, and what
it does not, with why. What is neither is told when a backup is made: nothing is left out silently.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

from dolenti.safekeeping.file import Backup, sync_folder
from dolenti.safekeeping.leftovers import held
from dolenti.safekeeping.manifest import FileSum, damaged
from dolenti.safekeeping.places import before

CARRIED: Final = ("questionnaires", "public-base-of-medicines.tsv.xz")
"""By its name in the data folder, a file or a folder of which every file goes into a backup."""
NOT_CARRIED: Final[Mapping[str, str]] = {
    "dolenti.sqlite3*": "the database: its rows are the tables of the backup",
    "dolenti.before_*": "a database that a restore put aside",
    "secret-key": "the site's key: carried only where it is asked for",
    "former-keys": "keys that the site had: kept where the key is kept",
    "secret-key.*": "a key that a restore put aside",
    "audit-head": "the end of the trail: a witness of its own, which no backup may set",
    "audit-head.*": "an end of the trail that was put aside",
    "backups": "the backups themselves",
    "demo-password": "of the invented clinic alone",
    "demo.*": "the invented clinic, put aside",
    "mail": "messages of the invented clinic, and of development, as files",
    "sms": "messages of the invented clinic, and of development, as files",
    "*.lock": "says who is at work, while they are",
    "*.before_*": "what a restore put aside",
    ".*": "a draft, gone at the end",
}
"""What stands in the data folder and is not carried, by its name, and why."""


@dataclass(frozen=True)
class Placed:
    """The files that a restore put back, and what stood in their place and was put aside."""

    files: int
    aside: tuple[str, ...] = ()


def carried(data: Path) -> Iterator[tuple[str, Path]]:
    """The files that a backup carries: each by its name below the data folder. Of what somebody
    linked from elsewhere nothing."""
    for name in CARRIED:
        root = data / name
        found = sorted(root.rglob("*")) if root.is_dir() else [root]
        for file in found:
            if file.is_file() and not file.is_symlink():
                yield file.relative_to(data).as_posix(), file


def unknown(data: Path) -> list[str]:
    """What stands in a data folder, and no backup carries though nobody said why."""
    names = sorted(one.name for one in data.iterdir()) if data.is_dir() else []
    return [
        name
        for name in names
        if name not in CARRIED and not any(fnmatchcase(name, kind) for kind in NOT_CARRIED)
    ]


def check(backup: Backup) -> int:
    """Read every file that a backup carries; how many. Raises ``InputError`` where one is not what
    it was, or would stand elsewhere than where a site keeps such files."""
    for said in backup.manifest.files:
        _insist_ours(said, backup)
        for _ in backup.file(said):
            pass
    return len(backup.manifest.files)


def _insist_ours(said: FileSum, backup: Backup) -> None:
    parts = PurePosixPath(said.name).parts
    if not parts or parts[0] not in CARRIED or ".." in parts or "\\" in said.name:
        raise damaged(str(backup.path), said.name)


@contextmanager
def drafted(backup: Backup, data: Path) -> Iterator[Path]:
    """The files of a backup, whole and checked, in a private folder beside where they will stand:
    what would fail does so before anything is changed. Raises ``InputError``."""
    data.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".restored-", dir=data) as folder,
        held(Path(folder)),
    ):
        for said in backup.manifest.files:
            _insist_ours(said, backup)
            file = Path(folder) / said.name
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as out:
                for piece in backup.file(said):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
        yield Path(folder)


def place(draft: Path, data: Path) -> Placed:
    """Put drafted files where a site keeps them; what stood there and differs is kept beside. What
    a backup does not carry stays."""
    aside, now = [], before(datetime.now(UTC))
    files = [one for one in draft.rglob("*") if one.is_file()]
    for name in CARRIED:
        new, old = draft / name, data / name
        if not new.exists() or _contents(new) == _contents(old):
            continue
        if old.exists():
            kept = data / f"{name}.{now}"
            old.rename(kept)
            aside.append(str(kept))
        _own_as(new, data)
        shutil.move(new, old)
    sync_folder(data)
    return Placed(len(files), tuple(aside))


def _contents(root: Path) -> dict[str, str]:
    """What stands under a name: each file with its digest."""
    found = sorted(root.rglob("*")) if root.is_dir() else [root]
    return {
        one.relative_to(root.parent).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in found
        if one.is_file()
    }


def _own_as(root: Path, data: Path) -> None:
    """What is restored belongs to whom the folder belongs to, whoever runs the command."""
    if os.geteuid() == 0:
        like = data.stat()
        for one in (root, *root.rglob("*")):
            os.chown(one, like.st_uid, like.st_gid)

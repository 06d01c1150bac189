"""The site's secret key: from the environment, or made once and kept in the data folder; and the
former ones, which open what they sealed and sign nothing any more."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

KEY: Final = "secret-key"
FORMER: Final = "former-keys"
"""The file of the keys before it, one a line, the last one first."""


_passing: list[str] = []
"""The key of a process that makes none: see ``make_none``."""


def is_there(data: Path) -> bool:
    """Whether a key is given or kept here; makes none."""
    return bool(os.environ.get("DOLENTI_SECRET_KEY")) or (data / KEY).is_file()


def make_none() -> None:
    """From now on in this process a key that is not there is a passing one, written nowhere: who
    only looks at a backup must leave no key that somebody takes for the site's."""
    if not _passing:
        _passing.append(_new())


def is_stand_in(key: str) -> bool:
    """Whether this is the passing key of this process."""
    return key in _passing


def keep(data: Path, key: str) -> None:
    """Keep this key, where none is given or kept yet."""
    if not is_there(data):
        write_private(data / f".secret-key-{os.getpid()}", key, data / KEY)


def secret_key(data: Path) -> str:
    """The key in ``DOLENTI_SECRET_KEY``, or the one in the data folder, made on first use.

    Two processes that start together end with the same key: the file is linked into place
    whole, and only the first link succeeds.
    """
    given = os.environ.get("DOLENTI_SECRET_KEY")
    if given:
        return given
    file = data / KEY
    if not file.exists():
        if _passing:
            return _passing[0]
        data.mkdir(parents=True, exist_ok=True)
        write_private(data / f".secret-key-{os.getpid()}", _new(), file)
    return file.read_text("ascii").strip()


def former_keys(data: Path) -> list[str]:
    """Those of ``DOLENTI_FORMER_KEYS`` (with commas), then those of the data folder."""
    given = os.environ.get("DOLENTI_FORMER_KEYS", "").split(",")
    file = data / FORMER
    kept = file.read_text("ascii").splitlines() if file.exists() else []
    return [key.strip() for key in [*given, *kept] if key.strip()]


def files(data: Path) -> tuple[Path, Path]:
    """Where the key of a data folder stands, and where the former ones do."""
    return data / KEY, data / FORMER


def change(data: Path) -> str:
    """A new key in the data folder; the one it had is the first of the former ones. Gives the new.

    The former one is on the disk before the new one: stopped anywhere, what was sealed opens.
    """
    file, former = files(data)
    before = former.read_text("ascii") if former.exists() else ""
    _replace(former, file.read_text("ascii").strip() + "\n" + before)
    new = _new()
    _replace(file, new + "\n")
    return new


def write_private(draft: Path, text: str, file: Path) -> None:
    """Write a text that only its owner may read, unless ``file`` is there already."""
    _draft(draft, text + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _replace(file: Path, text: str) -> None:
    """Write a file of its owner's alone, whole or not at all."""
    draft = file.with_name(f".{file.name}-{os.getpid()}")
    _draft(draft, text)
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _draft(draft: Path, text: str) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _new() -> str:
    return secrets.token_urlsafe(50)

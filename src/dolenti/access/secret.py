"""The site's secret key: from the environment, or made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(data: Path) -> str:
    """The key in ``DOLENTI_SECRET_KEY``, or the one in the data folder, made on first use.

    Two processes that start together end with the same key: the file is linked into place
    whole, and only the first link succeeds.
    """
    given = os.environ.get("DOLENTI_SECRET_KEY")
    if given:
        return given
    file = data / "secret-key"
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        write_private(data / f".secret-key-{os.getpid()}", secrets.token_urlsafe(50), file)
    return file.read_text("ascii").strip()


def write_private(draft: Path, text: str, file: Path) -> None:
    """Write a text that only its owner may read, unless ``file`` is there already."""
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()

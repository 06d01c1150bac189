"""Texts written to a folder of the user's choice, each whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from dolenti.guideline.errors import InputError


def write_files(folder: str, texts: Mapping[str, str]) -> list[Path]:
    """Write texts by file name; files of the same name are replaced. Returns the files.

    Raises ``InputError`` where the folder cannot be made or written to; no half file is left.
    """
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        return [_write(place / name, text) for name, text in texts.items()]
    except (FileExistsError, NotADirectoryError):
        raise InputError(
            "this is a file; name a folder",
            folder,
            fr="c’est un fichier\u00a0; indiquez un dossier",
        ) from None
    except OSError as error:
        raise InputError(
            f"the folder cannot be written to: {error.strerror}",
            folder,
            fr=f"ce dossier ne peut pas être écrit\u00a0; vérifiez vos droits et la place libre "
            f"({error.strerror})",
        ) from None


def _write(file: Path, text: str) -> Path:
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".dolenti-") as unfinished:
        whole = Path(unfinished) / file.name
        whole.write_text(text, "utf-8")
        whole.replace(file)
    return file

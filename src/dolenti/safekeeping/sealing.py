"""A backup sealed for a public key: only whoever holds the private one reads it again.

The form is age's (C2SP/age), which other programs read too. The machine that makes the backups
holds the public key alone: whoever takes its disk, or the disk the backups lie on, reads none.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyrage

from dolenti.guideline.errors import InputError
from dolenti.safekeeping.file import sync_folder, writing
from dolenti.safekeeping.keys import refuse_standing
from dolenti.safekeeping.leftovers import held

MAGIC: Final = b"age-encryption.org/"
END: Final = ".age"
"""How the name of a sealed backup ends, where it is given one."""


def seal(plain: Path, sealed: Path, to: list[Any]) -> None:
    """Write a sealed copy of a file, whole under its name or not at all, and never over another.
    Raises ``InputError``."""
    with _appearing(sealed) as draft:
        pyrage.encrypt_file(str(plain), str(draft), to)


def is_sealed(file: Path) -> bool:
    """Whether a file is in age's form; a file that cannot be read is not."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


@contextmanager
def unsealed(file: Path, keys: list[Any], folder: Path) -> Iterator[Path]:
    """A backup as it can be read: itself, or what is sealed in it, in a file of our own in
    ``folder`` that is gone at the end. Raises ``InputError``."""
    if not is_sealed(file):
        yield file
        return
    if not keys:
        raise InputError(
            "this backup is sealed; name the file of the private key: --key FILE",
            str(file),
            fr="cette sauvegarde est chiffrée\u00a0; indiquez le fichier de la clé privée\u00a0: "
            "--key FICHIER",
        )
    draft = folder / f".unsealed-{secrets.token_hex(4)}.zip"
    try:
        _make_private(draft)
        with held(draft):
            with _opening(file):
                pyrage.decrypt_file(str(file), str(draft), keys)
            yield draft
    finally:
        draft.unlink(missing_ok=True)


class Copied(NamedTuple):
    """A copy, and the digest of what was read back of it."""

    file: Path
    sha256: str


def copy_to(file: Path, folder: Path) -> Copied:
    """A copy of a file in another folder under the same name, read again and compared; never over
    another. Raises ``InputError``; the first file stays."""
    copy = folder / file.name
    with _appearing(copy) as draft:
        shutil.copyfile(file, draft)
        digest = _sha256(draft)
        if digest != _sha256(file):
            raise InputError(
                "what was read back there is not what was written; the backup itself is whole: "
                f"{file}",
                str(copy),
                fr="ce qui y a été relu diffère de ce qui a été écrit\u00a0; la sauvegarde "
                f"elle-même est intacte\u00a0: {file}",
            )
    return Copied(copy, digest)


@contextmanager
def _appearing(file: Path) -> Iterator[Path]:
    """A private draft to write, which has the name of a file when it is whole and on the disk; left
    on an error, it leaves none. Raises ``InputError`` where the file is there already."""
    refuse_standing(file, str(file))
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}.unfinished")
    try:
        with writing(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            _make_private(draft)
            with held(draft):
                yield draft
                _to_the_disk(draft)
                os.link(draft, file)  # unlike a renaming, this replaces nothing
                sync_folder(file.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _make_private(draft: Path) -> None:
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _to_the_disk(draft: Path) -> None:
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())


@contextmanager
def _opening(file: Path) -> Iterator[None]:
    try:
        yield
    except pyrage.DecryptError:
        raise InputError(
            "this key does not open this backup: it was sealed for another one, or it is damaged",
            str(file),
            fr="cette clé n’ouvre pas cette sauvegarde\u00a0: elle a été chiffrée pour une autre, "
            "ou elle est endommagée",
        ) from None
    except OSError as error:
        why = error.strerror or "damaged"
        raise InputError(
            f"this sealed backup could not be opened ({why}); take another one, or free some space",
            str(file),
            fr="cette sauvegarde chiffrée n’a pas pu être ouverte "
            f"({error.strerror or 'endommagée'})\u00a0; prenez-en une autre, ou libérez de la "
            "place",
        ) from None

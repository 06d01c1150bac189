"""What a backup says of itself: who wrote it, when, from which database, and what is in it."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from dolenti.guideline.errors import InputError

FORMAT: Final = 2
"""2 carries what a site keeps beside its database."""
PROGRAM: Final = "dolenti"


class TableSum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table: how many rows, and the hash of all of them in order of their key."""

    table: str
    file: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


class FileSum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that the site kept beside its database, by its name below the data folder."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first thing to read of a backup. ``made_at`` is in UTC, to the second; ``trail_end`` is
    the end of the audit trail that is in it, as ``access.chain.Head`` writes it."""

    program: str
    format: int
    version: str
    made_at: str
    database: str
    secret_key: bool
    migrations: tuple[tuple[str, str], ...]
    tables: tuple[TableSum, ...]
    sha256: str = ""
    trail_end: str = ""
    files: tuple[FileSum, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables)


class _Start(msgspec.Struct, frozen=True):
    program: str
    format: int


def sealed(manifest: Manifest) -> bytes:
    """The manifest as it stands in the file, with a hash of itself."""
    signed = msgspec.structs.replace(manifest, sha256=_hash(manifest))
    return msgspec.json.format(msgspec.json.encode(signed), indent=1) + b"\n"


def opened(text: bytes, where: str) -> Manifest:
    """Read a manifest. Refuses one of another program or of a newer form, and a changed one."""
    try:
        start = msgspec.json.decode(text, type=_Start)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise foreign(where) from None
    if start.program != PROGRAM:
        raise foreign(where)
    if start.format > FORMAT:
        raise InputError(
            "this backup has the form of a newer version of Dolenti; install that version",
            where,
            fr="cette sauvegarde a la forme d’une version plus récente de Dolenti\u00a0; "
            "installez cette version",
        )
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise damaged(where) from None
    if manifest.sha256 != _hash(manifest):
        raise damaged(where)
    return manifest


def _hash(manifest: Manifest) -> str:
    said = msgspec.to_builtins(msgspec.structs.replace(manifest, sha256=""))
    if manifest.format == 1:  # which knew of no files beside
        del said["files"]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def foreign(where: str) -> InputError:
    """The refusal of a file that is no backup."""
    return InputError(
        "this is not a backup of Dolenti, or only the beginning of one; choose another file",
        where,
        fr="ce n’est pas une sauvegarde de Dolenti, ou seulement le début d’une sauvegarde\u00a0; "
        "choisissez un autre fichier",
    )


def damaged(where: str, table: str = "") -> InputError:
    """The refusal of a backup that is not what it was when it was written."""
    place, lieu = (f" (table {table})", f" (table {table})") if table else ("", "")
    return InputError(
        f"this backup is damaged{place}; nothing was changed. Use another copy of it",
        where,
        fr=f"cette sauvegarde est endommagée{lieu}\u00a0; rien n’a été modifié. "
        "Utilisez une autre copie",
    )

"""Backup, restore, move: each whole, checked, or not at all."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from django.db import DatabaseError, connections, transaction

from dolenti import __version__
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import beside
from dolenti.safekeeping.encrypted import Tried
from dolenti.safekeeping.file import Backup, BackupWriter
from dolenti.safekeeping.leftovers import held
from dolenti.safekeeping.loading import Proof, Source, fill
from dolenti.safekeeping.manifest import FORMAT, PROGRAM, Manifest
from dolenti.safekeeping.places import (
    before,
    close_for_good,
    connected,
    drop_aside,
    is_empty,
    move_aside,
    remove_sqlite,
    scratch,
    take_place_of,
)
from dolenti.safekeeping.snapshot import check_sqlite, snapshot
from dolenti.safekeeping.steps import Counter, Steps
from dolenti.safekeeping.tables import Schema, schema_after
from dolenti.safekeeping.trouble import Trouble, trouble

TryRows: TypeAlias = Callable[[str, str | None], Tried | None]
"""Looks at what was restored into the database of an alias, with the key that came with it."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Restored:
    """What was put into a database, and where what stood there before is kept, if anything.

    ``trail_held`` is whether the trail of the site held the end that the backup has of it: a third
    witness. Nothing where there is no site to ask, or the backup says no end. ``sealed``: what of
    it opens with the key; nothing where that was not tried. ``files`` is how many files of those
    beside the database were put back, or read at a drill; ``files_aside`` what stood in their
    place.
    """

    proofs: tuple[Proof, ...]
    aside: str | None
    trail_held: bool | None = None
    sealed: Tried | None = None
    files: int = 0
    files_aside: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(proof.rows for proof in self.proofs)


# --- Backup -------------------------------------------------------------------------------------


def back_up(
    alias: str,
    file: Path,
    steps: Steps,
    secret_key: str | None = None,
    data: Path | None = None,
) -> Manifest:
    """Save a whole database as it is at this moment, while others go on writing, and what the site
    keeps beside it in its folder ``data``; then read the file again and check all of it. Raises
    ``InputError``; no half file is left.

    ``secret_key`` is put into the file if given.
    """
    with _room_and_rights(), BackupWriter(file) as writer:
        with snapshot(alias, steps, file.parent) as still:
            schema = still.schema
            total = sum(still.count(table) for table in schema.tables)
            counter = Counter(steps("write"), total)
            for table in schema.tables:
                writer.table(table, _counted(still.lines(table), counter))
            database, trail_end = still.database, still.trail_end()
        for name, kept in beside.carried(data) if data is not None else ():
            writer.file(name, kept)
        if secret_key is not None:
            writer.secret_key(secret_key)
        manifest = Manifest(
            program=PROGRAM,
            format=FORMAT,
            version=__version__,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            database=database,
            secret_key=secret_key is not None,
            migrations=schema.migrations,
            tables=writer.tables,
            trail_end=trail_end,
            files=writer.files,
        )
        writer.finish(manifest)
    return check_file(file, steps)


def _counted(lines: Iterator[bytes], counter: Counter) -> Iterator[bytes]:
    for line in lines:
        counter.add()
        yield line


def check_file(file: Path, steps: Steps) -> Manifest:
    """Read a whole backup: every row, count and hash. Raises ``InputError`` for a fault."""
    with Backup(file) as backup:
        schema = _schema_of(backup)
        counter = Counter(steps("read"), backup.manifest.rows)
        for table in schema.tables:
            for _ in backup.lines(table):
                counter.add()
        beside.check(backup)
        return backup.manifest


def _schema_of(backup: Backup) -> Schema:
    schema = schema_after(backup.manifest.migrations)
    backup.check_tables(schema.tables)
    return schema


# --- Restore ------------------------------------------------------------------------------------


def restore(
    alias: str,
    file: Path,
    steps: Steps,
    *,
    replace: bool = False,
    data: Path | None = None,
    try_rows: TryRows = lambda alias, key: None,
) -> Restored:
    """Put a backup in the place of a database, checked row by row, or change nothing; and in the
    folder ``data`` what the site kept beside it.

    Refuses a database that holds anything, unless ``replace``: then it is kept aside. ``try_rows``
    looks at what was loaded before it takes the place of anything, and may refuse.
    """
    with Backup(file) as backup:
        schema, rows = _schema_of(backup), backup.manifest.rows

        def look(there: str) -> Tried | None:
            return try_rows(there, backup.secret_key())

        if data is None:
            return _put(backup, schema, rows, alias, steps, replace, look)
        with _room_and_rights(), beside.drafted(backup, data) as draft:
            done = _put(backup, schema, rows, alias, steps, replace, look)
            placed = beside.place(draft, data)
        return replaced(done, files=placed.files, files_aside=placed.aside)


def drill(
    file: Path,
    settings: dict[str, Any],
    folder: Path,
    steps: Steps,
    try_rows: TryRows = lambda alias, key: None,
) -> Restored:
    """Restore a backup into a database that is thrown away after the check.

    ``settings`` describes an SQLite; the file lies in ``folder`` meanwhile. ``try_rows`` looks at
    what was restored, with the secret key that the backup holds, if it holds one.
    """
    with Backup(file) as backup:
        schema = _schema_of(backup)
        draft = folder / f".drill-{os.getpid()}.sqlite3"
        with _room_and_rights(), _sqlite_draft(draft, settings, steps) as there:
            proofs = fill(backup, schema, there, backup.manifest.rows, steps)
            sealed = try_rows(there, backup.secret_key())
        remove_sqlite(draft)
        return Restored(tuple(proofs), None, sealed=sealed, files=beside.check(backup))


def move(alias: str, settings: dict[str, Any], steps: Steps, folder: Path) -> Restored:
    """Copy everything into another, empty database, and prove it equal. Changes nothing here."""
    with (
        _room_and_rights(),
        snapshot(alias, steps, folder) as still,
        connected(settings) as there,
    ):
        total = sum(still.count(table) for table in still.schema.tables)
        return _put(still, still.schema, total, there, steps, replace=False)


def _put(
    source: Source,
    schema: Schema,
    total: int,
    alias: str,
    steps: Steps,
    replace: bool,
    look: Callable[[str], Tried | None] = lambda alias: None,
) -> Restored:
    settings = connections[alias].settings_dict
    sqlite = connections[alias].vendor == "sqlite"
    # To look into an SQLite that is not there would make it.
    absent = sqlite and not Path(settings["NAME"]).exists()
    empty = absent or is_empty(alias)
    if not (empty or replace):
        raise InputError(
            "this database is not empty; nothing was changed. --replace puts it aside first",
            fr="cette base n’est pas vide\u00a0; rien n’a été modifié. --replace la met d’abord "
            "de côté",
        )
    with _room_and_rights():
        if sqlite:
            return _put_sqlite(source, schema, total, alias, steps, look)
        return _put_postgres(source, schema, total, alias, steps, look)


def _put_sqlite(
    source: Source,
    schema: Schema,
    total: int,
    alias: str,
    steps: Steps,
    look: Callable[[str], Tried | None],
) -> Restored:
    settings = connections[alias].settings_dict
    final = Path(settings["NAME"])
    final.parent.mkdir(parents=True, exist_ok=True)
    draft = final.with_name(f".{final.name}.{os.getpid()}.unfinished")
    aside = None
    with _sqlite_draft(draft, settings, steps) as there:
        proofs = fill(source, schema, there, total, steps)
        sealed = look(there)
    try:
        if final.exists():
            if not is_empty(alias):
                aside = final.with_name(f"{final.stem}.{before(datetime.now(UTC))}{final.suffix}")
            close_for_good(alias)
        take_place_of(draft, final, aside)
    finally:
        remove_sqlite(draft)
    return Restored(tuple(proofs), str(aside) if aside else None, sealed=sealed)


@contextmanager
def _sqlite_draft(draft: Path, settings: dict[str, Any], steps: Steps) -> Iterator[str]:
    """A new database file; checked at the end, removed on an error."""
    remove_sqlite(draft)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with held(draft), connected(scratch(settings, draft)) as there:
            yield there
            check_sqlite(there, draft.name, steps("check"))
    except BaseException:
        remove_sqlite(draft)
        raise


def _put_postgres(
    source: Source,
    schema: Schema,
    total: int,
    alias: str,
    steps: Steps,
    look: Callable[[str], Tried | None],
) -> Restored:
    aside = before(datetime.now(UTC))
    # One transaction, tables and all: whatever goes wrong in it never was.
    with transaction.atomic(using=alias):
        empty = is_empty(alias)
        move_aside(alias, aside)
        proofs = fill(source, schema, alias, total, steps)
        sealed = look(alias)
        if empty:
            drop_aside(alias, aside)
    return Restored(tuple(proofs), None if empty else f"schema {aside}", sealed=sealed)


@contextmanager
def _room_and_rights() -> Iterator[None]:
    try:
        yield
    except (DatabaseError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else type(error).__name__
        if trouble(error) is Trouble.FULL:
            raise InputError(
                "the disk is full; nothing was changed. Free some space and try again",
                fr="le disque est plein\u00a0; rien n’a été modifié. Libérez de la place, puis "
                "recommencez",
            ) from None
        logger.debug("a copy of the database was given up", exc_info=True)
        raise InputError(
            f"the database did not let this be done ({why}); nothing was changed. Check your "
            "rights, the free space and the database’s server",
            fr=f"la base n’a pas permis cette opération ({why})\u00a0; rien n’a été modifié. "
            "Vérifiez vos droits, la place libre et le serveur de base de données",
        ) from None

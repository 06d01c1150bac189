"""What an administrator does with the whole database: back up, restore, rehearse, move.

The work is done by ``safekeeping``; here stand the site's own folder, key and trail.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from dolenti.access import audit, chain, heads, secret, trail
from dolenti.access.secret import write_private
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import beside, encrypted, in_use, keys, leftovers, operations, sealing
from dolenti.safekeeping.databases import database, sqlite
from dolenti.safekeeping.file import Backup
from dolenti.safekeeping.manifest import Manifest
from dolenti.safekeeping.operations import Restored
from dolenti.safekeeping.places import before
from dolenti.safekeeping.steps import Steps


@dataclass(frozen=True)
class Saved:
    """A backup that was written and read again, whole; the copy of it on another disk; what was
    restored of it for a try; ``left_out`` of the data folder is not in it, and nobody said why."""

    file: Path
    manifest: Manifest
    sealed: bool = False
    copy: Path | None = None
    drilled: Restored | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Backing:
    """How a backup is made: with the site's secret key, sealed for public keys, copied to a folder
    of another disk, tried at once (``key`` is the file of the private key)."""

    with_secret_key: bool = False
    seal_for: Sequence[str] = ()
    also: str | None = None
    drill: bool = False
    key: str | None = None


def back_up(out: str | None, steps: Steps, how: Backing = Backing()) -> Saved:
    """Save everything into a file: ``out``, or one named by the time in ``backups``.

    Raises ``InputError``. Where it is to be sealed, what is in clear stands in a private folder
    meanwhile and is gone at the end; where the copy or the drill fails, the backup stays.
    """
    data: Path = settings.DATA
    to = keys.recipients(how.seal_for)
    opening = keys.identities(Path(how.key)) if how.key else []
    also = Path(how.also) if how.also else None
    try:
        _insist_there(also)
    except InputError:
        _remember(trail.COPIED, {}, outcome=audit.FAILED)
        raise
    leftovers.clear(data)
    file = Path(out) if out else _usual_name(data, sealed=bool(to))
    carried = settings.SECRET_KEY if how.with_secret_key else None
    with _plain(file, sealed=bool(to)) as plain:
        manifest = operations.back_up(DEFAULT_DB_ALIAS, plain, steps, carried, data)
        if to:
            steps("seal")
            sealing.seal(plain, file.absolute(), to)
        told = {"sha256": manifest.sha256, "rows": manifest.rows, "key": bool(carried)}
        _remember("backup", {**told, "sealed": bool(to)})
        copy = None
        if also is not None:
            steps("send")
            copy = _copied(file.absolute(), also)
        # Whoever keeps the private key elsewhere tries what was sealed, and there the seal.
        tried = file if opening or not to else plain
        drilled = drill(str(tried), steps, how.key) if how.drill else None
    left_out = tuple(beside.unknown(data))
    return Saved(file, manifest, sealed=bool(to), copy=copy, drilled=drilled, left_out=left_out)


def _copied(file: Path, also: Path) -> Path:
    """The copy on the other disk. That it was made, or was not, is a line of the trail: a disk
    that is full or gone is seen where the backups are looked at."""
    try:
        copy = sealing.copy_to(file, also)
    except BaseException:
        _remember(trail.COPIED, {}, outcome=audit.FAILED)
        raise
    said = {"sha256": copy.sha256, "same_disk": is_same_disk(copy.file.parent)}
    _remember(trail.COPIED, said)
    return copy.file


def is_same_disk(folder: Path) -> bool:
    """Whether a folder lies where the data do, so that one breakdown loses both. That another file
    system is another disk, nothing here can tell."""
    data: Path = settings.DATA
    return folder.stat().st_dev == data.stat().st_dev


@contextmanager
def _plain(file: Path, *, sealed: bool) -> Iterator[Path]:
    """Where the backup is written in clear: under its name, or for a while in a private folder."""
    if not sealed:
        yield file.absolute()
        return
    data: Path = settings.DATA
    with (
        tempfile.TemporaryDirectory(prefix=".backup-", dir=data) as folder,
        leftovers.held(Path(folder)),
    ):
        yield Path(folder) / "plain.zip"


def _usual_name(data: Path, *, sealed: bool) -> Path:
    name = f"dolenti-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
    return data / "backups" / (name + sealing.END if sealed else name)


def _insist_there(also: Path | None) -> None:
    """What would fail at the end is refused before anything is made."""
    if also is not None and not also.is_dir():
        raise InputError(
            "this is no folder; is the other disk mounted?",
            "--also",
            fr="ce n’est pas un dossier\u00a0; l’autre disque est-il monté\u00a0?",
        )


def restore(
    file: str,
    steps: Steps,
    *,
    replace: bool = False,
    with_secret_key: bool = False,
    key_file: str | None = None,
    without_key: bool = False,
) -> Restored:
    """Put a backup in the place of the site's database, or change nothing. ``key_file`` holds the
    private key of a sealed one. What the key of the site sealed has to open with the key that will
    be in use, unless somebody says that it is lost (``without_key``).

    Refuses while the site is running. The end of the trail that is kept beside the database
    (see ``access.heads``) is put aside, and named in the first line after the restored ones.
    """
    data: Path = settings.DATA
    with in_use.alone(data), _opened(file, key_file, steps) as plain:
        key = _key_in(plain) if with_secret_key else None
        held = _trail_holds(plain)

        def try_rows(alias: str, inside: str | None) -> encrypted.Tried:
            keys = [*([key] if key else []), *encrypted.here()]
            return encrypted.insist(alias, keys, without_key=without_key)

        done = operations.restore(
            DEFAULT_DB_ALIAS, plain, steps, replace=replace, data=data, try_rows=try_rows
        )
        connections.close_all()
        aside = before(datetime.now(UTC))
        head = heads.last_head()
        heads.set_aside(aside)
        if key is not None:
            _put_key(data, key, aside)
        secret.keep(data, settings.SECRET_KEY)
        said = {"rows": done.rows, "head_before": str(head or ""), "trail_held": held}
        _remember("restore", said, anew=True)
        return dataclasses.replace(done, trail_held=held)


def drill(
    file: str, steps: Steps, key_file: str | None = None, *, without_key: bool = False
) -> Restored:
    """Restore a backup into a database that is thrown away: the proof that it can be done, and that
    the key of the site is not lost. The trail of the site keeps when, where there is a site."""
    data: Path = settings.DATA
    here = _stands()

    def try_rows(alias: str, inside: str | None) -> encrypted.Tried:
        keys = [*([inside] if inside else []), *encrypted.here()]
        return encrypted.insist(alias, keys, without_key=without_key)

    leftovers.clear(data)
    with _opened(file, key_file, steps) as plain:
        done = operations.drill(plain, sqlite(data / ".drill.sqlite3"), data, steps, try_rows)
        held = _trail_holds(plain)
    if here:
        said = {"rows": done.rows, "sealed": sealing.is_sealed(Path(file)), "trail_held": held}
        _remember("drill", said)
    return dataclasses.replace(done, trail_held=held)


def _trail_holds(plain: Path) -> bool | None:
    """Whether the trail of this site holds the end that a backup has of it. Where it does not, it
    was cut or rewritten since, an older backup was restored, or the backup is of another site."""
    with Backup(plain) as backup:
        end = heads.read_head(backup.manifest.trail_end)
    if end is None or not _stands():
        return None
    try:
        return chain.holds(end) if chain.end() else None
    except DatabaseError:  # no tables, or those of an older program
        return None


@contextmanager
def _opened(file: str, key_file: str | None, steps: Steps) -> Iterator[Path]:
    opening = keys.identities(Path(key_file)) if key_file else []
    if sealing.is_sealed(Path(file)):
        steps("unseal")
    data: Path = settings.DATA
    with sealing.unsealed(Path(file), opening, data) as plain:
        yield plain


def _stands() -> bool:
    """Whether there is a database here at all: to look into an SQLite that is not there would make
    it."""
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor == "sqlite":
        return Path(here.settings_dict["NAME"]).exists()
    try:
        here.ensure_connection()
    except DatabaseError:
        return False
    return True


def move(url: str, steps: Steps) -> Restored:
    """Copy everything into the empty database at ``url``. Refuses while the site is running."""
    data: Path = settings.DATA
    there = database(url, data)
    here = connections[DEFAULT_DB_ALIAS].settings_dict
    if _address(there) == _address(here):
        raise InputError(
            "this is the database that the site uses already; name another one",
            "--to",
            fr="c’est la base que le site utilise déjà\u00a0; indiquez-en une autre",
        )
    with in_use.alone(data):
        _remember("move", {"to": there["ENGINE"].rpartition(".")[2]})
        return operations.move(DEFAULT_DB_ALIAS, there, steps, data)


def _address(described: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(described.get(part, "")) for part in ("ENGINE", "HOST", "PORT", "NAME"))


def is_current() -> bool:
    """Whether the database has the form that this program gives it."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def insist_current() -> None:
    """That the database has this program's form. Raises ``InputError``."""
    if not is_current():
        raise InputError(
            "the database is of an older version, and this command changes nothing; make a backup, "
            "then “dolenti serve” brings it up to date",
            fr="la base est d’une version plus ancienne, et cette commande ne change rien\u00a0; "
            "faites une sauvegarde, puis «\u00a0dolenti serve\u00a0» la met à jour",
        )


def _remember(
    action: str, detail: dict[str, Any], *, anew: bool = False, outcome: str = audit.DONE
) -> None:
    """Write a line into the trail, and where it goes on ``anew`` keep its end from there; not into
    a database that an older program left behind, whose trail may have another form."""
    if is_current():
        audit.record(action, actor=None, outcome=outcome, kind="database", detail=detail)
        if anew:
            heads.start_again()


def _key_in(file: Path) -> str:
    if os.environ.get("DOLENTI_SECRET_KEY"):
        raise InputError(
            "the key comes from DOLENTI_SECRET_KEY; put the right one there instead",
            "--with-secret-key",
            fr="la clé vient de DOLENTI_SECRET_KEY\u00a0; indiquez-y la bonne clé",
        )
    with Backup(file) as backup:
        key = backup.secret_key()
    if key is None:
        raise InputError(
            "this backup was made without the secret key; restore it without this option",
            "--with-secret-key",
            fr="cette sauvegarde a été faite sans la clé secrète\u00a0; restaurez-la sans cette "
            "option",
        )
    return key


def _put_key(data: Path, key: str, aside: str) -> None:
    file = data / "secret-key"
    if file.exists():
        file.rename(data / f"secret-key.{aside}")
    write_private(data / f".secret-key-{os.getpid()}", key, file)

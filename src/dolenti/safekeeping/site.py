"""What an administrator does with the whole database: back up, restore, rehearse, move.

The work is done by ``safekeeping``; here stand the site's own folder, key and trail.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor

from dolenti.access import audit, heads
from dolenti.access.secret import write_private
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import in_use, operations
from dolenti.safekeeping.databases import database, sqlite
from dolenti.safekeeping.file import Backup
from dolenti.safekeeping.manifest import Manifest
from dolenti.safekeeping.operations import Restored
from dolenti.safekeeping.places import before
from dolenti.safekeeping.steps import Steps


@dataclass(frozen=True)
class Saved:
    """A backup that was written and read again, whole."""

    file: Path
    manifest: Manifest


def back_up(out: str | None, steps: Steps, *, with_secret_key: bool = False) -> Saved:
    """Save everything into a file: ``out``, or one named by the time in ``backups``."""
    now = datetime.now(UTC)
    data: Path = settings.DATA
    file = Path(out) if out else data / "backups" / f"dolenti-{now:%Y%m%d-%H%M%S}.zip"
    key = settings.SECRET_KEY if with_secret_key else None
    manifest = operations.back_up(DEFAULT_DB_ALIAS, file.absolute(), steps, key)
    _remember("backup", {"sha256": manifest.sha256, "rows": manifest.rows, "key": bool(key)})
    return Saved(file, manifest)


def restore(
    file: str, steps: Steps, *, replace: bool = False, with_secret_key: bool = False
) -> Restored:
    """Put a backup in the place of the site's database, or change nothing.

    Refuses while the site is running. The end of the trail that is kept beside the database
    (see ``access.heads``) is put aside, and named in the first line after the restored ones.
    """
    data: Path = settings.DATA
    with in_use.alone(data):
        key = _key_in(Path(file)) if with_secret_key else None
        done = operations.restore(DEFAULT_DB_ALIAS, Path(file), steps, replace=replace)
        connections.close_all()
        aside = before(datetime.now(UTC))
        head = heads.last_head()
        if heads.head_file().exists():
            heads.head_file().rename(data / f"{heads.NAME}.{aside}")
        if key is not None:
            _put_key(data, key, aside)
        _remember("restore", {"rows": done.rows, "head_before": str(head or "")}, anew=True)
        return done


def drill(file: str, steps: Steps) -> Restored:
    """Restore a backup into a database that is thrown away: the proof that it can be done."""
    data: Path = settings.DATA
    return operations.drill(Path(file), sqlite(data / "drill.sqlite3"), data, steps)


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


def _remember(action: str, detail: dict[str, Any], *, anew: bool = False) -> None:
    """Write a line into the trail, and where it goes on ``anew`` keep its end from there; not into
    a database that an older program left behind, whose trail may have another form."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        audit.record(action, actor=None, kind="database", detail=detail)
        if anew:
            heads.start_again()


def _key_in(file: Path) -> str:
    if os.environ.get("DOLENTI_SECRET_KEY"):
        raise InputError(
            "the key comes from DOLENTI_SECRET_KEY; put the right one there instead",
            "--with-secret-key",
            fr="la clé vient de DOLENTI_SECRET_KEY\u00a0; mettez-y plutôt la bonne",
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

"""Connections to databases other than the site's own, and an old database kept aside."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from dolenti.guideline.errors import InputError
from dolenti.safekeeping.file import sync_folder

# Tables that a program fills by itself when it is set up.
_FILLED_BY_THEMSELVES = frozenset(
    {"django_migrations", "django_content_type", "auth_permission", "django_session"}
)
_NOTHING = {"HOST": "", "PORT": "", "USER": "", "PASSWORD": "", "OPTIONS": {}}
_LOCK_TIMEOUT = "5s"


@contextmanager
def connected(settings: dict[str, Any]) -> Iterator[str]:
    """A connection by another name, for as long as it is needed. Gives the name."""
    alias = f"archive-{secrets.token_hex(4)}"
    own = connections.settings[DEFAULT_DB_ALIAS]
    usual = {key: own[key] for key in ("ATOMIC_REQUESTS", "AUTOCOMMIT", "TIME_ZONE", "TEST")}
    described = {**usual, **_NOTHING, **settings}
    described |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    connections.settings[alias] = described
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]


def scratch(settings: dict[str, Any], file: Path) -> dict[str, Any]:
    """The description of an SQLite of ours in another file, which a crash throws away.

    It is one file, without the companions of WAL, and is written without waiting for the disk:
    ``take_place_of`` brings it there.
    """
    options = dict(settings["OPTIONS"])
    first = options.get("init_command", "")
    options["init_command"] = f"{first}; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF"
    return {**settings, "NAME": str(file), "OPTIONS": options}


def is_empty(alias: str) -> bool:
    """Whether nobody ever wrote anything into a database."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name in _FILLED_BY_THEMSELVES:
                continue
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT 1")  # noqa: S608
            if cursor.fetchone() is not None:
                return False
    return True


def before(now: datetime) -> str:
    """What a thing that was replaced is called: ``before_20261122_051000``, in UTC."""
    return f"before_{now:%Y%m%d_%H%M%S}"


# --- SQLite: a file -----------------------------------------------------------------------------


def take_place_of(new: Path, old: Path, aside: Path | None) -> None:
    """Put a closed database file in the place of another, which is kept at ``aside``.

    At every instant one whole database stands under the name: a crash leaves the old or the new.
    The new one belongs to whom the old one belonged to, whoever runs the command.
    """
    like = old.stat() if old.exists() else old.parent.stat()
    with new.open("rb") as stream:
        if os.geteuid() == 0:
            os.chown(stream.fileno(), like.st_uid, like.st_gid)
        os.fsync(stream.fileno())
    if aside is not None:
        os.link(old, aside)
    new.replace(old)
    sync_folder(old.parent)


def close_for_good(alias: str) -> None:
    """Bring an SQLite into its one file and close it. Refuses while anybody else has it open."""
    connection = connections[alias]
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
            alone = cursor.fetchone() == ("delete",)
    except DatabaseError:
        alone = False
    connection.close()
    if not alone:
        raise in_use()


def in_use() -> InputError:
    """The refusal to replace a database that somebody works with."""
    return InputError(
        "the site is running on this database; stop it, and try again",
        fr="Dolenti fonctionne sur cette base\u00a0; arrêtez-le, puis recommencez",
    )


# --- PostgreSQL: a schema beside ---------------------------------------------------------------

_OWN = """
    SELECT format('ALTER %s %s SET SCHEMA ', CASE c.relkind WHEN 'v' THEN 'VIEW'
                  WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
                  c.oid::regclass)
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r','p','v','m','S')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype IN ('a', 'e', 'i'))
    UNION ALL
    SELECT format('ALTER ROUTINE %s SET SCHEMA ', p.oid::regprocedure)
    FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                      AND d.objid = p.oid AND d.deptype = 'e')
"""


def move_aside(alias: str, schema: str) -> None:
    """Move every table and function of a PostgreSQL database into a schema of their own.

    Within the transaction that is open: undone with it, unseen by others until it ends. Refuses
    while somebody works with the tables.
    """
    connection = connections[alias]
    quoted = connection.ops.quote_name(schema)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        cursor.execute(f"CREATE SCHEMA {quoted}")
        cursor.execute(_OWN)
        moves = [move for (move,) in cursor.fetchall()]
        for move in moves:
            try:
                cursor.execute(move + quoted)
            except DatabaseError as error:
                if getattr(error.__cause__, "sqlstate", None) == "55P03":
                    raise in_use() from None
                raise


def drop_aside(alias: str, schema: str) -> None:
    """Remove what was moved aside, where nobody ever wrote anything into it."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {connection.ops.quote_name(schema)} CASCADE")


def remove_sqlite(file: Path) -> None:
    """Remove a database file that is of no use, and its companions."""
    for end in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{file}{end}").unlink()

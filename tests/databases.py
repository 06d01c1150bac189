"""A database for the tests: migrated once, then copied.

The site's trail refuses to be emptied, by the database itself, so a test that commits cannot be
followed by a flush: it is followed by a fresh copy. A template is kept per set of migrations, in
the temporary folder or on the PostgreSQL server, and shared by every process that tests.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent


def fingerprint() -> str:
    """The migrations and triggers that stand, and the versions of what brings its own."""
    digest = hashlib.sha256(django.get_version().encode())
    sources = ROOT / "src" / "dolenti"
    files = [
        *sources.glob("**/migrations/*.py"),
        sources / "access" / "triggers.py",
        *sources.glob("ledger/*.py"),
        *sources.glob("*/models.py"),
        *sources.glob("*/models/*.py"),
    ]
    for file in [*sorted(files), ROOT / "requirements" / "run.txt"]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process at a time makes a template."""
    with (Path(tempfile.gettempdir()) / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate() -> None:
    if connection.vendor == "sqlite":  # nothing to lose yet: no waiting for the disk
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()


class Sqlite:
    """The tests' database as a file in the data folder."""

    def __init__(self, worker: str) -> None:
        self.file = Path(os.environ["DOLENTI_DATA"]) / f"test-{worker}.sqlite3"
        self.template = Path(tempfile.gettempdir()) / f"dolenti-test-{fingerprint()}.sqlite3"

    def _use(self, file: Path) -> None:
        connections.close_all()
        connection.settings_dict["NAME"] = str(file)

    def fresh(self) -> None:
        """An untouched copy of the template, where the tests look."""
        with _alone("dolenti-test-sqlite"):
            if not self.template.exists():
                draft = self.template.with_suffix(f".{os.getpid()}")
                self._use(draft)
                _migrate()
                for left in ("-wal", "-shm"):
                    assert not Path(f"{draft}{left}").exists(), "closed, so all in one file"
                draft.replace(self.template)
        self._use(self.file)
        self.drop()
        shutil.copyfile(self.template, self.file)

    def drop(self) -> None:
        """Remove the copy."""
        connections.close_all()
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)


class Postgres:
    """The tests' database as one of the server that ``DATABASE_URL`` names."""

    def __init__(self, worker: str) -> None:
        name = connection.settings_dict["NAME"]
        self.name = f"test_{name}_{worker}"
        self.template = f"dolenti_test_{fingerprint()}"

    def _use(self, name: str) -> None:
        connections.close_all()
        connection.settings_dict["NAME"] = name

    @contextmanager
    def _server(self) -> Iterator[psycopg.Connection[Any]]:
        said = connection.settings_dict
        with psycopg.connect(
            host=said["HOST"] or None,
            port=said["PORT"] or None,
            user=said["USER"] or None,
            password=said["PASSWORD"] or None,
            dbname="postgres",
            autocommit=True,
        ) as server:
            yield server

    def fresh(self) -> None:
        """An untouched copy of the template, where the tests look."""
        with _alone("dolenti-test-postgres"), self._server() as server:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            there = server.execute(query, [self.template]).fetchone()
            if not there:
                draft = f"{self.template}_{os.getpid()}"
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
                self._use(draft)
                _migrate()
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                names = map(sql.Identifier, (draft, self.template))
                server.execute(rename.format(*names))
        self._use(self.name)
        self.drop()
        with self._server() as server:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            server.execute(create.format(*map(sql.Identifier, (self.name, self.template))))

    def drop(self) -> None:
        """Remove the copy, whoever is still connected to it."""
        connections.close_all()
        with self._server() as server:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            server.execute(drop.format(sql.Identifier(self.name)))


def start_again(database: Sqlite | Postgres) -> None:
    """A fresh copy, and no head of a trail that is no longer there."""
    database.fresh()
    (Path(os.environ["DOLENTI_DATA"]) / "audit-head").unlink(missing_ok=True)


def of_worker(worker: str) -> Sqlite | Postgres:
    """The database of one testing process."""
    return Postgres(worker) if connection.vendor == "postgresql" else Sqlite(worker)

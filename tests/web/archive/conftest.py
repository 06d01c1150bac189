"""A small clinic in a database of its own, made once, and copies of it; a PostgreSQL to fill."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dolenti.safekeeping import loading
from dolenti.safekeeping.databases import database, sqlite
from dolenti.safekeeping.places import connected
from dolenti.safekeeping.snapshot import table_lines
from dolenti.safekeeping.tables import applied_schema
from tests import services
from tests.web.archive.remembered import Remembered

ROOT = Path(__file__).resolve().parents[3]
# Beside the data of this process: gone when it ends.
REMEMBERED = Path(os.environ["DOLENTI_DATA"]) / "remembered"


def dolenti(
    data: Path, *arguments: str, module: str = "tests.web.archive.command", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command on a data folder, with SQLite unless the environment says otherwise. With
    the ``module`` dolenti.cli, what it restores in is made by the migrations themselves."""
    usual = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    path = os.pathsep.join(filter(None, (str(ROOT), usual.get("PYTHONPATH"))))
    mine = {"DOLENTI_DATA": str(data), "PYTHONPATH": path, "REMEMBERED": str(REMEMBERED)}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={**usual, **mine, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(autouse=True)
def databases_of_our_own(django_db_blocker: Any) -> Iterator[None]:
    """These tests open databases by themselves, and never the one of the other tests."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(autouse=True)
def tables_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is restored in is made by the migrations once for each database."""
    REMEMBERED.mkdir(exist_ok=True)
    monkeypatch.setattr(loading, "migrate_to", Remembered(loading.migrate_to, REMEMBERED))


@pytest.fixture(scope="session")
def demo_clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a clinic with the demo's patients in it. Copy it; never change it."""
    folder = tmp_path_factory.mktemp("clinic")
    made = dolenti(folder, "demo", "--patients", "0", module="dolenti.cli")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def clinic(demo_clinic: Path, tmp_path: Path) -> Path:
    """The data folder of a clinic of one's own."""
    return Path(shutil.copytree(demo_clinic, tmp_path / "clinic"))


@pytest.fixture
def here(clinic: Path) -> Iterator[str]:
    """A connection to that clinic's SQLite, as the site has it."""
    with connected(sqlite(clinic / "dolenti.sqlite3")) as alias:
        yield alias


@pytest.fixture
def new_postgres() -> Iterator[Callable[[], str]]:
    """Makes empty PostgreSQL databases, and removes them afterwards. Gives their addresses."""
    server = make_conninfo(services.POSTGRES, dbname="postgres")
    made: list[str] = []

    def make() -> str:
        name = f"dolenti_archive_{secrets.token_hex(4)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            # Nobody waits for the disk for what is thrown away.
            forget = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off")
            connection.execute(forget.format(sql.Identifier(name)))
        made.append(name)
        at = conninfo_to_dict(services.POSTGRES)
        password = f":{at['password']}" if at.get("password") else ""
        place = f"{at.get('host', '127.0.0.1')}:{at.get('port', 5432)}"
        return f"postgres://{at['user']}{password}@{place}/{name}"

    yield make
    with psycopg.connect(server, autocommit=True) as connection:
        for name in made:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture
def postgres(new_postgres: Callable[[], str]) -> Iterator[str]:
    """A connection to an empty PostgreSQL. For tests marked ``postgres``."""
    with connected(database(new_postgres(), Path())) as alias:
        yield alias


def everything(alias: str) -> dict[str, list[bytes]]:
    """Every row of every table."""
    return {table.label: list(table_lines(alias, table)) for table in applied_schema(alias).tables}


def rewritten(file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of a backup in which entries are changed or left out, and which is a sound zip."""
    other = file.with_name("rewritten.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return other

"""Which database: an SQLite in the data folder, or what ``DATABASE_URL`` says."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import dj_database_url

from dolenti.guideline.errors import InputError

KEPT: Final = 60
"""Seconds for which each thread keeps its connection from one request to the next."""


def database(url: str | None, data: Path) -> dict[str, Any]:
    """Django's description of a database. Raises ``InputError`` for an address it cannot read.

    ``url`` is ``postgres://…``, ``sqlite:///path``, ``sqlite`` (the one in the data folder) or
    nothing, which means the same. The address is never repeated: it may hold a password.
    """
    if not url or url == "sqlite":
        return sqlite(data / "dolenti.sqlite3")
    try:
        scheme = url.partition(":")[0]
        if scheme == "sqlite":
            return sqlite(Path(dj_database_url.parse(url)["NAME"]).resolve())
        if scheme in ("postgres", "postgresql"):
            described = dj_database_url.parse(url, conn_max_age=KEPT, conn_health_checks=True)
            # A page asks short questions: compiling one takes a second, running it a millisecond.
            options = {"options": "-c jit=off", **described.get("OPTIONS", {})}
            return {**described, "OPTIONS": options}
    except (ValueError, KeyError):
        pass
    raise InputError(
        "this is not the address of a database; write postgres://USER:PASSWORD@HOST:PORT/NAME, "
        "sqlite:////PATH or sqlite",
        "DATABASE_URL",
        fr="ce n’est pas l’adresse d’une base\u00a0; écrivez "
        "postgres://UTILISATEUR:MOT-DE-PASSE@SERVEUR:PORT/NOM, sqlite:////CHEMIN ou sqlite",
    )


def sqlite(file: Path) -> dict[str, Any]:
    """An SQLite that keeps what it is given, with the SQLite that is safe in WAL mode."""
    return {
        "ENGINE": "dolenti.config.sqlite",
        "NAME": file,
        # The last one to close an SQLite in WAL mode writes all of the WAL into it and waits for
        # the disk: with a connection for each request, that is nearly every request.
        "CONN_MAX_AGE": KEPT,
        "TEST": {"NAME": str(file.with_name("test.sqlite3"))},  # a file, in WAL mode, like this
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",  # a transaction that will write says so at its start
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;"
                " PRAGMA foreign_keys=ON"
            ),
        },
    }

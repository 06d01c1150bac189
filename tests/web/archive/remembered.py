"""The tables of a schema, made by its migrations once and by the same statements afterwards.

Django renders every model anew for each step of each migration: most of the time of a restore in a
test. What the migrations send to the database is remembered the first time, and sent again.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from dolenti.safekeeping.tables import Schema

Statement = tuple[str, Any]
_OF_ITS_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK", "SELECT", "PRAGMA")


class Remembered:
    """Stands in for ``migrate_to``; ``really`` is the true one. What it remembers lies in a folder,
    where the other processes of the tests find it too."""

    def __init__(self, really: Callable[[str, Schema], None], folder: Path) -> None:
        self._really = really
        self._folder = folder

    def __call__(self, alias: str, schema: Schema) -> None:
        connection = connections[alias]
        known = repr((connection.vendor, tuple(schema.migrations)))
        file = self._folder / hashlib.sha256(known.encode()).hexdigest()
        if not file.exists():
            statements: list[Statement] = []

            def keep(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
                if not str(sql).lstrip().upper().startswith(_OF_ITS_TRANSACTION):
                    statements.append((str(sql), params))
                return execute(sql, params, many, context)

            with connection.execute_wrapper(keep):
                self._really(alias, schema)
            draft = file.with_suffix(f".{os.getpid()}")
            draft.write_bytes(pickle.dumps(statements))
            draft.replace(file)
            return
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            for sql, params in pickle.loads(file.read_bytes()):
                cursor.execute(sql, params)

"""The engines that a population is judged on, behind four verbs: read, ask for one row, write,
close. DuckDB is here; Spark, which not everybody has, in ``spark``.

A file is written under another name in its own folder and renamed at the end: under the final
name there is a whole file or none. It is its owner's alone (0600).
"""

from __future__ import annotations

import contextlib
import glob
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import duckdb
import ibis
import pyarrow as pa

from dolenti.guideline.errors import InputError
from dolenti.population.kleene import Table

Progress = Callable[[float], None]
"""Is told the part done, from 0 to 1."""

MEMORY_LIMIT = "2GB"
HELD = "held"
"""What a table in memory is called in the engine."""


class Engine(Protocol):
    """What judges a table of patients."""

    name: str

    def read(self, file: str) -> Table: ...

    def one_row(self, table: Table) -> dict[str, Any]: ...

    def write(
        self, table: Table, out: str, notes: Mapping[str, str], progress: Progress
    ) -> None: ...

    def close(self) -> None: ...


@contextlib.contextmanager
def layers_kept() -> Iterator[None]:
    """Ibis would melt each SELECT into the next, and so work a value out once for every reader."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


def partial_name(out: Path) -> Path:
    """Where a file is written until it is whole: in the same folder, so that a rename suffices.
    Raises ``InputError`` where nothing can be written, or something stands that is no file."""
    if out.exists() and not (out.is_file() or out.is_dir()):
        raise InputError(
            "this is no file: a device or a pipe would be replaced; name another",
            str(out),
            fr="ce n’est pas un fichier : un périphérique ou un tube serait remplacé ; "
            "indiquez-en un autre",
        )
    folder = out.parent
    if not folder.is_dir():
        raise InputError(
            f"there is no folder {folder}",
            str(out),
            fr=f"le dossier {folder} n’existe pas\u00a0; créez-le d’abord",
        )
    if not os.access(folder, os.W_OK):
        raise InputError(
            f"nothing may be written in {folder}",
            str(out),
            fr=f"rien ne peut être écrit dans {folder}\u00a0; vérifiez vos droits",
        )
    return folder / f".{out.name}.{uuid4().hex[:8]}.partial"


@contextlib.contextmanager
def written_whole(out: str) -> Iterator[Path]:
    """Where to write what is to stand under ``out``: another name in its folder, which becomes the
    final one when all is written. Raises ``InputError`` where it cannot be; then no file is left,
    and one that stood there stands as it was."""
    final = Path(out)
    partial = partial_name(final)
    try:
        # What it holds may be about patients: its owner's alone, whatever the umask says.
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield partial
        partial.replace(final)
    except (duckdb.Error, pa.ArrowInvalid, OSError) as error:
        raise not_written(error, out) from None
    finally:
        partial.unlink(missing_ok=True)


# The refusals that every engine shares. The engine's own words stay as they are, in English.


def no_such_file(file: str) -> InputError:
    """The file is not there."""
    return InputError(
        "there is no such file",
        file,
        fr="ce fichier n’existe pas\u00a0; vérifiez son nom et son dossier",
    )


def no_parquet(error: BaseException, file: str) -> InputError:
    """The file is something else, or was cut."""
    why = first_line(error)
    return InputError(
        f"this is no whole parquet file: {why}",
        file,
        fr=f"ce n’est pas un fichier parquet entier ({why})",
    )


def not_read(error: BaseException) -> InputError:
    """The file broke off while it was read."""
    why = first_line(error)
    return InputError(
        f"the file cannot be read to its end: {why}",
        fr=f"le fichier ne peut pas être lu jusqu’au bout ({why})",
    )


def not_written(error: BaseException, out: str) -> InputError:
    """The answer could not be kept."""
    why = first_line(error)
    return InputError(
        f"it could not be written: {why}; no file is left",
        out,
        fr=f"l’écriture a échoué\u00a0; aucun fichier n’est laissé ({why})",
    )


class DuckDBEngine:
    """One machine. Streams a file through, whatever its size."""

    name = "duckdb"

    def __init__(self, threads: int | None = None, memory_limit: str = MEMORY_LIMIT) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="dolenti-")
        settings: dict[str, Any] = {
            "memory_limit": memory_limit,
            "temp_directory": self._spill.name,
            # Each row says who it is about; keeping the order would keep rows in memory instead.
            "preserve_insertion_order": False,
            # Every file is read once or twice, and would fill the memory for nobody.
            "enable_external_file_cache": False,
        }
        if threads is not None:
            settings["threads"] = threads
        self._ibis = ibis.duckdb.connect(**settings)

    def read(self, file: str) -> Table:
        """A parquet file, or a folder of them. Raises ``InputError`` for anything else."""
        path = Path(file)
        if not path.exists():
            raise no_such_file(file)
        if path.is_file() and not path.stat().st_size:
            raise InputError(
                "the file is empty; choose another",
                file,
                fr="le fichier est vide\u00a0; choisissez-en un autre",
            )
        try:
            # DuckDB reads a path as a pattern, and makes columns of folders called “year=2026”.
            named = glob.escape(file)
            files = f"{named.rstrip('/')}/*.parquet" if path.is_dir() else named
            return self._ibis.read_parquet(files, hive_partitioning=False)
        except duckdb.Error as error:
            raise no_parquet(error, file) from None

    def hold(self, table: pa.Table) -> Table:
        """A table in memory, without a copy."""
        self._ibis.con.register(HELD, table)
        return self._ibis.table(HELD)

    def fetch(self, table: Table) -> pa.Table:
        """All of a table, in memory."""
        with layers_kept():
            sql = self._ibis.compile(table)
        try:
            return self._ibis.con.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise not_read(error) from None

    def one_row(self, table: Table) -> dict[str, Any]:
        with layers_kept():
            sql = self._ibis.compile(table)
        try:
            found = self._ibis.con.execute(sql)
            names = [column[0] for column in found.description]
            (row,) = found.fetchall()  # to the end: the connection serves one answer at a time
            return dict(zip(names, row, strict=True))
        except duckdb.Error as error:
            raise not_read(error) from None

    def write(self, table: Table, out: str, notes: Mapping[str, str], progress: Progress) -> None:
        """Write a table as parquet, with ``notes`` in the file's own metadata."""
        with layers_kept():
            sql = self._ibis.compile(table)
        said = ", ".join(f"{_quoted(key)}: {_quoted(value)}" for key, value in notes.items())
        with written_whole(out) as partial:
            file = _quoted(str(partial))
            how = f"FORMAT parquet, USE_TMP_FILE false, KV_METADATA {{{said}}}"
            copy = f"COPY ({sql}) TO {file} ({how})"
            self._run(copy, progress)

    def close(self) -> None:
        self._ibis.disconnect()
        self._spill.cleanup()

    def _run(self, sql: str, progress: Progress) -> None:
        """Run a long statement beside us, and tell how far it is."""
        failed: list[BaseException] = []

        def work() -> None:
            try:
                self._ibis.con.execute(sql)
            except duckdb.Error as error:
                failed.append(error)

        worker = threading.Thread(target=work)
        worker.start()
        try:
            while worker.is_alive():
                worker.join(0.2)
                progress(max(0.0, self._ibis.con.query_progress()) / 100)
        except BaseException:  # somebody gave up waiting: nothing may go on writing
            self._ibis.con.interrupt()
            worker.join()
            raise
        if failed:
            raise failed[0]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def first_line(error: BaseException) -> str:
    """What an engine says first; the rest is for its developers."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__

"""The file of a backup: a zip of one ``.jsonl`` per table, the files that the site keeps beside its
database, and ``manifest.json``.

Any unpacker opens it, any text tool reads it. Memory stays flat however large it is. It appears
under its name when it is whole and on the disk, never before.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from dolenti.guideline.errors import InputError
from dolenti.safekeeping.manifest import (
    FileSum,
    Manifest,
    TableSum,
    damaged,
    foreign,
    opened,
    sealed,
)
from dolenti.safekeeping.rows import RowError, RowForm
from dolenti.safekeeping.tables import Table

MANIFEST, SECRET_KEY, BESIDE = "manifest.json", "secret-key", "beside/"
_CHUNK = 1 << 16


class Digest:
    """Counts rows and hashes them, one after another."""

    def __init__(self, form: RowForm) -> None:
        self._form = form
        self._sha256 = hashlib.sha256()
        self.rows = 0

    def add(self, line: bytes) -> None:
        """Take one row in. Raises ``RowError`` where it holds what is no JSON."""
        self._sha256.update(self._form.hashed(line))
        self._sha256.update(b"\n")
        self.rows += 1

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()


class BackupWriter:
    """A backup as it is written. Leaving it on an error leaves no file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}.unfinished")

    def __enter__(self) -> BackupWriter:
        if self._file.exists():
            raise InputError(
                "this file exists already; a backup never replaces another. Choose another name",
                str(self._file),
                fr="ce fichier existe déjà\u00a0; une sauvegarde n’en remplace jamais une autre. "
                "Choisissez un autre nom",
            )
        with writing(self._file):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            self._stream = os.fdopen(descriptor, "w+b")
            fcntl.flock(descriptor, fcntl.LOCK_SH)  # see ``leftovers``
        self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._sums: list[TableSum] = []
        self._files: list[FileSum] = []
        return self

    def table(self, table: Table, lines: Iterable[bytes]) -> None:
        """Add one table, from its lines in order of their key."""
        name = f"tables/{len(self._sums) + 1:04}-{table.label}.jsonl"
        form = RowForm(table)
        digest = Digest(form)
        with writing(self._file), self._zip.open(name, "w", force_zip64=True) as out:
            waiting = bytearray()
            for line in lines:
                digest.add(line)
                waiting += line
                waiting += b"\n"
                if len(waiting) >= _CHUNK:
                    out.write(waiting)
                    waiting.clear()
            out.write(waiting)
        columns = tuple(column.name for column in table.columns)
        self._sums.append(TableSum(table.label, name, columns, digest.rows, digest.sha256))

    def file(self, name: str, file: Path) -> None:
        """Add a file that the site keeps beside its database, by its name below the data folder."""
        digest, size = hashlib.sha256(), 0
        with (
            writing(self._file),
            file.open("rb") as source,
            self._zip.open(BESIDE + name, "w", force_zip64=True) as out,
        ):
            while piece := source.read(_CHUNK):
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        self._files.append(FileSum(name, size, digest.hexdigest()))

    def secret_key(self, key: str) -> None:
        """Add the site's secret key."""
        with writing(self._file):
            self._zip.writestr(SECRET_KEY, key)

    @property
    def tables(self) -> tuple[TableSum, ...]:
        """The sums of the tables added so far."""
        return tuple(self._sums)

    @property
    def files(self) -> tuple[FileSum, ...]:
        """The files added so far."""
        return tuple(self._files)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, bring all to the disk, and give the file its name."""
        with writing(self._file):
            self._zip.writestr(MANIFEST, sealed(manifest))
            self._zip.close()
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            os.link(self._draft, self._file)  # unlike a renaming, this replaces nothing
            self._draft.unlink()
            sync_folder(self._file.parent)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._zip.fp = None  # what is in it is of no use; do not try to write its end
        self._stream.close()
        self._draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Trouble with the disk, said to a person. Raises ``InputError``."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"the backup could not be written ({error.strerror}); there is no such file now. "
            "Free some space or choose another place",
            str(file),
            fr=f"la sauvegarde n’a pas pu être écrite ({error.strerror})\u00a0; ce fichier "
            "n’existe pas. Libérez de la place ou choisissez un autre endroit",
        ) from None


class Backup:
    """A backup as it is read."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> Backup:
        try:
            self._zip = zipfile.ZipFile(self._file)
            text = self._zip.read(MANIFEST)
        except (zipfile.BadZipFile, KeyError):
            raise foreign(str(self._file)) from None
        except _BROKEN:
            raise damaged(str(self._file)) from None
        except OSError as error:
            raise InputError(
                f"the backup could not be read ({error.strerror}); check its name and your rights",
                str(self._file),
                fr=f"la sauvegarde n’a pas pu être lue ({error.strerror})\u00a0; vérifiez son nom "
                "et vos droits",
            ) from None
        self.manifest = opened(text, str(self._file))
        return self

    def lines(self, table: Table) -> Iterator[bytes]:
        """The lines of a table; after the last, the count and the hash have been checked.

        Raises ``InputError`` where anything is missing, added or changed.
        """
        said = self._sum(table)
        digest = Digest(RowForm(table))
        try:
            with self._zip.open(said.file) as entry:
                for line in entry:
                    digest.add(line.rstrip(b"\n"))
                    yield line.rstrip(b"\n")
        except (*_BROKEN, zipfile.BadZipFile, KeyError, OSError, RowError):
            raise damaged(str(self._file), table.label) from None
        if (digest.rows, digest.sha256) != (said.rows, said.sha256):
            raise damaged(str(self._file), table.label)

    def check_tables(self, tables: Iterable[Table]) -> None:
        """Refuse a backup whose tables are not those its migrations make."""
        expected = {t.label: tuple(column.name for column in t.columns) for t in tables}
        found = {said.table: said.columns for said in self.manifest.tables}
        if expected != found:
            strange = sorted(
                label for label in {*expected, *found} if expected.get(label) != found.get(label)
            )
            raise damaged(str(self._file), strange[0])

    @property
    def path(self) -> Path:
        """Where it is read from."""
        return self._file

    def file(self, said: FileSum) -> Iterator[bytes]:
        """A file of those beside the database, in pieces; after the last, its size and hash have
        been checked. Raises ``InputError``."""
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(BESIDE + said.name) as entry:
                while piece := entry.read(_CHUNK):
                    digest.update(piece)
                    size += len(piece)
                    yield piece
        except (*_BROKEN, zipfile.BadZipFile, KeyError, OSError):
            raise damaged(str(self._file), said.name) from None
        if (size, digest.hexdigest()) != (said.size, said.sha256):
            raise damaged(str(self._file), said.name)

    def secret_key(self) -> str | None:
        """The site's secret key, where the backup carries it."""
        if not self.manifest.secret_key:
            return None
        try:
            return self._zip.read(SECRET_KEY).decode("ascii")
        except (*_BROKEN, zipfile.BadZipFile, KeyError, UnicodeDecodeError):
            raise damaged(str(self._file)) from None

    def _sum(self, table: Table) -> TableSum:
        return next(said for said in self.manifest.tables if said.table == table.label)

    def __exit__(self, *_: object) -> None:
        self._zip.close()


# What a broken zip may raise while it is read, besides its own error.
_BROKEN = (zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)

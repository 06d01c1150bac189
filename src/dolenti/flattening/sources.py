"""What a path holds: bundles one by one or line by line, the files of a bulk export, a table, an
OMOP CDM.

Files are told apart by their name and by how they begin, and are never held whole but for a bundle.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from dolenti.flattening.omop import holds_omop
from dolenti.guideline.errors import InputError

BUNDLES: Final = (".json", ".json.gz")
LINES: Final = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
TABLES: Final = (".csv", ".csv.gz", ".parquet")
_BEGINNING: Final = 64 * 1024


@dataclass
class Found:
    """The files of some paths, by what they hold, each in the order of its name."""

    bundles: list[Path] = field(default_factory=list)
    bundle_lines: list[Path] = field(default_factory=list)
    resources: list[Path] = field(default_factory=list)
    tables: list[Path] = field(default_factory=list)
    omop: list[Path] = field(default_factory=list)


def find(paths: Iterable[str]) -> Found:
    """Look into files and folders, all the way down. Raises ``InputError`` for a path that is not
    there, for a file of no kind that is read, and where nothing is found."""
    found = Found()
    for text in paths:
        path = Path(text)
        if path.exists() and holds_omop(path):
            found.omop.append(path)
        elif path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and not file.name.startswith("."):
                    _sort(file, found, named=False)
        elif path.is_file():
            _sort(path, found, named=True)
        else:
            raise InputError(
                "there is no such file or folder",
                text,
                fr="ce fichier ou ce dossier n’existe pas",
            )
    if found == Found():
        raise InputError(
            "nothing to read here: expected are .json, .ndjson, .csv or .parquet, also gzipped, or "
            "the tables of an OMOP CDM",
            fr="rien à lire ici\u00a0: sont attendus des fichiers .json, .ndjson, .csv ou "
            ".parquet, compressés ou non, ou les tables d’un OMOP CDM",
        )
    return found


def _sort(file: Path, found: Found, *, named: bool) -> None:
    name = file.name.lower()
    if name.endswith(BUNDLES):
        found.bundles.append(file)
    elif name.endswith(LINES):
        (found.bundle_lines if _holds_bundles(file) else found.resources).append(file)
    elif name.endswith(TABLES):
        found.tables.append(file)
    elif named:
        raise InputError(
            "this is of no kind that is read: .json, .ndjson, .csv or .parquet, also gzipped",
            str(file),
            fr="ce n’est pas un fichier lu ici\u00a0: .json, .ndjson, .csv ou .parquet, "
            "compressés ou non",
        )


def opened(file: Path) -> BinaryIO:
    """A file for reading, unpacked where it is gzipped."""
    if file.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.open(file, "rb"))
    return file.open("rb")


def lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers, but for the empty ones. Raises ``InputError`` where
    the file breaks off."""
    try:
        with opened(file) as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError) as error:
        raise InputError(
            f"the file breaks off: {error}",
            file.name,
            fr=f"le fichier est interrompu ({error})",
        ) from None


class _Kind(msgspec.Struct):
    resource_type: str = msgspec.field(default="", name="resourceType")


def _holds_bundles(file: Path) -> bool:
    """Whether the first line is a Bundle; a bulk export has one resource on each."""
    for _, line in lines(file):
        try:
            return msgspec.json.decode(line, type=_Kind).resource_type == "Bundle"
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
    return False

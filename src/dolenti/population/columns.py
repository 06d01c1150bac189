"""The columns of a table by the names that its file gives them.

An engine renames a column that stands twice, and whichever came first would be judged: which one is
meant nobody can tell, so such a table is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from dolenti.guideline.errors import InputError

BROKEN: Final = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What Arrow raises for a file that is none, that was cut, whose names are no text."""


def insist_single(names: Iterable[str], wanted: Iterable[str], file: str) -> None:
    """Raises ``InputError`` where one of the columns that are read stands more than once."""
    counted, read = Counter(names), set(wanted)
    for name, count in counted.items():
        if count > 1 and name in read:
            raise InputError(
                f"the table has the column “{name}” more than once; keep one",
                file,
                fr=f"la table a plusieurs colonnes «\u00a0{name}\u00a0»\u00a0; n’en gardez qu’une",
            )


def insist_single_in(path: Path, wanted: Iterable[str]) -> None:
    """The same of a parquet file, or of each in a folder. To the engines, names that differ by
    capitals alone are one."""
    read = [name.casefold() for name in wanted]
    for file, names in _names_in(path):
        insist_single((name.casefold() for name in names), read, file.name)


def _names_in(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """The names of the columns of a parquet file, or of each in a folder, as they are written.

    A file that cannot be read is passed over: the engine says what is wrong with it.
    """
    for file in sorted(path.rglob("*.parquet")) if path.is_dir() else [path]:
        try:
            yield file, list(pq.read_schema(file).names)
        except BROKEN:
            continue

"""A bulk export put together again: its resources lie in files by kind, and belong to patients.

DuckDB sorts them by patient, on disk where need be; each patient's come out as one bundle. What
names no patient (a medicine, a device's kind) goes to whoever refers to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec

from dolenti.flattening.bundles import Piece
from dolenti.flattening.sources import lines

_AT_ONCE: Final = 2_000
_MEMORY: Final = "1GB"
_HEAD: Final = b'{"resourceType":"Bundle","type":"collection","entry":['


class _Named(msgspec.Struct, rename="camel"):
    """What says whose a resource is, and to what else it refers."""

    resource_type: Any = None
    id: Any = None
    subject: Any = None
    patient: Any = None
    medication_reference: Any = None


def patients(files: Sequence[Path]) -> Iterator[Piece]:
    """One bundle for each patient of an export. Raises ``InputError`` where a file breaks off.

    A line that is no resource is put into a bundle of its own, so that it is refused by its place
    and not lost in silence.
    """
    with (
        tempfile.TemporaryDirectory(prefix="dolenti-") as folder,
        duckdb.connect(str(Path(folder) / "export.duckdb")) as store,
    ):
        store.execute(f"SET memory_limit = '{_MEMORY}'")
        store.execute("CREATE TABLE told (patient VARCHAR, own VARCHAR, needs VARCHAR, text BLOB)")
        yield from _fill(store, files)
        yield from _grouped(store)


def _fill(store: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> list[Piece]:
    strays: list[Piece] = []
    waiting: list[tuple[str | None, str | None, str | None, bytes]] = []
    for file in files:
        for number, line in lines(file):
            named = _named(line)
            if named is None:
                strays.append((f"{file.name}:{number}", line.strip()))
                continue
            waiting.append((*named, line.strip()))
            if len(waiting) >= _AT_ONCE:
                store.executemany("INSERT INTO told VALUES (?, ?, ?, ?)", waiting)
                waiting.clear()
    if waiting:
        store.executemany("INSERT INTO told VALUES (?, ?, ?, ?)", waiting)
    return strays


def _named(line: bytes) -> tuple[str | None, str | None, str | None] | None:
    """Whose a resource is, what it is called, and the medicine it refers to."""
    try:
        told = msgspec.json.decode(line, type=_Named)
    except msgspec.DecodeError:
        return None
    if not isinstance(told.resource_type, str):
        return None
    own = f"{told.resource_type}/{told.id}"
    whose = told.id if told.resource_type == "Patient" else _patient(told.subject, told.patient)
    return (str(whose) if whose is not None else None), own, _refers(told.medication_reference)


def _patient(*about: Any) -> str | None:
    for one in about:
        text = _refers(one)
        if text is not None:
            kind, _, name = text.rpartition("/")
            if not kind or kind.rpartition("/")[2] == "Patient":
                return name.removeprefix("urn:uuid:")
    return None


def _refers(reference: Any) -> str | None:
    text = reference.get("reference") if isinstance(reference, dict) else None
    return text.partition("/_history/")[0] if isinstance(text, str) else None


def _grouped(store: duckdb.DuckDBPyConnection) -> Iterator[Piece]:
    """Each patient's resources, with those that they refer to."""
    rows = store.execute(
        "WITH own AS (SELECT patient, text FROM told WHERE patient IS NOT NULL),"
        " lent AS (SELECT DISTINCT one.patient, other.text FROM told one JOIN told other"
        "  ON other.patient IS NULL AND other.own = one.needs WHERE one.patient IS NOT NULL)"
        " SELECT patient, text FROM (SELECT * FROM own UNION ALL SELECT * FROM lent)"
        " ORDER BY patient"
    )
    whose: str | None = None
    texts: list[bytes] = []
    while found := rows.fetchmany(_AT_ONCE):
        for patient, text in found:
            if patient != whose and texts:
                yield _bundle(str(whose), texts)
                texts = []
            whose = patient
            texts.append(bytes(text))
    if texts:
        yield _bundle(str(whose), texts)


def _bundle(patient: str, texts: Sequence[bytes]) -> Piece:
    entries = b",".join(b'{"resource":' + text + b"}" for text in texts)
    return f"Patient/{patient}", _HEAD + entries + b"]}"

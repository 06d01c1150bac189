"""A bulk export put together again: its resources lie in files by kind, and belong to patients.

DuckDB sorts them by patient, on disk where need be; each patient's come out as one bundle. What
names no patient (a medicine, a device's kind) goes to whoever refers to it. A patient may be named
by an official number alone, as long as nobody else has it. What remains is counted, by kind.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import msgspec
import pyarrow as pa

from dolenti.fhir.kinds import WAYS
from dolenti.fhir.who import HEALTH_NUMBERS
from dolenti.flattening.bundles import Piece
from dolenti.flattening.sources import lines

_AT_ONCE: Final = 20_000
_OCTETS_AT_ONCE: Final = 32 * 1024 * 1024
_MEMORY: Final = "512MB"
_HEAD: Final = b'{"resourceType":"Bundle","type":"collection","entry":['
_LENT: Final = frozenset({"Medication", "Device"})
"""Kinds that need no patient of their own: they are read where another refers to them."""
_TABLES: Final = """
CREATE TABLE told
    (kind VARCHAR, patient VARCHAR, own VARCHAR, needs VARCHAR[], number VARCHAR, text BLOB);
CREATE TABLE numbered (number VARCHAR, patient VARCHAR, official BOOLEAN);
CREATE VIEW whose AS
    SELECT number, min(patient) AS patient FROM numbered
    GROUP BY number HAVING count(DISTINCT patient) = 1 AND bool_or(official);
CREATE VIEW found AS
    SELECT told.* REPLACE (coalesce(told.patient, whose.patient) AS patient)
    FROM told LEFT JOIN whose USING (number);
"""
_TOLD: Final = pa.schema(
    [
        ("kind", pa.string()), ("patient", pa.string()), ("own", pa.string()),
        ("needs", pa.list_(pa.string())), ("number", pa.string()), ("text", pa.binary()),
    ]
)  # fmt: skip
_NUMBERED: Final = pa.schema(
    [("number", pa.string()), ("patient", pa.string()), ("official", pa.bool_())]
)
_GROUPED: Final = """
WITH own AS (SELECT patient, text FROM found WHERE patient IS NOT NULL),
needed AS (SELECT patient, unnest(needs) AS own FROM found WHERE patient IS NOT NULL),
lent AS (SELECT DISTINCT needed.patient, told.text
    FROM needed JOIN told ON told.patient IS NULL AND told.own = needed.own)
SELECT patient, text FROM (SELECT * FROM own UNION ALL SELECT * FROM lent) ORDER BY patient
"""


class _Named(msgspec.Struct, rename="camel"):
    """What says whose a resource is, and to what else it refers."""

    resource_type: Any = None
    id: Any = None
    identifier: Any = None
    subject: Any = None
    patient: Any = None
    medication_reference: Any = None
    medication: Any = None
    device: Any = None


class _Row(NamedTuple):
    """A resource in the store. ``number`` names its patient where no reference does."""

    kind: str
    patient: str | None
    own: str
    needs: list[str]
    number: str | None
    text: bytes


def patients(files: Sequence[Path], lost: Counter[str]) -> Iterator[Piece]:
    """One bundle for each patient of an export; ``lost`` is told of what no patient was found for,
    by kind. Raises ``InputError`` where a file breaks off.

    A line that is no resource is put into a bundle of its own, so that it is refused by its place
    and not lost in silence.
    """
    with (
        tempfile.TemporaryDirectory(prefix="dolenti-") as folder,
        duckdb.connect(str(Path(folder) / "export.duckdb")) as store,
    ):
        store.execute(f"SET memory_limit = '{_MEMORY}'")
        store.execute(_TABLES)
        yield from _fill(store, files)
        nobodys = "SELECT kind, count(*) FROM found WHERE patient IS NULL GROUP BY kind"
        for kind, count in store.execute(nobodys).fetchall():
            if kind not in _LENT and WAYS.get(kind) != "no-concern":
                lost[kind] += count
        yield from _grouped(store)


def _fill(store: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> list[Piece]:
    strays: list[Piece] = []
    waiting: list[_Row] = []
    numbers: list[tuple[str, str, bool]] = []
    held = 0
    for file in files:
        for number, line in lines(file):
            told = _read(line)
            if told is None:
                strays.append((f"{file.name}:{number}", line.strip()))
                continue
            row = _row(told, line.strip())
            waiting.append(row)
            if row.kind == "Patient" and row.patient is not None:
                numbers += [(key, row.patient, ours) for key, ours in _numbers(told.identifier)]
            held += len(row.text)
            if len(waiting) >= _AT_ONCE or held >= _OCTETS_AT_ONCE:
                _store(store, waiting, numbers)
                held = 0
    _store(store, waiting, numbers)
    return strays


def _store(
    store: duckdb.DuckDBPyConnection, waiting: list[_Row], numbers: list[tuple[str, str, bool]]
) -> None:
    _put(store, "told", _TOLD, waiting)
    _put(store, "numbered", _NUMBERED, numbers)


def _put(store: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema, rows: list[Any]) -> None:
    """Add rows by columns: one by one they take DuckDB a hundred times as long."""
    if rows:
        columns = dict(zip(schema.names, zip(*rows, strict=True), strict=True))
        store.register("waiting", pa.table(columns, schema))
        store.execute(f"INSERT INTO {table} FROM waiting")
        store.unregister("waiting")
        rows.clear()


def _read(line: bytes) -> _Named | None:
    try:
        told = msgspec.json.decode(line, type=_Named)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return told if isinstance(told.resource_type, str) else None


def _row(told: _Named, text: bytes) -> _Row:
    """Whose a resource is, what it is called, and what it refers to."""
    kind = told.resource_type
    if kind == "Patient":
        patient = str(told.id) if told.id is not None else None
    else:
        patient = _patient(told.subject, told.patient)
    medicine = told.medication.get("reference") if isinstance(told.medication, dict) else None
    device = told.device.get("reference") if isinstance(told.device, dict) else None
    # R5 puts the Reference into the element; before, it was the element.
    needs = map(_refers, (told.medication_reference, medicine, told.device, device))
    about = _number(told.subject) or _number(told.patient)
    return _Row(kind, patient, f"{kind}/{told.id}", [n for n in needs if n], about, text)


def _patient(*about: Any) -> str | None:
    for one in about:
        text = _refers(one)
        if text is not None and not text.startswith("#") and "?" not in text:
            kind, _, name = text.rpartition("/")
            if not kind or kind.rpartition("/")[2] == "Patient":
                return name.removeprefix("urn:uuid:")
    return None


def _refers(reference: Any) -> str | None:
    text = reference.get("reference") if isinstance(reference, dict) else None
    return text.partition("/_history/")[0] if isinstance(text, str) else None


def _number(reference: Any) -> str | None:
    """The number that a Reference names its patient by, where it does so by nothing else."""
    if not isinstance(reference, dict) or reference.get("reference") is not None:
        return None
    return _key(reference.get("identifier"))


def _key(identifier: Any) -> str | None:
    if not isinstance(identifier, dict):
        return None
    system, value = identifier.get("system"), identifier.get("value")
    whole = isinstance(system, str) and isinstance(value, str) and system and value
    return f"{system}|{value}" if whole else None


def _numbers(identifiers: Any) -> Iterator[tuple[str, bool]]:
    """The numbers of a patient, and whether each is official and in use."""
    for one in identifiers if isinstance(identifiers, list) else ():
        key = _key(one)
        if key is not None:
            period = one.get("period")
            ended = isinstance(period, dict) and period.get("end") is not None
            use = one.get("use")
            official = use == "official" or (use is None and one["system"] in HEALTH_NUMBERS)
            yield key, official and not ended


def _grouped(store: duckdb.DuckDBPyConnection) -> Iterator[Piece]:
    """Each patient's resources, with those that they refer to."""
    rows = store.execute(_GROUPED)
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

"""A bulk export put together again: its resources lie in files by kind, and belong to patients.

They are laid out by patient (``drawers``), and each patient's come out as one bundle. What names no
patient (a medicine, a device's kind) goes to whoever refers to it. A patient may be named by an
official number alone, as long as nobody else has it. What remains is counted, by kind. DuckDB keeps
the numbers and what is lent, on disk where need be.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import msgspec
import pyarrow as pa

from dolenti.fhir.kinds import WAYS
from dolenti.fhir.who import HEALTH_NUMBERS
from dolenti.flattening.bundles import Piece
from dolenti.flattening.drawers import Drawers, Kept, batched, read, write
from dolenti.flattening.sources import lines

_AT_ONCE: Final = 20_000
_OCTETS_AT_ONCE: Final = 32 * 1024 * 1024
_MEMORY: Final = "512MB"
_HEAD: Final = b'{"resourceType":"Bundle","type":"collection","entry":['
_LENT: Final = frozenset({"Medication", "Device"})
"""Kinds that need no patient of their own: they are read where another refers to them."""
_TABLES: Final = """
CREATE TABLE lent (own VARCHAR, text BLOB);
CREATE TABLE numbered (number VARCHAR, patient VARCHAR, official BOOLEAN);
"""
_WHOSE: Final = """
CREATE TABLE whose AS
    SELECT number, min(patient) AS patient FROM numbered
    GROUP BY number HAVING count(DISTINCT patient) = 1 AND bool_or(official)
"""
_LENT_ROWS: Final = pa.schema([("own", pa.string()), ("text", pa.binary())])
_NUMBERED: Final = pa.schema(
    [("number", pa.string()), ("patient", pa.string()), ("official", pa.bool_())]
)


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
        Drawers(Path(folder)) as laid,
    ):
        store.execute(f"SET memory_limit = '{_MEMORY}'")
        store.execute(_TABLES)
        yield from _lay_out(store, laid, Path(folder) / "by-number", files, lost)
        for people in laid.emptied():
            lent = _lent_to(store, people)
            for name, held in sorted(people.items()):
                needs = dict.fromkeys(need for one in held for need in one.needs)
                borrowed = dict.fromkeys(text for need in needs for text in lent.get(need, ()))
                yield _bundle(name, [*(one.text for one in held), *borrowed])


def _lay_out(
    store: duckdb.DuckDBPyConnection, laid: Drawers, by_number: Path, files: Sequence[Path],
    lost: Counter[str],
) -> list[Piece]:  # fmt: skip
    """Every resource into the drawer of its patient. Gives the lines that are none."""
    strays: list[Piece] = []
    lent: list[tuple[str, bytes]] = []
    numbers: list[tuple[str, str, bool]] = []
    held = 0
    with by_number.open("wb") as waiting:
        for file in files:
            for number, line in lines(file):
                told = _read(line)
                if told is None:
                    strays.append((f"{file.name}:{number}", line.strip()))
                    continue
                row = _row(told, line.strip())
                if row.patient is not None:
                    laid.put(row.patient, Kept(row.needs, row.text))
                    if row.kind == "Patient":
                        numbers += [(n, row.patient, ours) for n, ours in _numbers(told.identifier)]
                else:
                    lent.append((row.own, row.text))
                    held += len(row.text)
                    if row.number is not None:
                        write(waiting, (row.kind, row.number, row.needs), row.text)
                    else:
                        _miss(row.kind, lost)
                if max(len(lent), len(numbers)) >= _AT_ONCE or held >= _OCTETS_AT_ONCE:
                    _store(store, lent, numbers)
                    held = 0
    _store(store, lent, numbers)
    store.execute(_WHOSE)
    with by_number.open("rb") as waiting:
        for some in batched(read(waiting), _AT_ONCE):
            asked = list({number for (_, number, _), _ in some})
            known = "SELECT number, patient FROM whose WHERE number IN (SELECT unnest($1))"
            whose = dict(store.execute(known, [asked]).fetchall())
            for (kind, number, needs), text in some:
                if number in whose:
                    laid.put(whose[number], Kept(needs, text))
                else:
                    _miss(kind, lost)
    return strays


def _miss(kind: str, lost: Counter[str]) -> None:
    if kind not in _LENT and WAYS.get(kind) != "no-concern":
        lost[kind] += 1


def _lent_to(
    store: duckdb.DuckDBPyConnection, people: Mapping[str, Sequence[Kept]]
) -> dict[str, list[bytes]]:
    """What these patients' resources refer to and nobody owns, by its name."""
    found: dict[str, list[bytes]] = {}
    asked = list({need for held in people.values() for one in held for need in one.needs})
    if asked:
        known = "SELECT own, text FROM lent WHERE own IN (SELECT unnest($1))"
        for own, text in store.execute(known, [asked]).fetchall():
            found.setdefault(own, []).append(bytes(text))
    return found


def _store(
    store: duckdb.DuckDBPyConnection,
    lent: list[tuple[str, bytes]],
    numbers: list[tuple[str, str, bool]],
) -> None:
    _put(store, "lent", _LENT_ROWS, lent)
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


def _bundle(patient: str, texts: Sequence[bytes]) -> Piece:
    entries = b",".join(b'{"resource":' + text + b"}" for text in texts)
    return f"Patient/{patient}", _HEAD + entries + b"]}"

"""A hospital's table as rows, read in pieces: nothing of it is held whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

from dolenti.flattening.bundles import Batch
from dolenti.flattening.closed import speaks
from dolenti.flattening.mapping import TableMapping
from dolenti.flattening.report import Report
from dolenti.flattening.sources import opened
from dolenti.guideline.errors import InputError
from dolenti.guideline.near import nearest
from dolenti.population.columns import BROKEN, insist_single
from dolenti.population.engines import no_parquet
from dolenti.population.schema import PATIENT

_AT_ONCE: Final = 10_000


def rows_of(file: Path, mapping: TableMapping, closed: Collection[str]) -> Iterator[Batch]:
    """The rows of one table in pieces, each with what was counted in it and, of the ``closed``
    facts, which of them it speaks of. Raises ``InputError`` for a column that the table lacks, a
    row without a patient, a file that breaks off."""
    rows: list[dict[str, Any]] = []
    report = Report()
    for number, cells in _cells(file, mapping):
        patient = cells[mapping.patient].strip()
        if mapping.names_nobody(patient):
            raise InputError(
                f"row {number} names no patient",
                file.name,
                fr=f"la ligne {number} ne nomme aucun patient",
            )
        row, doubted = mapping.row_of(cells, report.unmapped)
        report.doubted.update(doubted)
        facts = {column.partition("__")[0] for column in doubted}
        rows.append({PATIENT: patient, **row, **speaks(facts, closed)})
        report.patients += 1
        report.rows += 1
        if len(rows) >= _AT_ONCE:
            yield rows, report
            rows, report = [], Report()
    if rows:
        yield rows, report


def _cells(file: Path, mapping: TableMapping) -> Iterator[tuple[int, Mapping[str, str]]]:
    wanted = [mapping.patient, *(one.source for one in mapping.columns)]
    if file.suffix == ".parquet":
        yield from _of_parquet(file, wanted)
        return
    try:
        with opened(file) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
            head = text.readline()
            separator = max(",;\t", key=head.count)
            names = next(csv.reader([head], delimiter=separator))
            _insist(file, wanted, names)
            for number, cells in enumerate(csv.reader(text, delimiter=separator), 2):
                if len(cells) != len(names):
                    raise InputError(
                        f"row {number} has {len(cells)} cells, and the head {len(names)}",
                        file.name,
                        fr=f"la ligne {number} a {len(cells)} cellules, et l’en-tête {len(names)}",
                    )
                yield number, dict(zip(names, cells, strict=True))
    except UnicodeDecodeError:
        raise InputError(
            "this is not UTF-8 text; export the table as UTF-8",
            file.name,
            fr="ce n’est pas du texte UTF-8\u00a0; exportez la table en UTF-8",
        ) from None
    except (OSError, EOFError, csv.Error) as error:
        raise InputError(
            f"the table breaks off: {error}", file.name, fr=f"la table est interrompue ({error})"
        ) from None


def _of_parquet(file: Path, wanted: list[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(file)
        _insist(file, wanted, table.schema_arrow.names)
        number = 0
        for batch in table.iter_batches(_AT_ONCE, columns=list(dict.fromkeys(wanted))):
            for row in batch.to_pylist():
                number += 1
                yield number, {name: _as_text(value) for name, value in row.items()}
    except BROKEN as error:
        raise no_parquet(error, file.name) from None


def _as_text(value: Any) -> str:
    """A typed cell as a CSV would have it: a whole number that is kept with a point, because its
    column has holes, and a midnight are no other than the number and the day."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


def _insist(file: Path, wanted: list[str], names: list[str]) -> None:
    insist_single(names, wanted, file.name)
    for name in wanted:
        if name not in names:
            close = nearest(name, names)
            raise InputError(
                f"the table has no column “{name}”{close.en}",
                file.name,
                fr=f"la table n’a pas de colonne «\u00a0{name}\u00a0»{close.fr}",
            )

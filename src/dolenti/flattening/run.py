"""All cores at one table: shares go out to processes, rows come back and are written as they come.

At most a few shares are under way at once, so that memory stays flat however much there is to read.
The file appears under its name when it is whole.
"""

from __future__ import annotations

import json
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from dolenti.flattening import bulk, bundles, tables
from dolenti.flattening.bundles import Piece, Settings
from dolenti.flattening.closed import answers
from dolenti.flattening.mapping import TableMapping
from dolenti.flattening.report import Report
from dolenti.flattening.sources import Found, find, lines
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import ENGINE
from dolenti.population.engines import not_written, partial_name
from dolenti.population.rows import to_table
from dolenti.population.run import CLOSED

_SHARE: Final = 32
"""Bundles that a process is given at once."""
_WAITING: Final = 3
"""Shares under way for each process."""

Batch = tuple[list[dict[str, Any]], Report]


@dataclass(frozen=True)
class Request:
    """What is read, as of which day, written where. ``texts`` are those of the edition, for the
    processes; ``closed`` is by fact, with the reason."""

    paths: Sequence[str]
    out: str
    as_of: date
    texts: Mapping[str, str]
    mapping: TableMapping | None = None
    closed: Mapping[str, str] = field(default_factory=dict)
    workers: int = 1


def flatten(
    edition: Edition, request: Request, progress: Callable[[int], None] = lambda patients: None
) -> Report:
    """Write one parquet file of the wide table; a report of what was read.

    Raises ``InputError`` for a path that is not there, a table without a mapping, a place that
    cannot be written, and where no row comes of it all; then no file is left. ``progress`` is told
    how many patients were read so far.
    """
    found = find(request.paths)
    if found.tables and request.mapping is None:
        raise InputError(
            "a table needs its mapping: --mapping FILE says which column is which fact",
            found.tables[0].name,
            fr="une table a besoin de sa correspondance\u00a0: --mapping FICHIER dit quelle "
            "colonne est quelle donnée",
        )
    final = Path(request.out)
    partial = partial_name(final)
    report = Report()
    notes = {
        "dolenti.edition": edition.manifest.version,
        "dolenti.sha256": edition.sha256,
        "dolenti.engine": ENGINE,
        "dolenti.as_of": request.as_of.isoformat(),
        CLOSED: json.dumps(dict(request.closed), ensure_ascii=False),
    }
    schema = to_table([], edition).schema.with_metadata(notes)
    try:
        with pq.ParquetWriter(partial, schema) as writer:
            for rows, counted in _batches(edition, request, found):
                report.add(counted)
                if rows:
                    writer.write_table(to_table(rows, edition).cast(schema))
                progress(report.patients)
        if not report.rows:
            raise _nothing(report)
        partial.replace(final)
    except (OSError, pa.ArrowInvalid) as error:
        raise not_written(error, request.out) from None
    finally:
        partial.unlink(missing_ok=True)
    return report


def _nothing(report: Report) -> InputError:
    first = report.refused[0] if report.refused else None
    if first is not None:
        return InputError(
            f"no row came of it; the first refusal: {first[2]}",
            first[0],
            fr=f"rien n’en est sorti\u00a0; le premier refus\u00a0: {first[1]}",
        )
    return InputError(
        "no record here holds a pain that this program knows",
        fr="aucun dossier ne contient de douleur que ce programme connaisse",
    )


def _batches(edition: Edition, request: Request, found: Found) -> Iterator[Batch]:
    if request.mapping is not None:
        filling = answers(request.closed, edition)
        for file in found.tables:
            yield from tables.rows_of(file, request.mapping, filling)
    settings = Settings(tuple(request.texts.items()), request.as_of, tuple(request.closed))
    shares = _shares(_pieces(found))
    if request.workers < 2:
        for share in shares:
            yield bundles.rows_of(settings, share)
        return
    yield from _spread(settings, shares, request.workers)


def _spread(settings: Settings, shares: Iterator[list[Piece]], workers: int) -> Iterator[Batch]:
    # Started anew, not forked: DuckDB's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    under_way: deque[Future[Batch]] = deque()
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        try:
            for share in shares:
                under_way.append(pool.submit(bundles.rows_of, settings, share))
                if len(under_way) >= workers * _WAITING:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for one in under_way:
                one.cancel()


def _pieces(found: Found) -> Iterator[Piece]:
    for file in found.bundles:
        yield file.name, file.read_bytes()
    for file in found.bundle_lines:
        for number, line in lines(file):
            yield f"{file.name}:{number}", line
    if found.resources:
        yield from bulk.patients(found.resources)


def _shares(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    share: list[Piece] = []
    for piece in pieces:
        share.append(piece)
        if len(share) >= _SHARE:
            yield share
            share = []
    if share:
        yield share

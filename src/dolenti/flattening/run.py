"""All cores at one table: shares go out to processes, rows come back and are written as they come.

At most a few shares are under way at once, so that memory stays flat however much there is to read.
The file appears under its name when it is whole.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, Final

import pyarrow.parquet as pq

from dolenti.flattening import bulk, bundles, omop, omop_records, tables
from dolenti.flattening.bundles import Batch, Piece, Settings
from dolenti.flattening.closed import answered
from dolenti.flattening.groups import gathered
from dolenti.flattening.mapping import TableMapping
from dolenti.flattening.report import Report
from dolenti.flattening.sources import Found, find, lines
from dolenti.guideline.apart import keep_apart
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.population import notes
from dolenti.population.engines import written_whole
from dolenti.population.rows import to_table

_SHARE: Final = 32
"""Bundles that a process is given at once."""
_WAITING: Final = 3
"""Shares under way for each process."""

Work = Callable[[Settings, Iterable[Piece]], Batch]
Share = tuple[Work, list[Piece]]
"""What a process does, and with what."""


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
    mapping_file: str | None = None
    """Where the mapping was read, so that it is not written over."""


def flatten(
    edition: Edition, request: Request, progress: Callable[[int], None] = lambda patients: None
) -> Report:
    """Write one parquet file of the wide table; a report of what was read.

    Raises ``InputError`` for an ``out`` that is, or lies in, what is read, a path that is not
    there, a table without a mapping, a place that cannot be written, and where no row comes of it
    all; then no file is left. ``progress`` is told how many patients were read so far.
    """
    keep_apart(request.out, [*request.paths, *filter(None, [request.mapping_file])])
    found = find(request.paths)
    if found.tables and request.mapping is None:
        raise InputError(
            "a table needs its mapping: --mapping FILE says which column is which fact",
            found.tables[0].name,
            fr="une table a besoin de sa correspondance\u00a0: --mapping FICHIER dit quelle "
            "colonne est quelle donnée",
        )
    report = Report()
    closed = json.dumps(dict(request.closed), ensure_ascii=False)
    schema = to_table([], edition).schema.with_metadata(
        {**notes.of_day(edition, request.as_of), notes.CLOSED: closed}
    )
    rows = _counted(_batches(request, found, report), report, progress)
    tables = (
        answered(rows, request.closed, edition)
        if request.closed
        else gathered(rows, lambda some: to_table(some, edition))
    )
    with written_whole(request.out) as partial, pq.ParquetWriter(partial, schema) as writer:
        for table in tables:
            writer.write_table(table.cast(schema))
        if not report.rows:
            raise _nothing(report)
        writer.add_key_value_metadata({notes.LOST: json.dumps(dict(report.lost))})
    return report


def _counted(
    batches: Iterable[Batch], report: Report, progress: Callable[[int], None]
) -> Iterator[list[dict[str, Any]]]:
    for rows, counted in batches:
        report.add(counted)
        if rows:
            yield rows
        progress(report.patients)


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


def _batches(request: Request, found: Found, report: Report) -> Iterator[Batch]:
    if request.mapping is not None:
        for file in found.tables:
            yield from tables.rows_of(file, request.mapping, tuple(request.closed))
    settings = Settings(tuple(request.texts.items()), request.as_of, tuple(request.closed))
    shares = chain(
        _shares(bundles.rows_of, _pieces(found, report)),
        _shares(omop_records.rows_of, _persons(found, report)),
    )
    if request.workers < 2:
        for work, share in shares:
            yield work(settings, share)
        return
    yield from _spread(settings, shares, request.workers)


_told: list[Settings] = []
"""In a process of the pool: what it was told when it began."""


def _begin(settings: Settings) -> None:
    bundles.make_ready(settings)
    _told.append(settings)
    gc.collect()
    gc.freeze()  # the edition stays to the end: nobody need look whether it is still used


def _do(work: Work, share: list[Piece]) -> Batch:
    return work(_told[0], share)


def _spread(settings: Settings, shares: Iterator[Share], workers: int) -> Iterator[Batch]:
    # Started anew, not forked: DuckDB's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    under_way: deque[Future[Batch]] = deque()
    with ProcessPoolExecutor(workers, context, _begin, (settings,)) as pool:
        try:
            for work, share in shares:
                under_way.append(pool.submit(_do, work, share))
                if len(under_way) >= workers * _WAITING:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for one in under_way:
                one.cancel()


def _pieces(found: Found, report: Report) -> Iterator[Piece]:
    for file in found.bundles:
        yield file.name, file.read_bytes()
    for file in found.bundle_lines:
        for number, line in lines(file):
            yield f"{file.name}:{number}", line
    if found.resources:
        yield from bulk.patients(found.resources, report.lost)


def _persons(found: Found, report: Report) -> Iterator[Piece]:
    for place in found.omop:
        yield from omop.patients(place, report.lost, report.unread)


def _shares(work: Work, pieces: Iterable[Piece]) -> Iterator[Share]:
    share: list[Piece] = []
    for piece in pieces:
        share.append(piece)
        if len(share) >= _SHARE:
            yield work, share
            share = []
    if share:
        yield work, share

"""From a file of patients to a file of verdicts, and to the counts of a summary."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from dolenti.guideline.apart import keep_apart
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.population import notes as told
from dolenti.population.columns import insist_single
from dolenti.population.engines import DuckDBEngine, Engine, Progress, first_line
from dolenti.population.missing import STATUSES, counted_as, counts
from dolenti.population.reading import Readable, read_population, read_table
from dolenti.population.schema import wide_schema
from dolenti.population.verdicts import Judged, RuleSet

_Told = TypeVar("_Told", dict[str, str], dict[str, int])


@dataclass(frozen=True)
class Request:
    """What is asked: which file, judged on which day, written where.

    ``out`` none writes nothing; ``with_criteria`` adds every criterion and red flag to the
    statuses; ``set_aside`` takes impossible values as unknown instead of refusing the file.
    """

    file: str
    as_of: date
    out: str | None = None
    policies: Mapping[str, str] | None = None
    with_criteria: bool = True
    summary: bool = False
    set_aside: bool = False


@dataclass(frozen=True)
class Summary:
    """How many rows have each status, by therapy, and how many wait for each fact; most first."""

    statuses: Mapping[str, Mapping[str, int]]
    missing: Mapping[str, int]


@dataclass(frozen=True)
class Outcome:
    """What was read and done."""

    readable: Readable
    policies: Mapping[str, str]
    summary: Summary | None
    closed: Mapping[str, str] = field(default_factory=dict)
    """Facts that whoever made the file declared complete, with the reason (``dolenti.closed``)."""
    lost: Mapping[str, int] = field(default_factory=dict)
    """How many entries of the source no patient was found for, by kind (``dolenti.lost``)."""


def judge_population(
    engine: Engine,
    edition: Edition,
    request: Request,
    progress: Callable[[str], Progress] = lambda step: lambda part: None,
) -> Outcome:
    """Judge every row of a file. Raises ``InputError``; then no file is written.

    ``progress`` is told the name of each step, and gives what is told how far it is.
    """
    rules = RuleSet.of(edition, request.policies)
    if request.out is not None:
        keep_apart(request.out, [request.file])
    progress("reading")
    readable = read_population(
        engine, request.file, edition, request.as_of, set_aside=request.set_aside
    )
    judged = Judged(readable.table, edition, rules, request.as_of)
    closed = _noted(request.file, told.CLOSED, dict[str, str])
    lost = _noted(request.file, told.LOST, dict[str, int])
    if request.out is not None:
        notes = _notes(edition, request.as_of, rules)
        if closed:
            notes[told.CLOSED] = json.dumps(closed, ensure_ascii=False)
        if lost:
            notes[told.LOST] = json.dumps(lost)
        table = judged.verdicts(with_criteria=request.with_criteria)
        engine.write(table, request.out, notes, progress("writing"))
    summary = None
    if request.summary:
        progress("counting")
        summary = _summary(engine, judged)
    return Outcome(readable, rules.policies, summary, closed, lost)


def _noted(file: str, note: str, kind: type[_Told]) -> _Told:
    """What a parquet file says of itself; nothing for a folder, or a file that says nothing."""
    if not Path(file).is_file():
        return kind()
    noted = pq.read_metadata(file).metadata or {}
    try:
        return msgspec.json.decode(noted.get(note.encode(), b"{}"), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return kind()


def judge_table(
    frame: Any,
    edition: Edition,
    as_of: date,
    *,
    policies: Mapping[str, str] | None = None,
    with_criteria: bool = True,
    set_aside: bool = False,
) -> pa.Table:
    """The verdicts on a table in memory, as an Arrow table: a row for each, in no particular order.

    ``frame`` is an Arrow table, a pandas or polars frame, or whatever else gives itself by Arrow's
    protocol, with the columns of ``wide_schema``; the verdicts have those of the file that
    ``judge_population`` writes, and the same notes in their metadata. Raises ``InputError`` with
    all that is wrong.
    """
    rules = RuleSet.of(edition, policies)
    engine = DuckDBEngine()
    try:
        held = _as_arrow(frame)
        insist_single(map(str.casefold, held.column_names), wide_schema(edition), "table")
        raw = engine.hold(held)
        readable = read_table(engine, raw, "table", edition, as_of, set_aside=set_aside)
        judged = Judged(readable.table, edition, rules, as_of)
        found = engine.fetch(judged.verdicts(with_criteria=with_criteria))
    finally:
        engine.close()
    return found.replace_schema_metadata(_notes(edition, as_of, rules))


def _as_arrow(frame: Any) -> pa.Table:
    try:
        return pa.table(frame)
    except (TypeError, ValueError, pa.ArrowInvalid) as error:
        why = first_line(error)
        raise InputError(
            f"this is no table that Arrow can read: {why}",
            fr=f"ce n’est pas un tableau qu’Arrow sache lire ({why})",
        ) from None


def _notes(edition: Edition, as_of: date, rules: RuleSet) -> dict[str, str]:
    """Which knowledge answered, on which day, under which policies."""
    policies = json.dumps(dict(rules.policies))
    return {**told.of_day(edition, as_of), "dolenti.policies": policies}


def _summary(engine: Engine, judged: Judged) -> Summary:
    row = engine.one_row(counts(judged))
    missing = {
        name.removeprefix("missing__"): int(count)
        for name, count in row.items()
        if name.startswith("missing__") and count
    }
    return Summary(
        {
            therapy: {status: int(row[counted_as(therapy, status)] or 0) for status in STATUSES}
            for therapy in judged.rules.criteria
        },
        dict(sorted(missing.items(), key=lambda item: (-item[1], item[0]))),
    )

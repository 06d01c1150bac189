"""From a file of patients to a file of verdicts, and to the counts of a summary."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import ENGINE
from dolenti.population.engines import Engine, Progress
from dolenti.population.missing import STATUSES, counted_as, counts
from dolenti.population.reading import Readable, read_population
from dolenti.population.verdicts import Judged, RuleSet


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
    _refuse_overwriting(request)
    progress("reading")
    readable = read_population(
        engine, request.file, edition, request.as_of, set_aside=request.set_aside
    )
    judged = Judged(readable.table, edition, rules, request.as_of)
    if request.out is not None:
        notes = {
            "dolenti.edition": edition.manifest.version,
            "dolenti.sha256": edition.sha256,
            "dolenti.engine": ENGINE,
            "dolenti.as_of": request.as_of.isoformat(),
            "dolenti.policies": json.dumps(dict(rules.policies)),
        }
        table = judged.verdicts(with_criteria=request.with_criteria)
        engine.write(table, request.out, notes, progress("writing"))
    summary = None
    if request.summary:
        progress("counting")
        summary = _summary(engine, judged)
    return Outcome(readable, rules.policies, summary)


def _refuse_overwriting(request: Request) -> None:
    if request.out is not None and Path(request.out).absolute() == Path(request.file).absolute():
        raise InputError(
            "the verdicts would overwrite the patients",
            "--out",
            fr="les avis écraseraient les patients\u00a0; indiquez un autre fichier",
        )


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

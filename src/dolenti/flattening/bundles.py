"""Bundles as rows: what one process does with a share of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from dolenti.fhir import BundleReader
from dolenti.flattening.closed import answers, close
from dolenti.flattening.report import Report
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_edition
from dolenti.population.rows import to_row
from dolenti.population.schema import Column, wide_schema

Piece = tuple[str, bytes]
"""What a message calls a bundle, and its bytes: JSON, or gzip of it."""


@dataclass(frozen=True)
class Settings:
    """What every process needs to know, small enough to be sent with each share: the texts of the
    edition are read once in each."""

    texts: tuple[tuple[str, str], ...]
    as_of: date
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Tools:
    reader: BundleReader
    schema: Mapping[str, Column]
    filling: Mapping[str, Mapping[str, Any]]


@lru_cache(maxsize=1)
def _tools(settings: Settings) -> _Tools:
    edition = load_edition(dict(settings.texts))
    return _Tools(BundleReader(edition), wide_schema(edition), answers(settings.closed, edition))


def rows_of(settings: Settings, pieces: Iterable[Piece]) -> tuple[list[dict[str, Any]], Report]:
    """The rows of some bundles, one for each possible complaint, and what was counted. A bundle
    that cannot be read costs only itself."""
    tools, report, rows = _tools(settings), Report(), []
    for name, data in pieces:
        try:
            record = tools.reader.read(data, settings.as_of, name)
        except InputError as error:
            report.refuse(name, error)
            continue
        cases = record.cases()
        report.saw(cases)
        for case in cases:
            row = to_row(case, record.patient_id or name, tools.schema)
            close(row, tools.filling, case.in_doubt)
            rows.append(row)
    return rows, report

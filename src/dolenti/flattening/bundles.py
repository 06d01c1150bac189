"""Bundles as rows: what one process does with a share of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from dolenti.fhir import BundleReader
from dolenti.flattening.closed import NO_COMPLAINT, speaks
from dolenti.flattening.report import Report
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_known
from dolenti.population.rows import to_row
from dolenti.population.schema import PATIENT, Column, wide_schema

Piece = tuple[str, bytes]
"""What a message calls a bundle, and its bytes: JSON, or gzip of it."""
Batch = tuple[list[dict[str, Any]], Report]
"""Rows of the wide table, and what was counted while they were made."""


@dataclass(frozen=True)
class Settings:
    """What every process needs to know, told to it once: it reads the texts of the edition."""

    texts: tuple[tuple[str, str], ...]
    as_of: date
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Tools:
    reader: BundleReader
    schema: Mapping[str, Column]


@lru_cache(maxsize=1)
def _tools(texts: tuple[tuple[str, str], ...]) -> _Tools:
    edition = load_known(dict(texts))
    return _Tools(BundleReader(edition), wide_schema(edition))


def make_ready(settings: Settings) -> None:
    """Read the edition before the first share comes."""
    _tools(settings.texts)


def rows_of(settings: Settings, pieces: Iterable[Piece]) -> Batch:
    """The rows of some bundles, one for each possible complaint, and what was counted. A bundle
    that cannot be read costs only itself."""
    tools, report = _tools(settings.texts), Report()
    rows: list[dict[str, Any]] = []
    for name, data in pieces:
        try:
            record = tools.reader.read(data, settings.as_of, name)
        except InputError as error:
            report.refuse(name, error)
            continue
        cases = record.cases()
        report.saw(cases)
        patient = record.patient_id or name
        rows += [
            to_row(case, patient, tools.schema) | speaks(case.in_doubt, settings.closed)
            for case in cases
        ]
        spoken = speaks(record.spoken_of, settings.closed)
        if spoken and not cases:
            rows.append({PATIENT: patient, NO_COMPLAINT: True} | spoken)
    return rows, report

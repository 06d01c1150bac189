"""What was corrected of a session after it was given: by whom, why, and what stood before. Whoever
signs reads it first."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.session.report import Lines, Reporter
from dolenti.ledger.versions import history
from dolenti.treatment.content import Corrected, Injected, Preparation, read
from dolenti.treatment.models import SessionRecord


@dataclass(frozen=True)
class Correction:
    """One correction. ``before`` and ``after`` are the lines that it changed."""

    said: Corrected
    before: Lines
    after: Lines


def of(record: SessionRecord | None, words: Lookup) -> list[Correction]:
    """Every correction of a record, the first one first. It looks at what stood before only where
    there is one."""
    if record is None or not (_said(record)):
        return []
    found = []
    now, stands = _lines(record, words), copy(record)
    for revision in reversed(history(record)):
        corrected = _said(stands)
        for name, value in revision.before.items():
            setattr(stands, name, value)
        before = _lines(stands, words)
        found += [
            Correction(
                one,
                [line for line in before if line not in now],
                [line for line in now if line not in before],
            )
            for one in corrected
            if one not in _said(stands)
        ]
        now = before
    return found[::-1]


def _said(record: SessionRecord) -> tuple[Corrected, ...]:
    preparation = read(Preparation, record.preparation)
    return (*preparation.corrected, *read(Injected, record.injected).corrected)


def _lines(record: SessionRecord, words: Lookup) -> Lines:
    return list(_of_parts(Reporter(record, words)))


def _of_parts(reporter: Reporter) -> Iterator[tuple[str, str]]:
    for chapter in reporter.of_the_act(with_points=True):
        yield from chapter.lines

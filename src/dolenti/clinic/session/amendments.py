"""An amendment as its page says it: what it amends, why, and what it changes so far, line by line;
the text that was signed stays beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.session.report import Lines, Reporter
from dolenti.treatment.models import SessionRecord


@dataclass(frozen=True)
class Changed:
    """A chapter of the record whose lines are not the same: those that were signed and are gone,
    and those that stand now."""

    heading: str
    gone: Lines
    new: Lines


@dataclass(frozen=True)
class Amendment:
    """A record that amends another and is not signed yet."""

    record: SessionRecord
    signed: SessionRecord
    changes: list[Changed]


def between(signed: SessionRecord, after: SessionRecord, words: Lookup) -> list[Changed]:
    """What a version says otherwise than the one that it amends; nothing where both say the
    same."""
    old, new = (_lines(Reporter(one, words)) for one in (signed, after))
    found = []
    for heading in dict.fromkeys((*old, *new)):
        before, now = old.get(heading, []), new.get(heading, [])
        changed = Changed(
            heading,
            [line for line in before if line not in now],
            [line for line in now if line not in before],
        )
        if changed.gone or changed.new:
            found.append(changed)
    return found


def under_way(
    record: SessionRecord | None, records: Iterable[SessionRecord], words: Lookup
) -> Amendment | None:
    """The amendment that waits for its signature, among the records of its session; ``None`` where
    the record amends nothing, or is signed."""
    if record is None or not record.amends_id or record.state == SessionRecord.State.SIGNED:
        return None
    signed = next(one for one in records if one.pk == record.amends_id)
    signed.session = record.session
    return Amendment(record, signed, between(signed, record, words))


def _lines(reporter: Reporter) -> dict[str, Lines]:
    chapters = reporter.chapters(with_points=True)
    return {one.heading: list(one.lines) for one in chapters}

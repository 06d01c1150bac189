"""What imaging showed, as lines below its complaint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dolenti.clinic.common.lookup import Lookup
from dolenti.records.judging.imaging import facts_of
from dolenti.records.models import Imaging


@dataclass(frozen=True)
class ImagingLine:
    """One examination. ``tells`` are the facts that the record takes from it."""

    public_id: str
    kind: str
    when: str
    side: str
    finding: str
    grade: int | None
    no_fracture: bool
    read_by: str
    source: str
    withdrawn: str
    author: str
    tells: tuple[str, ...]


def side_in_words(side: str, words: Lookup) -> str:
    """“Droite”; nothing where nobody said it."""
    return words.complaint(None, None, side) if side else ""


def lines(found: Iterable[Imaging], words: Lookup) -> list[ImagingLine]:
    """Examinations as listed: the latest done first, those withdrawn last."""
    shown = sorted(found, key=lambda one: (one.when.day, one.pk), reverse=True)
    shown.sort(key=lambda one: bool(one.withdrawn))
    return [
        ImagingLine(
            one.public_id,
            one.kind,
            one.when.when(words.language),
            side_in_words(one.side, words),
            one.finding,
            one.grade,
            one.no_fracture,
            one.read_by,
            one.source,
            one.withdrawn,
            one.author.name,
            tuple(words.fact(fact) for fact in facts_of(one)),
        )
        for one in shown
    ]

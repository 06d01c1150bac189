"""What a flattening read, and what of it nobody understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case

MOST_NAMED: Final = 200
"""Refusals, and kinds of what was not understood, that are kept by name; the rest are counted."""


@dataclass
class Report:
    """Counts only, and no words of a patient: codes, facts, and the kinds of what was read.

    ``doubted`` are facts that are spoken of and were not relied on, by how many rows; ``unread``
    codes (or kinds of entry, where there is none) that may matter and were not understood;
    ``unmapped`` the same for values of a table, as ``column=value``; ``lost`` entries that no
    patient could be found for, by kind; ``refused`` what could not be read at all, with its
    sentence.
    """

    patients: int = 0
    rows: int = 0
    without_complaint: int = 0
    doubted: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    refused_count: int = 0

    def saw(self, cases: Iterable[Case]) -> None:
        """Count one patient with the cases that were made of the record."""
        found = list(cases)
        self.patients += 1
        self.rows += len(found)
        self.without_complaint += not found
        for case in found:
            self.doubted.update(case.in_doubt)
        if found:
            self.unread.update({one.code or one.kind for one in found[0].unread})

    def refuse(self, name: str, error: InputError) -> None:
        """Count what could not be read."""
        self.refused_count += 1
        if len(self.refused) < MOST_NAMED:
            self.refused.append((name, error.fr, error.what))

    def add(self, other: Report) -> None:
        """Take in what another process counted."""
        self.patients += other.patients
        self.rows += other.rows
        self.without_complaint += other.without_complaint
        for mine, theirs in (
            (self.doubted, other.doubted), (self.unread, other.unread),
            (self.unmapped, other.unmapped), (self.lost, other.lost),
        ):  # fmt: skip
            mine.update(theirs)
            if len(mine) > 10 * MOST_NAMED:  # what comes once in a million rows is no kind
                for rare, _ in mine.most_common()[5 * MOST_NAMED :]:
                    del mine[rare]
        self.refused_count += other.refused_count
        self.refused = [*self.refused, *other.refused][:MOST_NAMED]

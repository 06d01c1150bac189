"""Cells of a figure, row by row: what an outline covers, and what it covers on another scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from dolenti.guideline.body.geometry import (
    HEIGHT,
    WIDTH,
    Corner,
    Outline,
    cells_by_row,
    mirror,
)

Span = tuple[int, int]
"""The first and the last column of a run of cells."""


@dataclass(frozen=True)
class Mask:
    """Some cells of one figure: spans by row, from left to right, none touching the next."""

    spans: Mapping[int, tuple[Span, ...]]

    @classmethod
    def of(cls, outlines: Iterable[Outline]) -> Mask:
        """The cells that one outline or another contains, on the grid."""
        found: dict[int, list[Span]] = {}
        for outline in outlines:
            for y, spans in cells_by_row(outline).items():
                found.setdefault(y, []).extend(spans)
        return cls(_joined(found))

    def __contains__(self, cell: Corner) -> bool:
        x, y = cell
        return any(first <= x <= last for first, last in self.spans.get(y, ()))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def cells(self) -> Iterator[Corner]:
        """Every cell, from the top, from the left."""
        for y, spans in self.spans.items():
            for first, last in spans:
                yield from ((x, y) for x in range(first, last + 1))

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The first column and row, the last column and row. Of an empty mask there is none."""
        columns = [span for spans in self.spans.values() for span in spans]
        return (
            min(first for first, _ in columns),
            min(self.spans),
            max(last for _, last in columns),
            max(self.spans),
        )

    def mirrored(self) -> Mask:
        """The same cells in a mirror that stands in the middle of the figure."""
        return Mask(
            {
                y: tuple((mirror(last), mirror(first)) for first, last in reversed(spans))
                for y, spans in self.spans.items()
            }
        )

    def onto(self, column: Callable[[int], int], row: Callable[[int], int]) -> Mask:
        """The cells of another figure in which one of these lies.

        ``column`` and ``row`` say where a column and a row lie there; both go one way only.
        """
        found: dict[int, list[Span]] = {}
        for y, spans in self.spans.items():
            there = found.setdefault(row(y), [])
            for first, last in spans:
                ends = column(first), column(last)
                there.append((min(ends), max(ends)))
        return Mask(_joined(found))

    def __or__(self, other: Mask) -> Mask:
        found: dict[int, list[Span]] = {}
        for mask in (self, other):
            for y, spans in mask.spans.items():
                found.setdefault(y, []).extend(spans)
        return Mask(_joined(found))


NOWHERE = Mask({})


def _joined(found: Mapping[int, list[Span]]) -> dict[int, tuple[Span, ...]]:
    """The spans of each row in order, cut to the grid, those that touch made one."""
    joined: dict[int, tuple[Span, ...]] = {}
    for y in sorted(found):
        row: list[Span] = []
        for first, last in sorted(found[y]):
            begin, end = max(first, 0), min(last, WIDTH - 1)
            if begin > end:
                continue
            if row and begin <= row[-1][1] + 1:
                row[-1] = (row[-1][0], max(row[-1][1], end))
            else:
                row.append((begin, end))
        if row and 0 <= y < HEIGHT:
            joined[y] = tuple(row)
    return joined

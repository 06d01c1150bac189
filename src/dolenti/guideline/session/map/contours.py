"""The border of some cells as the data of an SVG path: what is drawn of an area is what is judged.

Every border runs between cells, so that a point in the middle of a cell lies in the path exactly
where the cell is one of the mask's.
"""

from __future__ import annotations

from dataclasses import dataclass

from dolenti.guideline.session.map.masks import Mask, Span

Run = list[tuple[int, Span]]
"""Spans of rows that follow each other, each touching the next and no other."""


def contour(mask: Mask) -> str:
    """The path of the cells of a mask, one closed piece a run."""
    return "".join(_piece(run) for run in _runs(mask))


@dataclass(frozen=True)
class Spot:
    """The middle of a piece of a mask, and how wide and tall the piece is: cells."""

    x: int
    y: int
    wide: int
    tall: int


def middles(mask: Mask) -> tuple[Spot, ...]:
    """Where a word about each piece of a mask can stand: in the middle of its middle row. Of an
    area on both sides of the body there are two."""
    found = []
    for run in _runs(mask):
        y, (first, last) = run[len(run) // 2]
        found.append(Spot((first + last) // 2, y, last - first + 1, len(run)))
    return tuple(found)


def _runs(mask: Mask) -> list[Run]:
    done: list[Run] = []
    going: list[Run] = []
    for y in sorted(mask.spans):
        spans = mask.spans[y]
        done += [run for run in going if run[-1][0] != y - 1]
        going = [run for run in going if run[-1][0] == y - 1]
        took: set[int] = set()
        still: list[Run] = []
        for run in going:
            below = [k for k, span in enumerate(spans) if _touch(run[-1][1], span)]
            alone = len(below) == 1 and sum(_touch(r[-1][1], spans[below[0]]) for r in going) == 1
            if alone:
                run.append((y, spans[below[0]]))
                took.add(below[0])
                still.append(run)
            else:
                done.append(run)
        going = still + [[(y, span)] for k, span in enumerate(spans) if k not in took]
    return done + going


def _touch(above: Span, below: Span) -> bool:
    return above[0] <= below[1] and below[0] <= above[1]


def _piece(run: Run) -> str:
    """Down the right border, up the left one."""
    first, (left, right) = run[0]
    parts = [f"M{left} {first}H{right + 1}"]
    column, height = right + 1, 0
    for _, (_, last) in run:
        if last + 1 != column:
            parts.append(f"v{height}H{last + 1}")
            column, height = last + 1, 0
        height += 1
    parts.append(f"v{height}")
    column, height = run[-1][1][0], 0
    parts.append(f"H{column}")
    for _, (begin, _) in reversed(run):
        if begin != column:
            parts.append(f"v{-height}H{begin}")
            column, height = begin, 0
        height += 1
    return "".join(parts) + "z"

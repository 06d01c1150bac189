"""Plane geometry on the grid of a figure: whole numbers only, so that every answer is exact.

A figure is ``WIDTH`` columns by ``HEIGHT`` rows of cells; the point (x, y) is the cell whose upper
left corner is there, and the cell lies where its **centre** lies. Outlines have whole corners, so
no centre is ever on an upright or a level border. On a slanted border that passes exactly through
a centre, the cell belongs to the outline on the right of that border.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dolenti.guideline.errors import InputError

WIDTH, HEIGHT = 1000, 2000

Corner = tuple[int, int]
Outline = tuple[Corner, ...]

_CORNER = re.compile(r"(-?\d{1,5}),(-?\d{1,5})\Z")


def read_outline(text: str, where: str) -> Outline:
    """Corners written ``x,y x,y …``. Raises ``InputError`` naming ``where`` and the odd word."""
    corners = []
    for word in text.split():
        match = _CORNER.match(word)
        if match is None:
            raise InputError(
                f"“{word}” is no point; write whole numbers as x,y",
                where,
                fr=f"«\u00a0{word}\u00a0» n’est pas un point\u00a0; écrivez des entiers, x,y",
            )
        corners.append((int(match[1]), int(match[2])))
    return tuple(corners)


def in_grid(x: int, y: int) -> bool:
    """Whether the cell is one of the figure's."""
    return 0 <= x < WIDTH and 0 <= y < HEIGHT


def mirror(x: int) -> int:
    """The column that is as far from the right edge as ``x`` is from the left one."""
    return WIDTH - 1 - x


def mirrored_outline(outline: Outline) -> Outline:
    """The outline seen in a mirror that stands upright in the middle of the figure."""
    return tuple((WIDTH - x, y) for x, y in reversed(outline))


def contains(outline: Outline, x: int, y: int) -> bool:
    """Whether the cell's centre lies in the outline, by the border rule of this module."""
    # Twice everything: the centre of a cell is then a whole point too.
    centre_x, centre_y = 2 * x + 1, 2 * y + 1
    inside = False
    for (ax, ay), (bx, by) in _edges(outline):
        if (2 * ay > centre_y) != (2 * by > centre_y):
            # The edge crosses this row's middle; is it to the right of the centre?
            across = (2 * bx - 2 * ax) * (centre_y - 2 * ay)
            wanted = (centre_x - 2 * ax) * (2 * by - 2 * ay)
            if (wanted < across) if by > ay else (wanted > across):
                inside = not inside
    return inside


def cells_of_row(outline: Outline, y: int) -> list[tuple[int, int]]:
    """The cells of one row that the outline contains, as (first, last) spans from left to right."""
    centre_y = 2 * y + 1
    return _spans(
        _crossing(a, b, centre_y)
        for a, b in _edges(outline)
        if (2 * a[1] > centre_y) != (2 * b[1] > centre_y)
    )


def cells_by_row(outline: Outline) -> dict[int, list[tuple[int, int]]]:
    """The same of every row that has any, edge by edge: for outlines of many corners."""
    crossings: dict[int, list[int]] = {}
    for a, b in _edges(outline):
        for y in range(min(a[1], b[1]), max(a[1], b[1])):
            crossings.setdefault(y, []).append(_crossing(a, b, 2 * y + 1))
    found = {y: _spans(crossings[y]) for y in sorted(crossings)}
    return {y: spans for y, spans in found.items() if spans}


def _crossing(a: Corner, b: Corner, centre_y: int) -> int:
    """The first column whose centre is not left of the edge: ceil((crossing - 1) / 2)."""
    down = 2 * b[1] - 2 * a[1]
    top = 2 * a[0] * down + (2 * b[0] - 2 * a[0]) * (centre_y - 2 * a[1])
    return -((down - top) // (2 * down))


def _spans(crossings: Iterable[int]) -> list[tuple[int, int]]:
    columns = sorted(crossings)
    pairs = zip(columns[::2], columns[1::2], strict=True)
    return [(first, end - 1) for first, end in pairs if end > first]


def rows(outline: Outline) -> range:
    """The rows that the outline may touch."""
    ys = [y for _, y in outline]
    return range(min(ys), max(ys))


def middle(outline: Outline) -> Corner:
    """A cell well inside: the middle of the widest span of the outline's middle row."""
    touched = rows(outline)
    y = touched[len(touched) // 2]
    first, last = max(cells_of_row(outline, y), key=lambda span: span[1] - span[0])
    return (first + last) // 2, y


def holds_square(outline: Outline, side: int) -> bool:
    """Whether an upright square of ``side`` cells fits in the outline: what a finger can find."""
    touched = rows(outline)
    spans = {y: cells_of_row(outline, y) for y in touched}
    return any(
        _shared_width(spans[y] for y in range(top, top + side)) >= side
        for top in range(touched.start, touched.stop - side + 1)
    )


def _shared_width(rows_of_spans: Iterable[list[tuple[int, int]]]) -> int:
    """The widest span of columns that every row holds."""
    shared = [(0, WIDTH)]
    for spans in rows_of_spans:
        shared = [
            (max(first, begin), min(last, end))
            for first, last in shared
            for begin, end in spans
            if max(first, begin) <= min(last, end)
        ]
    return max((last - first + 1 for first, last in shared), default=0)


def crosses_itself(outline: Outline) -> bool:
    """Whether two edges that are not neighbours touch, or a corner comes twice."""
    if len(set(outline)) != len(outline):
        return True
    edges = list(_edges(outline))
    count = len(edges)
    return any(
        _touch(*edges[i], *edges[j])
        for i in range(count)
        for j in range(i + 2, count)
        if (i, j) != (0, count - 1)
    )


def twice_area(outline: Outline) -> int:
    """Twice the area, positive; 0 for a line."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in _edges(outline)))


def overlaps(outlines: Sequence[Outline]) -> Iterator[tuple[int, int, Corner]]:
    """Each pair of outlines (by their places) that share a cell, with the first such cell."""
    spans_of: dict[int, list[tuple[int, int, int]]] = {}
    for place, outline in enumerate(outlines):
        for y in rows(outline):
            spans_of.setdefault(y, []).extend(
                (first, last, place) for first, last in cells_of_row(outline, y)
            )
    told = set()
    for y in sorted(spans_of):
        reach, farthest = -1, 0  # the last column taken so far in this row, and by which outline
        for first, last, place in sorted(spans_of[y]):
            pair = min(farthest, place), max(farthest, place)
            if first <= reach and place != farthest and pair not in told:
                told.add(pair)
                yield *pair, (first, y)
            if last > reach:
                reach, farthest = last, place


def _edges(outline: Outline) -> Iterator[tuple[Corner, Corner]]:
    previous = outline[-1]
    for corner in outline:
        yield previous, corner
        previous = corner


def _turn(a: Corner, b: Corner, c: Corner) -> int:
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (area > 0) - (area < 0)


def _touch(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    return any(
        turn == 0 and _between(*ends, corner)
        for turn, ends, corner in zip(
            turns, ((a, b), (a, b), (c, d), (c, d)), (c, d, a, b), strict=True
        )
    )


def _between(a: Corner, b: Corner, corner: Corner) -> bool:
    return min(a[0], b[0]) <= corner[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= corner[1] <= max(
        a[1], b[1]
    )

"""What is different between two maps: those of two sessions, or of a session and its copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from dolenti.guideline.body import Point
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.map.places import Places
from dolenti.guideline.session.map.points import InjectedPoint

Reach = Callable[[InjectedPoint], int]
"""How many cells a point may have been moved and still be the same one."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A point before and after: in the same place and injected otherwise, or moved."""

    before: InjectedPoint
    after: InjectedPoint


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two maps have in common, and what not. Each point of either is in exactly one part;
    one that stayed, was changed or was moved counts once for both."""

    same: tuple[InjectedPoint, ...]
    added: tuple[InjectedPoint, ...]
    removed: tuple[InjectedPoint, ...]
    changed: tuple[Changed, ...]
    moved: tuple[Changed, ...] = ()


def reach_of(places: Places) -> Reach:
    """A point moved by less than the usual spacing of its technique is the same one; farther away
    it is another, and the first was left out."""
    spacing = {one.technique: exact(one.default_spacing_mm) for one in places.content.techniques}

    def reach(one: InjectedPoint) -> int:
        return int(spacing[one.technique] / places.mm_per_cell(one.point.figure))

    return reach


def compare(
    before: Sequence[InjectedPoint], after: Sequence[InjectedPoint], reach: Reach | None = None
) -> Comparison:
    """Points are the same where they are equal; changed where they share a cell and are not; moved
    where only the cell differs, by no more than ``reach``: the nearest two first.

    Without ``reach`` a point is never moved: it is removed here and added there.
    """
    same = Counter(before) & Counter(after)
    old = _without(before, same)
    new = _without(after, same)
    waiting: dict[Point, list[InjectedPoint]] = {}
    for point in old:
        waiting.setdefault(point.point, []).append(point)
    changed, added = [], []
    for point in new:
        there = waiting.get(point.point)
        if there:
            changed.append(Changed(there.pop(0), point))
        else:
            added.append(point)
    removed = [point for points in waiting.values() for point in points]
    moved: tuple[Changed, ...] = ()
    if reach is not None:
        moved = _moved(removed, added, reach)
        removed = _without(removed, Counter(one.before for one in moved))
        added = _without(added, Counter(one.after for one in moved))
    return Comparison(tuple(same.elements()), tuple(added), tuple(removed), tuple(changed), moved)


def _moved(
    removed: Sequence[InjectedPoint], added: Sequence[InjectedPoint], reach: Reach
) -> tuple[Changed, ...]:
    pairs = sorted(_near(removed, added, reach))
    gone: set[int] = set()
    come: set[int] = set()
    found = []
    for _, i, j in pairs:
        if i not in gone and j not in come:
            gone.add(i)
            come.add(j)
            found.append(Changed(removed[i], added[j]))
    return tuple(found)


def _near(
    removed: Sequence[InjectedPoint], added: Sequence[InjectedPoint], reach: Reach
) -> Iterator[tuple[int, int, int]]:
    """The square of their distance and the places of each two that may be one. Looked for by
    squares as wide as the reach, so that a thousand points are not each held against a thousand."""
    squares: dict[tuple[InjectedPoint, int, int], list[int]] = {}
    for j, one in enumerate(added):
        side = max(1, reach(one))
        key = (_elsewhere(one), one.point.x // side, one.point.y // side)
        squares.setdefault(key, []).append(j)
    for i, one in enumerate(removed):
        most = reach(one)
        side = max(1, most)
        column, row = one.point.x // side, one.point.y // side
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                for j in squares.get((_elsewhere(one), x, y), ()):
                    away = _squared(one.point, added[j].point)
                    if away <= most * most:
                        yield away, i, j


def _elsewhere(one: InjectedPoint) -> InjectedPoint:
    """The same injection without its place."""
    return replace(one, point=Point(one.point.figure, 0, 0))


def _squared(a: Point, b: Point) -> int:
    return (a.x - b.x) ** 2 + (a.y - b.y) ** 2


def _without(points: Sequence[InjectedPoint], taken: Counter[InjectedPoint]) -> list[InjectedPoint]:
    left = Counter(taken)
    found = []
    for point in points:
        if left[point]:
            left[point] -= 1
        else:
            found.append(point)
    return found

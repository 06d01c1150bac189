"""What lies under a point of the figure: on the body or not, in which zone, in which areas.

An area drawn on an enlargement holds on the whole figure too, and the other way round; of several
the strictest wins. A cell of the whole figure is many of an enlargement: one of them in an area is
enough.

A place is never allowed because the outlines are missing: where they are drawn on another edition
of the body, nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from dolenti.guideline.body import BodyMap, Figure, Point, Region, body_map, draw, locate
from dolenti.guideline.body.geometry import Outline, read_outline
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.once import once_an_edition
from dolenti.guideline.session.content import Content, content
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.map.masks import NOWHERE, Mask
from dolenti.guideline.session.shapes.places import Area, ZoneUse

_NUMBER = re.compile(r"-?\d+")
_PIECES = 8
"""Into how many straight pieces a curve of the skin is cut: under a cell from the true curve."""


@dataclass(frozen=True)
class Place:
    """What lies under one point. ``region`` is ``None`` where none is offered (the face);
    ``use`` what is usual in its zone; ``areas`` the strictest first.

    ``depth_mm`` is the greatest depth that the areas allow: 0 where nothing may be injected,
    ``None`` where no area limits it.
    """

    point: Point
    on_body: bool
    region: Region | None
    use: ZoneUse | None
    areas: tuple[Area, ...]

    @property
    def zone(self) -> str | None:
        return self.region.zone if self.region is not None else None

    @property
    def forbidden(self) -> tuple[Area, ...]:
        return tuple(area for area in self.areas if area.kind == "forbidden")

    @property
    def may_inject(self) -> bool:
        return self.on_body and self.region is not None and not self.forbidden

    @property
    def depth_mm(self) -> Decimal | None:
        if not self.may_inject:
            return Decimal(0)
        limits = [exact(a.max_depth_mm) for a in self.areas if a.max_depth_mm is not None]
        return min(limits, default=None)


class Places:
    """The figures of an edition with everything that a needle must know of them."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.content: Content = content(edition)
        self.body: BodyMap = body_map(edition)
        self._uses = {use.zone: use for use in self.content.zones}
        self._skins: dict[str, Mask] = {}

    @property
    def in_date(self) -> bool:
        """Whether the outlines are drawn on this edition of the body."""
        return self.content.places.body_edition == self.body.edition

    def at(self, point: Point) -> Place:
        """What lies under a point. Raises ``InputError`` for a figure the map has not, a point off
        the grid, and where the outlines are drawn on another edition of the body."""
        region = locate(self.body, point.figure, point.x, point.y)
        if not self.in_date:
            rule = next(r for r in self.content.places.rules if r.id == "figure-out-of-date")
            raise InputError(rule.says.en, "map", fr=rule.says.fr)
        areas = [
            area
            for area in self.content.areas
            if (point.x, point.y) in self.mask(area.id, point.figure)
        ]
        return Place(
            point=point,
            on_body=(point.x, point.y) in self.skin(point.figure),
            region=region,
            use=self._uses.get(region.zone) if region is not None else None,
            areas=tuple(sorted(areas, key=_strictness)),
        )

    def mask(self, area: str, figure: str) -> Mask:
        """The cells of a figure in which an area holds, whatever figure it is drawn on."""
        return self._masks.get((area, figure), NOWHERE)

    def areas_on(self, figure: str) -> tuple[tuple[Area, Mask], ...]:
        """The areas that hold on a figure, for whoever draws them."""
        return tuple(
            (area, mask) for area in self.content.areas if (mask := self.mask(area.id, figure))
        )

    def skin(self, figure: str) -> Mask:
        """The cells of a figure that are on the body."""
        mask = self._skins.get(figure)
        if mask is None:
            made = self.body.figures[figure]
            mask = Mask.of([flattened(draw(made, self.body).skin)])
            if made.reversed:
                mask = mask.mirrored()
            self._skins[figure] = mask
        return mask

    def prepare(self) -> None:
        """Have everything at hand before somebody waits for it."""
        for figure in self.body.figures:
            self.skin(figure)
            self.areas_on(figure)

    def base_region(self, region: Region) -> str:
        """A region as the content names it: its figure and its name, without a side."""
        return self._base_regions[region.id]

    @cached_property
    def _base_regions(self) -> Mapping[str, str]:
        return {
            region.id: f"{figure.entry.id}/{entry.id}"
            for figure in self.body.figures.values()
            for shape, entry in zip(figure.shapes, figure.entry.regions, strict=True)
            for region in (shape.drawn, shape.mirrored)
        }

    def mm_per_cell(self, figure: str) -> Decimal:
        """How many millimetres a cell of a figure is. Raises ``InputError`` where nobody said."""
        name = self.body.figures[figure].entry.id
        for scale in self.content.figure_scales:
            if scale.figure == name:
                return exact(scale.mm_per_cell)
        raise InputError(
            f"nobody said how large a cell of “{name}” is",
            "session/map/figure-scales.yaml",
            fr=f"l’échelle de la figure «\u00a0{name}\u00a0» n’est pas connue",
        )

    @cached_property
    def _masks(self) -> Mapping[tuple[str, str], Mask]:
        found: dict[tuple[str, str], Mask] = {}
        for area in self.content.areas:
            for figure, mask in self._drawn(area):
                _add(found, (area.id, figure.id), mask)
                for other, shown in self._elsewhere(figure, mask):
                    _add(found, (area.id, other.id), shown)
        return found

    def _drawn(self, area: Area) -> Iterator[tuple[Figure, Mask]]:
        """The figures that an area is drawn on, with its cells there."""
        outline = read_outline(area.outline, f"session/map/areas.yaml: {area.id}")
        mask = Mask.of([outline])
        for figure in self.body.figures.values():
            if figure.entry.id != area.figure:
                continue
            if figure.reversed:
                yield figure, mask.mirrored()
            elif area.paired:
                yield figure, mask | mask.mirrored()
            else:
                yield figure, mask

    def _elsewhere(self, figure: Figure, mask: Mask) -> Iterator[tuple[Figure, Mask]]:
        """The same cells on the figure that this one enlarges, or on those that enlarge it.

        Not from one enlargement to another: they show a part from other sides.
        """
        if figure.parent is not None:
            parent = self.body.figures[figure.parent]
            yield parent, mask.onto(figure.parent_column, figure.parent_row)
            return
        for other in self.body.figures.values():
            if other.parent == figure.id:
                yield other, _enlarged(other, mask)


@once_an_edition(4)
def places(edition: Edition) -> Places:
    """The places of an edition, made once and kept by the edition's hash."""
    return Places(edition)


def flattened(path: str) -> Outline:
    """The corners of a closed curve as ``draw`` writes it, its cubic pieces cut into straight ones.

    In whole numbers; the path begins with ``M``, goes on by ``c``, and ends with ``z``.
    """
    pieces = path.rstrip("z").split("c")
    x, y = (int(n) for n in _NUMBER.findall(pieces[0]))
    corners = [(x, y)]
    for piece in pieces[1:]:
        ax, ay, bx, by, cx, cy = _absolute(x, y, [int(n) for n in _NUMBER.findall(piece)])
        corners += [
            (_bezier(x, ax, bx, cx, k), _bezier(y, ay, by, cy, k)) for k in range(1, _PIECES + 1)
        ]
        x, y = cx, cy
    return tuple(corners)


def _absolute(x: int, y: int, steps: list[int]) -> list[int]:
    """The three points of a piece of ``draw``: each pair is a step from the piece's beginning."""
    return [step + (x if place % 2 == 0 else y) for place, step in enumerate(steps)]


def _bezier(p: int, a: int, b: int, q: int, k: int) -> int:
    """The curve from p to q by the handles a and b at k of ``_PIECES``, to the nearest cell."""
    n, r = _PIECES, _PIECES - k
    sum_ = p * r**3 + 3 * a * r * r * k + 3 * b * r * k * k + q * k**3
    return (2 * sum_ + n**3) // (2 * n**3)


def _enlarged(figure: Figure, mask: Mask) -> Mask:
    """The cells of an enlargement that lie in cells of its parent."""
    columns: dict[int, list[int]] = {}
    for x in range(1000):
        columns.setdefault(figure.parent_column(x), []).append(x)
    spans: dict[int, tuple[tuple[int, int], ...]] = {}
    for y in range(2000):
        row = mask.spans.get(figure.parent_row(y), ())
        found = []
        for first, last in row:
            inside = [x for column in range(first, last + 1) for x in columns.get(column, ())]
            if inside:
                found.append((min(inside), max(inside)))
        if found:
            spans[y] = tuple(sorted(found))
    return Mask(spans)


def _add(found: dict[tuple[str, str], Mask], key: tuple[str, str], mask: Mask) -> None:
    if mask:
        found[key] = found[key] | mask if key in found else mask


def _strictness(area: Area) -> tuple[int, float]:
    order = {"forbidden": 0, "limit": 1, "warn": 2}
    return order[area.kind], area.max_depth_mm if area.max_depth_mm is not None else 0.0

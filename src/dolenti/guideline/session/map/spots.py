"""Where a point is put that is chosen by the name of its place: in the middle of what may be
injected there. A place where nothing may be injected has no spot, and is not offered.

What is limited in its middle is limited: no fringe that allows more is looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from dolenti.guideline.body import Point, Region
from dolenti.guideline.once import Itself
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.map.masks import Mask
from dolenti.guideline.session.map.places import Places

_ACROSS: Final = 16
"""So many cells of a place are looked at across, and down."""
_WELL_INSIDE: Final = 3
"""Of them, so many steps from the border is far enough."""

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """The middle of a place. ``most_mm`` is the greatest depth there; ``None`` where nothing
    limits it."""

    x: int
    y: int
    most_mm: Decimal | None


def spot(places: Places, region: Region, bmi: float | None = None) -> Spot | None:
    """Where a point of a place is put; ``None`` where nothing may be injected. ``bmi`` is the
    patient's, ``None`` where it is not known."""
    found = _every(Itself(places)).get(region.id)
    if found is None or bmi is None:
        return found
    lean = places.content.places.lean
    on_chest = region.zone in lean.zones or places.base_region(region) in lean.regions
    if not on_chest or bmi >= lean.bmi_under:
        return found
    limits = (one for one in (found.most_mm, exact(lean.max_depth_mm)) if one is not None)
    return replace(found, most_mm=min(limits))


@lru_cache(maxsize=4)
def _every(kept: Itself[Places]) -> Mapping[str, Spot]:
    """The spot of each place that has one, by its id: looked for once, as they never change."""
    places = kept.it
    if not places.in_date:
        return {}
    drawn = (one for one in places.body.regions.values() if one.outline)
    found = ((one.id, _looked_for(places, one)) for one in drawn)
    return {name: one for name, one in found if one is not None}


def _looked_for(places: Places, region: Region) -> Spot | None:
    """The middle of the outline; where that is off the body or forbidden, of what is left of it."""
    middle = region.middle.x, region.middle.y
    cells, step = {middle}, 1
    if not _may_be_put(places, region, middle):
        cells, step = _cells(places, region)
    inside = _inside(cells, step)
    count = max(len(cells), 1)
    x, y = (sum(cell[at] for cell in cells) / count for at in (0, 1))

    def order(cell: Cell) -> tuple[object, ...]:
        return -inside[cell], (cell[0] - x) ** 2 + (cell[1] - y) ** 2, cell

    best = (cell for cell in sorted(cells, key=order) if _may_be_put(places, region, cell))
    cell = next(best, None)
    if cell is None:
        return None
    return Spot(*cell, places.at(Point(region.figure, *cell)).depth_mm)


def _may_be_put(places: Places, region: Region, cell: Cell) -> bool:
    at = places.at(Point(region.figure, *cell))
    return at.may_inject and at.region is not None and at.region.id == region.id


def _cells(places: Places, region: Region) -> tuple[set[Cell], int]:
    """Cells of a place where a needle may go, evenly spread over it, and how far apart."""
    mask, skin = Mask.of([region.outline]), places.skin(region.figure)
    left, top, right, bottom = mask.box
    step = max(1, max(right - left, bottom - top) // _ACROSS)
    never = [held for area, held in places.areas_on(region.figure) if area.kind == "forbidden"]
    return {
        (x, y)
        for y in range(top, bottom + 1, step)
        for x in range(left, right + 1, step)
        if (x, y) in mask and (x, y) in skin and not any((x, y) in held for held in never)
    }, step


def _inside(cells: set[Cell], step: int) -> Mapping[Cell, int]:
    """How many steps each cell is from the border, no more than is asked."""
    ways = [(across, down) for across in (-step, 0, step) for down in (-step, 0, step)]
    found = dict.fromkeys(cells, 0)
    left = cells
    for steps in range(1, _WELL_INSIDE + 1):
        left = {(x, y) for x, y in left if all((x + a, y + b) in left for a, b in ways)}
        found |= dict.fromkeys(left, steps)
    return found

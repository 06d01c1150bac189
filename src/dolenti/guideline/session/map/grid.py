"""A painted area as a grid of points (nappage): evenly spaced, only where a needle may go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from dolenti.guideline.body import Point
from dolenti.guideline.body.geometry import Outline
from dolenti.guideline.errors import InputError
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.session.map.masks import Mask
from dolenti.guideline.session.map.places import Places

Why = Literal["outside-the-body", "outside-every-region", "forbidden", "too-deep"]


@dataclass(frozen=True)
class Grid:
    """The points of a painted area, and how many were left out, by why."""

    points: tuple[Point, ...]
    left_out: dict[Why, int]


def grid(
    places: Places,
    figure: str,
    painted: Iterable[Outline],
    spacing_mm: Decimal,
    depth_mm: Decimal,
) -> Grid:
    """A square grid over what is painted on one figure, at ``spacing_mm`` from point to point.

    The grid begins in the middle of its first square, so that every painted area that holds a cell
    gets a point or more. Points off the body, in a forbidden area, or where ``depth_mm`` is more
    than is allowed, are left out and counted. Between two points there is never less than the
    spacing, but for the fraction of a cell that a figure cannot show.

    Raises ``InputError`` for a spacing that is not above 0, and where there would be more points
    than anybody injects.
    """
    if not spacing_mm > 0:
        raise InputError(
            "the spacing must be above 0 mm",
            "spacing",
            fr="l’espacement doit dépasser 0\u00a0mm",
        )
    mask = Mask.of(painted)
    if not mask:
        return Grid((), {})
    step = Fraction(spacing_mm) / Fraction(places.mm_per_cell(figure))
    left, top, right, bottom = mask.box
    columns, rows = _ticks(left, right, step), _ticks(top, bottom, step)
    cells = [(x, y) for y in rows for x in columns if (x, y) in mask]
    most = places.content.places.most_points
    if len(cells) > most:
        raise InputError(
            f"that makes {len(cells)} points; at most {most} are drawn: paint less, or space them "
            "wider",
            "grid",
            fr=f"cela fait {number_in_words(len(cells), None, 'fr')} points\u00a0; {most} au plus "
            "sont dessinés\u00a0: peignez moins, ou espacez davantage",
        )
    if not cells:  # painted between the ticks: one point, in the middle of what is painted
        cells = [_middle(mask)]
    points: list[Point] = []
    left_out: dict[Why, int] = {}
    for x, y in cells:
        point = Point(figure, x, y)
        why = _why_not(places, point, depth_mm)
        if why is None:
            points.append(point)
        else:
            left_out[why] = left_out.get(why, 0) + 1
    return Grid(tuple(points), left_out)


def _ticks(first: int, last: int, step: Fraction) -> list[int]:
    """Cells from ``first`` to ``last``, the first half a step in; none is nearer to the next than a
    step less the fraction of a cell."""
    ticks = []
    at = Fraction(first) + min(step, Fraction(last - first + 1)) / 2
    while at < last + 1:
        ticks.append(int(at))
        at += step
    return ticks


def _middle(mask: Mask) -> tuple[int, int]:
    rows = list(mask.spans)
    y = rows[len(rows) // 2]
    first, last = max(mask.spans[y], key=lambda span: span[1] - span[0])
    return (first + last) // 2, y


def _why_not(places: Places, point: Point, depth_mm: Decimal) -> Why | None:
    place = places.at(point)
    if not place.on_body:
        return "outside-the-body"
    if place.region is None:
        return "outside-every-region"
    if place.forbidden:
        return "forbidden"
    limit = place.depth_mm
    return "too-deep" if limit is not None and depth_mm > limit else None

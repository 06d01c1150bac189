"""Drawings of ours, as SVG: a signature, a logo. Nothing that somebody wrote gets into them."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from itertools import pairwise

from dolenti.guideline.errors import InputError
from dolenti.ui.print.values import Picture, Point

WIDTH, HEIGHT = 640.0, 200.0
MOST_POINTS = 20_000
_MARGIN = 10.0


class Svg(str):
    """A drawing of ours, told apart from what is written: it is printed as it is."""

    __slots__ = ()


def logo_svg(logo: Picture) -> Svg:
    """A PNG of ours as a drawing that a template can show."""
    size = f'width="{int(logo.width)}" height="{int(logo.height)}"'
    data = base64.b64encode(logo.png).decode("ascii")
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<image {size} href="data:image/png;base64,{data}"/></svg>'
    )


def signature_svg(strokes: Sequence[Sequence[Point]]) -> str:
    """The strokes, scaled into 640 x 200 without being stretched, as smooth lines.

    Raises ``InputError`` for a signature without a line, with a number that is none, or too long.
    """
    points = [point for stroke in strokes for point in stroke]
    if len(points) < 2:
        raise InputError(
            "the signature is empty; sign again",
            "signature",
            fr="la signature est vide\u00a0; signez de nouveau",
        )
    if len(points) > MOST_POINTS:
        raise InputError(
            f"the signature has more than {MOST_POINTS} points; sign again",
            "signature",
            fr=f"la signature a plus de {MOST_POINTS} points\u00a0; signez de nouveau",
        )
    if not all(math.isfinite(number) and abs(number) < 1e6 for point in points for number in point):
        raise InputError(
            "the signature holds a number that is no place on a screen; sign again",
            "signature",
            fr="la signature contient un nombre qui n’est pas une position\u00a0; signez de "
            "nouveau",
        )
    left, top = min(x for x, _ in points), min(y for _, y in points)
    wide = max(x for x, _ in points) - left or 1.0
    high = max(y for _, y in points) - top or 1.0
    scale = min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / high, 4.0)
    down = (HEIGHT - high * scale) / 2

    def placed(point: Point) -> Point:
        return _MARGIN + (point[0] - left) * scale, down + (point[1] - top) * scale

    path = " ".join(_line([placed(point) for point in stroke]) for stroke in strokes if stroke)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">'
        f'<path d="{path}" fill="none" stroke="#12201f" stroke-width="3.5" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _line(points: list[Point]) -> str:
    """Through the middles of the points, each point pulling the curve: no corners."""
    start, *rest = points
    if not rest:
        return f"M{_at(start)} l0.1 0"
    parts = [f"M{_at(start)}"]
    for here, following in pairwise(rest):
        middle = ((here[0] + following[0]) / 2, (here[1] + following[1]) / 2)
        parts.append(f"Q{_at(here)} {_at(middle)}")
    return " ".join([*parts, f"L{_at(rest[-1])}"])


def _at(point: Point) -> str:
    return f"{point[0]:.2f} {point[1]:.2f}"

"""From the points of a drawing to smooth curves, as the data of SVG paths.

A curve passes through every point given; its direction at a point is that of the circle through
the point and its two neighbours, and each handle is a third of the way, so that unevenly spaced
points make no loops. Only the figure's shape is made here, no colour and no markup.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dolenti.guideline.body.geometry import HEIGHT, WIDTH, Corner, Outline
from dolenti.guideline.body.map import BodyMap, Figure
from dolenti.guideline.errors import InputError

ROUNDED: Final = 18
"""Points of the grid before a corner at which the curve of what is coloured begins."""
_NODE = re.compile(r"(-?\d{1,5}),(-?\d{1,5})(!?)\Z")


@dataclass(frozen=True)
class Node:
    """A point that a curve passes through; at a sharp one it turns at once."""

    x: float
    y: float
    sharp: bool = False


@dataclass(frozen=True)
class Drawing:
    """Path data: the skin's outline, the plates that hint at muscles, the lines."""

    skin: str
    plates: str
    lines: str


def draw(figure: Figure, body: BodyMap) -> Drawing:
    """The drawing of a figure, as drawn: of a left limb, its right one's.

    Raises ``InputError`` where a point cannot be read or the outline is missing.
    """
    skin, plates, lines = _parts(figure, body)
    if figure.symmetric:
        # The half is drawn from top to bottom; its mirror brings it back to the top.
        back = [Node(WIDTH - node.x, node.y, node.sharp) for node in reversed(skin)]
        skin = [*skin, *(node for node in back if node.x != WIDTH / 2)]
        plates, lines = _both_sides(plates), _both_sides(lines)
    return Drawing(
        path(skin, closed=True),
        "".join(path(nodes, closed=True) for nodes in plates),
        "".join(path(nodes, closed=False) for nodes in lines),
    )


def rounded(outline: Outline, *, sharp_at: int | None = None) -> str:
    """SVG path data of an outline as it is coloured: its corners turned into curves.

    A curve begins at most ``ROUNDED`` before its corner, so that at a right angle what is coloured
    ends 7 points (about 6 mm on a body) inside it; what lies in the region is its outline's to
    say, as before. Corners of the column ``sharp_at``, the middle of a body, stay: what is coloured
    on both sides of it meets there.
    """
    parts: list[str] = []
    for i, (x, y) in enumerate(outline):
        if x == sharp_at:
            parts.append(f"{'L' if parts else 'M'}{x} {y}")
            continue
        before, after = outline[i - 1], outline[(i + 1) % len(outline)]
        (ax, ay), (bx, by) = (_towards((x, y), other) for other in (before, after))
        parts.append(f"{'L' if parts else 'M'}{ax} {ay}Q{x} {y} {bx} {by}")
    return "".join(parts) + "Z"


def _towards(corner: Corner, other: Corner) -> Corner:
    """Where the curve of a corner meets its edge: ``ROUNDED`` from it, or half way."""
    across, down = other[0] - corner[0], other[1] - corner[1]
    part = min(ROUNDED / (math.hypot(across, down) or 1.0), 0.5)
    return round(corner[0] + across * part), round(corner[1] + down * part)


def path(nodes: list[Node], *, closed: bool) -> str:
    """SVG path data of the curve through ``nodes``, to the nearest point of the grid."""
    count = len(nodes)
    reach = range(count if closed else count - 1)
    x, y = round(nodes[0].x), round(nodes[0].y)
    parts = [f"M{x} {y}"]
    for i in reach:
        start, end = nodes[i], nodes[(i + 1) % count]
        third = math.hypot(end.x - start.x, end.y - start.y) / 3
        out = _direction(nodes, i, end, closed=closed)
        into = _direction(nodes, (i + 1) % count, start, closed=closed, arriving=True)
        points = (
            (start.x + out[0] * third, start.y + out[1] * third),
            (end.x - into[0] * third, end.y - into[1] * third),
            (end.x, end.y),
        )
        steps = [(round(px) - x, round(py) - y) for px, py in points]
        parts.append("c" + " ".join(f"{across} {down}" for across, down in steps))
        x, y = round(end.x), round(end.y)
    return "".join(parts) + ("z" if closed else "")


def _direction(
    nodes: list[Node], i: int, other: Node, *, closed: bool, arriving: bool = False
) -> tuple[float, float]:
    """The unit direction of the curve at a node; at a sharp or last one, straight to the other."""
    node = nodes[i]
    is_end = not closed and i in (0, len(nodes) - 1)
    if node.sharp or is_end:
        way = -1 if arriving else 1
        return _unit((other.x - node.x) * way, (other.y - node.y) * way)
    before, after = nodes[i - 1], nodes[(i + 1) % len(nodes)]
    ahead = math.hypot(after.x - node.x, after.y - node.y) or 1.0
    behind = math.hypot(node.x - before.x, node.y - before.y) or 1.0
    weight = ahead / behind
    return _unit(
        (node.x - before.x) * weight + (after.x - node.x) / weight,
        (node.y - before.y) * weight + (after.y - node.y) / weight,
    )


def _unit(x: float, y: float) -> tuple[float, float]:
    length = math.hypot(x, y) or 1.0
    return x / length, y / length


def _parts(figure: Figure, body: BodyMap) -> tuple[list[Node], list[list[Node]], list[list[Node]]]:
    drawing, where = figure.entry.drawing, f"body/{figure.entry.id}.yaml: drawing"
    plates = [_nodes(text, where) for text in drawing.plates]
    lines = [_nodes(text, where) for text in drawing.lines]
    if not drawing.zoomed:
        return _nodes(drawing.outline or "", where), plates, lines
    parent = body.figures.get(figure.parent or "")
    if parent is None or parent.entry.drawing.zoomed:
        raise InputError(
            "a zoomed drawing needs a parent that is drawn",
            where,
            fr="un dessin agrandi a besoin d’une figure dessinée dont il est tiré",
        )
    theirs = _parts(parent, body)
    return (
        _zoom(theirs[0], figure),
        [*(_zoom(nodes, figure) for nodes in theirs[1]), *plates],
        [*(_zoom(nodes, figure) for nodes in theirs[2]), *lines],
    )


def _zoom(nodes: list[Node], figure: Figure) -> list[Node]:
    (left, top), (right, bottom) = figure.box
    return [
        Node(
            (node.x - left) * WIDTH / (right - left),
            (node.y - top) * HEIGHT / (bottom - top),
            node.sharp,
        )
        for node in nodes
    ]


def _both_sides(curves: Iterable[list[Node]]) -> list[list[Node]]:
    """Each curve, and the mirror of each that lies on the viewer's left alone."""
    found = []
    for nodes in curves:
        found.append(nodes)
        xs = [node.x for node in nodes]
        if max(xs) <= WIDTH / 2 and min(xs) < WIDTH / 2:
            found.append([Node(WIDTH - node.x, node.y, node.sharp) for node in nodes])
    return found


def _nodes(text: str, where: str) -> list[Node]:
    nodes = []
    for word in text.split():
        match = _NODE.match(word)
        if match is None:
            raise InputError(
                f"“{word}” is no point of a curve; write x,y or x,y! for a corner",
                where,
                fr=f"«\u00a0{word}\u00a0» n’est pas un point de courbe\u00a0; écrivez x,y, ou "
                "x,y! pour un angle",
            )
        nodes.append(Node(float(match[1]), float(match[2]), bool(match[3])))
    if len(nodes) < 2:
        raise InputError(
            "a curve needs at least two points",
            where,
            fr="une courbe doit passer par deux points au moins",
        )
    return nodes

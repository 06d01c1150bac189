"""The map of the body: figures, their regions on both sides, and in which one a point lies.

Made from an edition's texts when somebody asks for it, never before: deciding needs no map. A
point is a cell of a figure's grid (see ``geometry``). Right and left are always the **patient's**.

Laws, held by tests: a point lies in at most one region; the mirrored point lies in the mirrored
region.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from dolenti.guideline.body.geometry import (
    HEIGHT,
    WIDTH,
    Outline,
    contains,
    in_grid,
    middle,
    mirror,
    mirrored_outline,
    read_outline,
)
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Body, BodyFigure, BodyRegion, BodyScene, Edition, Text
from dolenti.guideline.once import once_an_edition

Side = Literal["right", "left"]
_SIDES: tuple[Side, Side] = ("right", "left")
SIDE_WORDS: Final[dict[str, Text]] = {
    "right": Text(fr="à droite", en="right"),
    "left": Text(fr="à gauche", en="left"),
    "both": Text(fr="des deux côtés", en="both sides"),
}
"""A side behind what hurts, right for a word of either gender: “genou, à droite”."""


@dataclass(frozen=True)
class Point:
    """A cell of a figure: ``figure`` is its id, 0 ≤ x < 1000 from the viewer's left, 0 ≤ y < 2000
    from the top."""

    figure: str
    x: int
    y: int


@dataclass(frozen=True)
class Region:
    """A named part of a figure, in one zone of the knowledge, on one side or on the midline.

    ``id`` is ``figure/name``. ``outline`` is as the viewer sees it; empty for what is everywhere.
    ``opens`` is the scene that shows it larger.
    """

    id: str
    figure: str
    zone: str
    side: Side | None
    label: Text
    outline: Outline
    opens: str | None = None

    def name(self, language: str) -> str:
        """The region's name with its side, for a list or a sentence."""
        label = self.label.in_language(language)
        if self.side is None:
            return label
        return f"{label}, {SIDE_WORDS[self.side].in_language(language)}"

    @cached_property
    def middle(self) -> Point:
        """A point well inside, where the keyboard marks it."""
        return Point(self.figure, *middle(self.outline))


@dataclass(frozen=True)
class Shape:
    """An outline as it is drawn, and the regions it stands for as drawn and in the mirror."""

    outline: Outline
    drawn: Region
    mirrored: Region


@dataclass(frozen=True)
class Figure:
    """One drawing, with its regions. ``reversed`` is the left limb, seen as the right one's mirror.

    ``entry`` is what was written of it, for whoever draws it.
    """

    id: str
    scene: str
    label: Text
    symmetric: bool
    reversed: bool
    window: tuple[int, int]
    shapes: tuple[Shape, ...]
    entry: BodyFigure
    parent: str | None
    box: Outline

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """Its regions in the order written, the patient's right before the left."""
        found: dict[str, Region] = {}
        for shape in self.shapes:
            both = [shape.mirrored] if self.reversed else [shape.drawn]
            if self.symmetric:
                both = sorted((shape.drawn, shape.mirrored), key=_right_first)
            found.update((region.id, region) for region in both)
        return tuple(found.values())

    def locate(self, x: int, y: int) -> Region | None:
        """The region of a cell, or ``None`` where there is none."""
        flipped = self.reversed or (self.symmetric and x >= WIDTH // 2)
        column = mirror(x) if flipped else x
        for shape in self.shapes:
            if contains(shape.outline, column, y):
                return shape.mirrored if flipped else shape.drawn
        return None

    def parent_column(self, x: int) -> int:
        """The parent's column in which the middle of this column lies; of an enlargement only."""
        (left, _), (right, _) = self.box
        own = mirror(x) if self.reversed else x
        across = (2 * left * WIDTH + (2 * own + 1) * (right - left)) // (2 * WIDTH)
        return mirror(across) if self.reversed else across

    def parent_row(self, y: int) -> int:
        """The parent's row in which the middle of this row lies; of an enlargement only."""
        (_, top), (_, bottom) = self.box
        return (2 * top * HEIGHT + (2 * y + 1) * (bottom - top)) // (2 * HEIGHT)


@dataclass(frozen=True)
class Scene:
    """Figures shown together: the whole body, or the views of one part on one side."""

    id: str
    label: Text
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class BodyMap:
    """Every scene, and the regions that have no place. ``edition`` goes with every stored point."""

    edition: str
    scenes: tuple[Scene, ...]
    everywhere: tuple[Region, ...]

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """The figures by their ids, in the order they are shown."""
        return {figure.id: figure for scene in self.scenes for figure in scene.figures}

    @cached_property
    def regions(self) -> Mapping[str, Region]:
        """Every region by its id, in the order of the accessible list."""
        listed = [*self.everywhere, *(r for f in self.figures.values() for r in f.regions)]
        return {region.id: region for region in listed}

    def whole_body(self, point: Point) -> Point:
        """The point as it shows on the whole body: itself, or its place below the enlargement."""
        figure = self.figures[point.figure]
        if figure.parent is None:
            return point
        return Point(figure.parent, figure.parent_column(point.x), figure.parent_row(point.y))


@once_an_edition(6)
def body_map(edition: Edition) -> BodyMap:
    """The map of an edition. Raises ``InputError`` where it has none, or one that cannot be read.

    It is made once and kept by the edition's hash.
    """
    if edition.body is None:
        raise InputError(
            "this edition of the knowledge has no map of the body; use a later one",
            "body",
            fr="cette édition du référentiel n’a pas de carte du corps\u00a0; utilisez-en une "
            "plus récente",
        )
    return read_map(edition.body)


def read_map(body: Body) -> BodyMap:
    """The geometry of a map as written. Raises ``InputError`` for what cannot be read at all.

    Whether it is a good map (no overlaps, known zones) is told by ``problems``.
    """
    written = {figure.id: figure for figure in body.figures}
    scenes = [
        made for scene in body.atlas.scenes for made in _scenes(scene, written, body.atlas.scenes)
    ]
    everywhere = tuple(
        Region(f"everywhere/{region.id}", "", region.zone, None, region.label, ())
        for region in body.atlas.everywhere
    )
    return BodyMap(body.atlas.edition, tuple(scenes), everywhere)


def locate(body: BodyMap, figure: str, x: int, y: int) -> Region | None:
    """The region in which a point lies; ``None`` outside every region.

    Raises ``InputError`` for a figure the map has not, and for a point off the grid.
    """
    if figure not in body.figures:
        raise InputError(
            f"“{figure}” is no figure of this map of the body",
            "figure",
            fr=f"«\u00a0{figure}\u00a0» n’est pas une figure de cette carte du corps",
        )
    if not in_grid(x, y):
        raise InputError(
            f"({x}, {y}) is off the figure; x goes from 0 to {WIDTH - 1}, y to {HEIGHT - 1}",
            "point",
            fr=f"({x}, {y}) est hors de la figure\u00a0; x va de 0 à {WIDTH - 1}, y à {HEIGHT - 1}",
        )
    return body.figures[figure].locate(x, y)


def _right_first(region: Region) -> bool:
    return region.side == "left"


def _scenes(
    scene: BodyScene, written: Mapping[str, BodyFigure], scenes: tuple[BodyScene, ...]
) -> list[Scene]:
    """One scene, or two where its figures are drawn once for both sides."""
    figures = []
    for name in scene.figures:
        if name not in written:
            raise InputError(
                f"the scene shows “{name}”, which is no figure",
                f"body/map.yaml: {scene.id}",
                fr=f"la vue montre «\u00a0{name}\u00a0», qui n’est pas une figure",
            )
        figures.append(written[name])
    paired = {known.id for known in scenes if known.right is not None}
    if scene.right is None or scene.left is None:
        made = tuple(_figure(figure, scene.id, None, paired) for figure in figures)
        return [Scene(scene.id, scene.label, made)]
    labels: dict[Side, Text] = {"right": scene.right, "left": scene.left}
    return [
        Scene(
            f"{scene.id}-{side}",
            labels[side],
            tuple(_figure(figure, f"{scene.id}-{side}", side, paired) for figure in figures),
        )
        for side in _SIDES
    ]


def _figure(entry: BodyFigure, scene: str, side: Side | None, paired: set[str]) -> Figure:
    where = f"body/{entry.id}.yaml"
    top, bottom = _two(entry.window, where)
    box: Outline = ()
    if entry.within is not None:
        box = read_outline(entry.within.box, where)
        if len(box) != 2:
            raise InputError(
                "the box must be two points",
                where,
                fr="le cadre doit être donné par deux points",
            )
    name = f"{entry.id}-{side}" if side else entry.id
    return Figure(
        id=name,
        scene=scene,
        label=entry.label,
        symmetric=entry.symmetry == "midline",
        reversed=side == "left",
        window=(top, bottom),
        shapes=tuple(_shape(region, name, side, entry, paired) for region in entry.regions),
        entry=entry,
        parent=entry.within.figure if entry.within else None,
        box=box,
    )


def _two(text: str, where: str) -> tuple[int, int]:
    outline = read_outline(text, where)
    if len(outline) != 1:
        raise InputError(
            "the window must be its first and its last row, as 0,2000",
            where,
            fr="la fenêtre doit donner sa première et sa dernière ligne, comme 0,2000",
        )
    return outline[0]


def _shape(
    entry: BodyRegion, figure: str, side: Side | None, drawing: BodyFigure, paired: set[str]
) -> Shape:
    where = f"body/{drawing.id}.yaml: {entry.id}"
    outline = read_outline(entry.outline or "", where)
    if len(outline) < 3:
        raise InputError(
            "an outline needs at least three corners",
            where,
            fr="un contour doit avoir au moins trois sommets",
        )
    flipped = mirrored_outline(outline)

    def region(of: Side | None, seen: Outline, suffix: str = "") -> Region:
        opens = entry.opens
        if opens in paired:
            opens = f"{opens}-{of}"
        return Region(
            f"{figure}/{entry.id}{suffix}", figure, entry.zone, of, entry.label, seen, opens
        )

    if drawing.symmetry == "paired":
        return Shape(outline, region(side, outline), region(side, flipped))
    if not entry.paired:
        middle_region = region(None, outline)
        return Shape(outline, middle_region, middle_region)
    here: Side = drawing.viewer_left or "right"
    there: Side = "left" if here == "right" else "right"
    return Shape(outline, region(here, outline, f"-{here}"), region(there, flipped, f"-{there}"))

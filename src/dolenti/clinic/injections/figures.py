"""The figures of the body with the areas to avoid on them, and points as paths.

What is drawn of an area is the border of the very cells that are judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dolenti.guideline.body import Point
from dolenti.guideline.once import Itself
from dolenti.guideline.session import Places
from dolenti.guideline.session.map.contours import Spot, contour, middles
from dolenti.guideline.session.shapes.places import Area
from dolenti.ui.body import FigureView, SceneView, marking
from dolenti.ui.language import current

WIDE_ENOUGH, TALL_ENOUGH = 38, 34
"""So many cells a piece of an area has that takes a word; its ground and the list say the rest."""


@dataclass(frozen=True)
class AreaView:
    """An area on one figure. ``mark`` stands in it, at each of the ``spots``; ``why`` says it
    all."""

    id: str
    kind: str
    path: str
    spots: tuple[Spot, ...]
    mark: str
    most: str
    why: str


@dataclass(frozen=True)
class AreaLine:
    """An area in words, for the list; ``scenes`` are those that show it."""

    kind: str
    says: str
    structure: str
    verified: bool
    scenes: str


@dataclass(frozen=True)
class Layer:
    """Points of one look on a figure, all of them one path."""

    look: str
    path: str


@dataclass(frozen=True)
class MapFigure:
    """One figure with its areas and what is drawn on it. ``mm`` is how large a cell is."""

    view: FigureView
    areas: tuple[AreaView, ...]
    mm: str
    layers: tuple[Layer, ...] = ()
    says: str = ""

    @property
    def blank(self) -> SafeString:
        """The figure on which nothing is drawn, with what may be pointed at."""
        return _blank(Itself(self), current())


@dataclass(frozen=True)
class MapScene:
    """Figures that stand side by side."""

    id: str
    label: str
    figures: tuple[MapFigure, ...]


# A hundred lines and more, which no map changes: they are written once.
@lru_cache(maxsize=64)
def _blank(kept: Itself[MapFigure], _language: str) -> SafeString:
    return render_to_string("clinic/injections/figure.html", {"figure": kept.it, "targets": True})


def scenes(places: Places, name: str) -> tuple[MapScene, ...]:
    """Every scene with nothing drawn, the whole body first."""
    return _still(Itself(places), name, current())


@lru_cache(maxsize=8)
def _still(kept: Itself[Places], name: str, language: str) -> tuple[MapScene, ...]:
    places = kept.it
    control = marking(places.body, name=name)

    def of(scene: SceneView) -> MapScene:
        return MapScene(
            scene.id, scene.label, tuple(_figure(places, view, language) for view in scene.figures)
        )

    return tuple(of(scene) for scene in (control.whole, *control.enlargements))


def _figure(places: Places, view: FigureView, language: str) -> MapFigure:
    areas = tuple(_area(places, area, view.id, language) for area, _ in places.areas_on(view.id))
    return MapFigure(view, areas, str(places.mm_per_cell(view.id)), says=view.label)


def _area(places: Places, area: Area, figure: str, language: str) -> AreaView:
    mask = places.mask(area.id, figure)
    most = "" if area.max_depth_mm is None else f"{area.max_depth_mm:g}"
    return AreaView(
        id=area.id,
        kind=area.kind,
        path=contour(mask),
        spots=tuple(
            at for at in middles(mask) if at.wide >= WIDE_ENOUGH and at.tall >= TALL_ENOUGH
        ),
        mark=_mark(area.kind, most, language),
        most=most,
        why=f"{area.says.in_language(language)} ({area.structure.in_language(language)})",
    )


def _mark(kind: str, most: str, language: str) -> str:
    if kind == "limit":
        return f"≤\u00a0{most.replace('.', ',') if language == 'fr' else most}"
    return "✕" if kind == "forbidden" else "!"


def area_lines(places: Places, shown: Sequence[MapScene]) -> tuple[AreaLine, ...]:
    """Every area that these scenes show, in words, what is forbidden first."""
    language = current()
    where: dict[str, list[str]] = {}
    for scene in shown:
        for figure in scene.figures:
            for area in figure.areas:
                where.setdefault(area.id, []).append(scene.id)
    order = ("forbidden", "limit", "warn")
    areas = sorted(places.content.areas, key=lambda area: order.index(area.kind))
    return tuple(
        AreaLine(
            area.kind,
            area.says.in_language(language),
            area.structure.in_language(language),
            area.mark == "R",
            " ".join(dict.fromkeys(where[area.id])),
        )
        for area in areas
        if area.id in where
    )


def place_name(places: Places, point: Point) -> str:
    """The region of a point with its side, in words."""
    region = places.body.figures[point.figure].locate(point.x, point.y)
    return region.name(current()) if region else _("outside every zone")


def on_figure(places: Places, figure: str, points: Iterable[Point]) -> list[Point]:
    """Those points as one figure shows them: its own, and, on the whole body, those that an
    enlargement of it holds."""
    body = places.body
    whole = body.figures[figure].parent is None
    seen = (body.whole_body(point) if whole else point for point in points)
    return [point for point in seen if point.figure == figure]


def dots(points: Iterable[Point]) -> str:
    """A dot in the middle of each cell: a line of no length, with a round end."""
    return "".join(f"M{p.x + 0.5:g} {p.y + 0.5:g}h0" for p in points)


def crosses(points: Iterable[Point], arm: int) -> str:
    """A cross on each cell."""
    return "".join(
        f"M{p.x - arm} {p.y - arm}l{2 * arm} {2 * arm}m0 {-2 * arm}l{-2 * arm} {2 * arm}"
        for p in points
    )


def pluses(points: Iterable[Point], arm: int) -> str:
    """A plus on each cell."""
    return "".join(f"M{p.x - arm} {p.y}h{2 * arm}M{p.x} {p.y - arm}v{2 * arm}" for p in points)


def squares(points: Iterable[Point], arm: int) -> str:
    """A square around each cell."""
    return "".join(f"M{p.x - arm} {p.y - arm}h{2 * arm}v{2 * arm}h{-2 * arm}z" for p in points)


def arrows(pairs: Iterable[tuple[Point, Point]]) -> str:
    """A line from where a point was to where it is."""
    return "".join(f"M{a.x} {a.y}L{b.x} {b.y}" for a, b in pairs)

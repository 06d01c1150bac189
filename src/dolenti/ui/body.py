"""The map of the body as it is shown: for marking where it hurts, and for looking at.

``marking`` makes the control of ``<c-body-figure>`` in a form, ``showing`` the picture of
``<c-body-show>``. Which region a point lies in is ``guideline.body``'s to say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dolenti.guideline.body import WIDTH, BodyMap, Figure, Point, Region, draw, rounded
from dolenti.guideline.body.geometry import read_outline
from dolenti.guideline.knowledge import BodyWords
from dolenti.guideline.once import Itself
from dolenti.ui.language import current

MOST_POINTS = 60
LOOKS = 6  # as many groups have a colour of their own; the number says the rest


@dataclass(frozen=True)
class Mark:
    """A point to show: ``text`` stands in it, ``words`` say it, ``group`` (1 to 6) is its look."""

    point: Point
    text: str
    words: str = ""
    group: int = 1

    @property
    def value(self) -> str:
        """The point as a form sends it."""
        return f"{self.point.figure},{self.point.x},{self.point.y}"


@dataclass(frozen=True)
class Lit:
    """A region that is coloured."""

    shape: str


@dataclass(frozen=True)
class FigureView:
    """One figure to show. ``picture`` and ``targets`` never change with what is marked."""

    id: str
    label: str
    top: int
    height: int
    clip: str
    picture: SafeString
    targets: SafeString
    parent: str
    box: str
    reversed: bool
    marks: tuple[Mark, ...] = ()
    lit: tuple[Lit, ...] = ()
    sides: tuple[str, ...] = ()  # what is written on it, from left to right

    @property
    def says(self) -> str:
        """What the picture shows, in words: its name and its marks."""
        words = [mark.words for mark in self.marks if mark.words]
        return f"{self.label}. {'; '.join(words)}" if words else self.label


@dataclass(frozen=True)
class SceneView:
    """Figures that stand side by side."""

    id: str
    label: str
    figures: tuple[FigureView, ...]


@dataclass(frozen=True)
class Choice:
    """A region in the list."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Marking:
    """Everything ``<c-body-figure>`` shows. ``name`` begins the name of every input."""

    name: str
    legend: str
    whole: SceneView
    enlargements: tuple[SceneView, ...]
    marks: tuple[Mark, ...]
    choices: tuple[tuple[str, tuple[Choice, ...]], ...]
    query: str
    errors: Sequence[str]
    most: int = MOST_POINTS

    @cached_property
    def found(self) -> int:
        """How many regions the list holds."""
        return sum(len(choices) for _, choices in self.choices)


@dataclass(frozen=True)
class Group:
    """What belongs together on a shown figure: one complaint, or one session's injections."""

    label: str
    points: Sequence[Point]
    region: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the legend; ``text`` is what stands in its marks."""

    text: str
    group: int
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Showing:
    """Everything ``<c-body-show>`` shows."""

    scenes: tuple[SceneView, ...]
    lines: tuple[Line, ...]


def marking(
    body: BodyMap,
    *,
    points: Sequence[Point] = (),
    region: str = "",
    query: str = "",
    errors: Sequence[str] = (),
    name: str = "body",
    legend: str = "",
) -> Marking:
    """The control for marking where it hurts.

    ``points`` and ``region`` are what is marked so far, ``query`` filters the list, ``errors``
    stand above it.
    """
    language = current()
    marks = tuple(
        Mark(point, str(number), _place(body, point, language))
        for number, point in enumerate(points, 1)
        if point.figure in body.figures
    )
    lit = _lit(body, (mark.point for mark in marks), (region,))
    scenes = [
        SceneView(
            scene.id,
            scene.label.in_language(language),
            tuple(_view(body, figure, language, name, marks, lit) for figure in scene.figures),
        )
        for scene in body.scenes
    ]
    return Marking(
        name=name,
        legend=legend or _("Where does it hurt?"),
        whole=scenes[0],
        enlargements=tuple(scenes[1:]),
        marks=marks,
        choices=_choices(body, region, query, language),
        query=query,
        errors=errors,
    )


def showing(body: BodyMap, groups: Sequence[Group], name: str = "shown") -> Showing:
    """A picture of several complaints, or of injections: the whole body, and each enlargement
    that holds a point. Several groups are numbered; the points of a single one are."""
    language = current()
    several = len(groups) > 1
    marks = tuple(
        Mark(
            point,
            str(number if several else place),
            f"{number if several else place}\u00a0: {_place(body, point, language)}",
            (number - 1) % LOOKS + 1,
        )
        for number, group in enumerate(groups, 1)
        for place, point in enumerate(group.points, 1)
        if point.figure in body.figures
    )
    lit = _lit(body, (mark.point for mark in marks), [group.region for group in groups])
    scenes: list[SceneView] = []
    for scene in body.scenes:
        views = tuple(_view(body, f, language, name, marks, lit) for f in scene.figures)
        if scenes:
            views = tuple(view for view in views if view.marks)
        if views:
            scenes.append(SceneView(scene.id, scene.label.in_language(language), views))
    if several:
        lines = [
            Line(
                str(number),
                (number - 1) % LOOKS + 1,
                group.label,
                " · ".join(
                    part for part in (group.detail, *_places(body, group, language)) if part
                ),
            )
            for number, group in enumerate(groups, 1)
        ]
    else:
        lines = [Line(mark.text, 1, _place(body, mark.point, language)) for mark in marks]
        lines += [
            Line("", 1, place)
            for group in groups
            for place in _places(body, group, language)
            if not group.points
        ]
    return Showing(tuple(scenes), tuple(lines))


@dataclass(frozen=True)
class ZoneTarget:
    """A part of a figure that stands for a zone; ``on`` where that is chosen."""

    zone: str
    points: str
    shape: str
    on: bool


@dataclass(frozen=True)
class ZoneFigure:
    """The front or the back of the body with its zones."""

    label: str
    top: int
    height: int
    clip: str
    picture: SafeString
    targets: tuple[ZoneTarget, ...]


def by_zone(body: BodyMap, chosen: Collection[str], name: str) -> tuple[ZoneFigure, ...]:
    """The whole body, on which zones are chosen, of no side: what ``ui/body/zones.html`` shows.
    ``name`` is of this picture alone on its page."""
    language = current()
    return tuple(
        ZoneFigure(
            label=figure.label.in_language(language),
            top=figure.window[0],
            height=figure.window[1] - figure.window[0],
            clip=f"{name}-{figure.id}-clip",
            picture=_bare(Itself(body), figure.id, name),
            targets=tuple(
                ZoneTarget(
                    region.zone, corners(region), shape(region, figure), region.zone in chosen
                )
                for region in figure.regions
            ),
        )
        for figure in body.scenes[0].figures
    )


@lru_cache(maxsize=50)
def _bare(kept: Itself[BodyMap], figure_id: str, name: str) -> SafeString:
    """A figure without a word on it: no side is asked."""
    figure = kept.it.figures[figure_id]
    drawn = {
        "drawing": draw(figure, kept.it), "clip": f"{name}-{figure.id}-clip", "words": (),
        "figure": figure,
    }  # fmt: skip
    return SafeString(render_to_string("ui/body/picture.html", drawn).strip())


def _places(body: BodyMap, group: Group, language: str) -> tuple[str, ...]:
    """The names of the regions of a group, each once."""
    chosen = body.regions.get(group.region)
    names = [chosen.name(language)] if chosen else []
    names += [_place(body, p, language) for p in group.points if p.figure in body.figures]
    return tuple(dict.fromkeys(names))


def _place(body: BodyMap, point: Point, language: str) -> str:
    region = body.figures[point.figure].locate(point.x, point.y)
    return region.name(language) if region else _("outside every zone")


def _lit(body: BodyMap, points: Iterable[Point], regions: Iterable[str]) -> set[str]:
    """The regions to colour: those chosen, and those a point lies in, on the whole body too."""
    found = set(regions)
    for point in points:
        for seen in (point, body.whole_body(point)):
            region = body.figures[seen.figure].locate(seen.x, seen.y)
            if region is not None:
                found.add(region.id)
    return found


def _view(
    body: BodyMap,
    figure: Figure,
    language: str,
    name: str,
    marks: Sequence[Mark],
    lit: set[str],
) -> FigureView:
    view = _still(Itself(body), figure.id, language, name)
    here = []
    for mark in marks:
        seen = mark.point if figure.parent else body.whole_body(mark.point)
        if seen.figure == figure.id:
            here.append(Mark(seen, mark.text, mark.words, mark.group))
    shown = tuple(Lit(shape(r, figure)) for r in figure.regions if r.id in lit)
    return replace(view, marks=tuple(here), lit=shown)


@lru_cache(maxsize=200)
def _still(kept: Itself[BodyMap], figure_id: str, language: str, name: str) -> FigureView:
    """A figure with nothing marked: its drawing and its targets, as markup made once."""
    body = kept.it
    figure = body.figures[figure_id]
    clip = f"{name}-{figure.id}-clip"
    top, bottom = figure.window
    words = [_words(written, figure.reversed, language) for written in figure.entry.drawing.words]
    picture = render_to_string(
        "ui/body/picture.html",
        {"drawing": draw(figure, body), "clip": clip, "words": words, "figure": figure},
    )
    targets = render_to_string(
        "ui/body/targets.html",
        {
            "targets": [
                (region, region.name(language), corners(region), shape(region, figure))
                for region in figure.regions
            ]
        },
    )
    return FigureView(
        id=figure.id,
        label=_figure_label(body, figure, language),
        top=top,
        height=bottom - top,
        clip=clip,
        picture=SafeString(picture.strip()),
        targets=SafeString(targets.strip()),
        sides=tuple(says for _x, _y, _anchor, says in sorted(words)),
        parent=figure.parent or "",
        box=" ".join(f"{x} {y}" for x, y in figure.box),
        reversed=figure.reversed,
    )


def _words(written: BodyWords, reverse: bool, language: str) -> tuple[int, int, str, str]:
    """Words on a figure: where, which end of them is there, and the words. They are mirrored with
    the left limb, and read from left to right all the same."""
    ((x, y),) = read_outline(written.at, "words")
    anchor = written.anchor
    if reverse:
        x, anchor = WIDTH - x, "end" if anchor == "start" else "start"
    return x, y, anchor, written.says.in_language(language)


def _figure_label(body: BodyMap, figure: Figure, language: str) -> str:
    """What a figure shows; on an enlargement of one side, with the side."""
    label = figure.label.in_language(language)
    if figure.symmetric:
        return label
    scene = next(s for s in body.scenes if s.id == figure.scene)
    return f"{scene.label.in_language(language)}\u00a0– {label}"


def corners(region: Region) -> str:
    """The outline as the ``points`` of an SVG polygon."""
    return " ".join(f"{x},{y}" for x, y in region.outline)


def shape(region: Region, figure: Figure) -> str:
    """What is coloured of a region, as the data of an SVG path."""
    return rounded(region.outline, sharp_at=WIDTH // 2 if figure.symmetric else None)


def _choices(
    body: BodyMap, chosen: str, query: str, language: str
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """The list by figure: the regions whose name holds every word of the query, and the chosen."""
    words = plain(query).split()
    grouped: dict[str, list[Choice]] = {}
    for region in body.regions.values():
        figure = body.figures.get(region.figure)
        heading = _figure_label(body, figure, language) if figure else _("Everywhere")
        label = region.name(language)
        searched = plain(f"{label} {heading}") if words else ""
        if region.id == chosen or all(word in searched for word in words):
            grouped.setdefault(heading, []).append(Choice(region.id, label, region.id == chosen))
    return tuple((heading, tuple(choices)) for heading, choices in grouped.items())


def plain(text: str) -> str:
    """Small letters without accents, so that “epaule” finds “Épaule”."""
    parts = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()

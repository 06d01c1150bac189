"""Whether a map of the body is a good one: part of ``dolenti knowledge check``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dolenti.guideline.body.drawing import draw
from dolenti.guideline.body.geometry import (
    HEIGHT,
    WIDTH,
    Outline,
    crosses_itself,
    mirrored_outline,
    overlaps,
    read_outline,
    twice_area,
)
from dolenti.guideline.body.map import BodyMap, Figure, read_map
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Body


def problems(body: Body, zones: set[str]) -> Iterator[tuple[str, str]]:
    """Everything that does not hold, as (the entry, what is wrong with it). Nothing: a good map."""
    try:
        made = read_map(body)
    except InputError as error:
        yield error.where, error.what
        return
    shown = Counter(name for scene in body.atlas.scenes for name in scene.figures)
    scenes = {scene.id for scene in made.scenes}
    for entry in body.figures:
        if shown[entry.id] != 1:
            yield entry.id, f"is shown in {shown[entry.id]} scenes; a figure belongs to one"
        if (entry.symmetry == "midline") != (entry.viewer_left is not None):
            yield entry.id, "viewer_left is for figures that show both sides, and only for them"
    for region in made.regions.values():
        if region.zone not in zones:
            yield region.id, f"“{region.zone}” is no zone"
        if region.opens is not None and region.opens not in scenes:
            yield region.id, f"opens “{region.opens}”, which is no scene"
    for figure in made.figures.values():
        if not figure.reversed:  # the left limb is the right one's mirror: the same again
            yield from _figure(figure, made)


def _figure(figure: Figure, made: BodyMap) -> Iterator[tuple[str, str]]:
    names = Counter(region.id for region in figure.entry.regions)
    yield from ((f"{figure.id}/{name}", "is there twice") for name in names if names[name] > 1)
    sound: list[tuple[str, Outline]] = []
    for shape, entry in zip(figure.shapes, figure.entry.regions, strict=True):
        name = f"{figure.id}/{entry.id}"
        wrong = list(outline_problems(shape.outline))
        if figure.symmetric and entry.paired and max(x for x, _ in shape.outline) > WIDTH // 2:
            wrong.append("is drawn on both sides; draw the viewer's left, it is mirrored")
        if figure.symmetric and not entry.paired and not _symmetric(shape.outline):
            wrong.append("lies on the midline and is not the same on both sides")
        yield from ((name, problem) for problem in wrong)
        if not wrong:
            sound.append((name, shape.outline))
    for one, other, (x, y) in overlaps([outline for _, outline in sound]):
        yield sound[one][0], f"overlaps {sound[other][0]} at {x},{y}"
    yield from _surroundings(figure, made)


def _surroundings(figure: Figure, made: BodyMap) -> Iterator[tuple[str, str]]:
    top, bottom = figure.window
    if not 0 <= top < bottom <= HEIGHT:
        yield figure.id, "the window must go from a row of the grid to a lower one"
    if figure.parent is not None:
        parent = made.figures.get(figure.parent)
        if parent is None or parent.parent is not None:
            yield figure.id, f"“{figure.parent}” is not a figure of the whole body"
        if not all(_on_grid(corner) for corner in figure.box):
            yield figure.id, "its box reaches beyond the parent's grid"
    try:
        draw(figure, made)
        for words in figure.entry.drawing.words:
            read_outline(words.at, f"body/{figure.entry.id}.yaml: words")
    except InputError as error:
        yield error.where, error.what


def outline_problems(outline: Outline) -> Iterator[str]:
    """What is wrong with an outline of three corners or more, by itself."""
    if not all(_on_grid(corner) for corner in outline):
        yield f"reaches beyond the grid of {WIDTH} x {HEIGHT}"
    if crosses_itself(outline):
        yield "crosses or touches itself"
    elif twice_area(outline) == 0:
        yield "has no surface"


def _on_grid(corner: tuple[int, int]) -> bool:
    return 0 <= corner[0] <= WIDTH and 0 <= corner[1] <= HEIGHT


def _symmetric(outline: Outline) -> bool:
    return set(mirrored_outline(outline)) == set(outline)

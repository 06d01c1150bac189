"""A map to look at, and two maps held against each other: on the figure and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dolenti.clinic.injections.control import needle_label, technique_labels
from dolenti.clinic.injections.figures import (
    Layer,
    MapFigure,
    MapScene,
    arrows,
    crosses,
    dots,
    on_figure,
    place_name,
    pluses,
    scenes,
    squares,
)
from dolenti.guideline.body import Point
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.session import DrawnMap, InjectedPoint, Places, compare, reach_of
from dolenti.ui.language import current

LOOKS = {
    "nappage": "dot", "intra-epidermal": "dot", "papule": "ring", "deep-intradermal": "ring",
    "point-by-point": "deep", "hypodermic": "deep",
}  # fmt: skip
ARM = 11
"""Half the size of a plus, a cross, a square: cells."""


@dataclass(frozen=True)
class PointLine:
    """Points of one place that are made alike; ``look`` is how they are drawn."""

    look: str
    count: int
    place: str
    how: str


@dataclass(frozen=True)
class Shown:
    """Everything ``shown.html`` shows of one map."""

    scenes: tuple[MapScene, ...]
    lines: tuple[PointLine, ...]
    total: str
    device: str


@dataclass(frozen=True)
class Part:
    """What two maps have in common or not: its name, its mark, its points in words."""

    look: str
    label: str
    lines: tuple[PointLine, ...]

    @property
    def count(self) -> int:
        """How many points it holds."""
        return sum(line.count for line in self.lines)


@dataclass(frozen=True)
class Compared:
    """Everything ``compare.html`` shows of two maps."""

    scenes: tuple[MapScene, ...]
    parts: tuple[Part, ...]
    says: str


def shown(places: Places, drawn: DrawnMap, name: str = "map") -> Shown:
    """A map to look at. One of another edition of the figure is said in words alone: its places are
    not those of today's drawing."""
    points = [one.injected for one in drawn.points]
    here = drawn.edition == places.body.edition
    device = next(one for one in places.content.devices if one.id == drawn.device)
    total = drawn.injection(Decimal(0)).injected_ml
    layers: dict[str, list[Point]] = {}
    for one in points:
        look = LOOKS[one.technique]
        layers.setdefault(look, []).append(one.point)
        if look == "ring":
            layers.setdefault("ring-hole", []).append(one.point)

    def drawn_on(figure: str) -> dict[str, str]:
        return {look: dots(on_figure(places, figure, of)) for look, of in layers.items()}

    return Shown(
        scenes=_scenes(places, name, points, drawn_on) if here else (),
        lines=_lines(places, points),
        total=number_in_words(float(total), "mL", current()),
        device=device.label.in_language(current()),
    )


def compared(places: Places, before: DrawnMap, after: DrawnMap, name: str = "map") -> Compared:
    """Two maps: what stayed, what was added, left out, moved, or is made otherwise."""
    found = compare(
        [one.injected for one in before.points],
        [one.injected for one in after.points],
        reach_of(places),
    )
    moved_to = [one.after for one in found.moved]
    changed = [one.after for one in found.changed]

    def at(points: Sequence[InjectedPoint], figure: str) -> list[Point]:
        return on_figure(places, figure, [one.point for one in points])

    def drawn_on(figure: str) -> dict[str, str]:
        left = at([one.before for one in found.moved], figure)
        come = at(moved_to, figure)
        return {
            "same": dots(at(found.same, figure)),
            "moved-way": arrows(zip(left, come, strict=True)),
            "moved": dots(come),
            "changed": squares(at(changed, figure), ARM),
            "removed": crosses(at(found.removed, figure), ARM),
            "added": pluses(at(found.added, figure), ARM),
        }

    here = {before.edition, after.edition} == {places.body.edition}
    every = [*found.same, *moved_to, *changed, *found.removed, *found.added]
    parts = [
        ("added", pgettext("compared maps", "Added"), found.added),
        ("removed", pgettext("compared maps", "Removed"), found.removed),
        ("moved", pgettext("compared maps", "Moved"), moved_to),
        ("changed", pgettext("compared maps", "Injected differently"), changed),
        ("same", pgettext("compared maps", "As before"), found.same),
    ]
    made = tuple(
        Part(look, label, _lines(places, points, look)) for look, label, points in parts if points
    )
    return Compared(
        scenes=_scenes(places, name, every, drawn_on) if here else (),
        parts=made,
        says=", ".join(f"{part.label}\u00a0: {part.count}" for part in made)
        or _("No point on either map."),
    )


def _scenes(
    places: Places,
    name: str,
    points: Sequence[InjectedPoint],
    drawn_on: Callable[[str], dict[str, str]],
) -> tuple[MapScene, ...]:
    """The whole body, and each enlargement that holds a point."""
    used = {one.point.figure for one in points}

    def figure(one: MapFigure) -> MapFigure:
        layers = tuple(Layer(look, path) for look, path in drawn_on(one.view.id).items() if path)
        return replace(one, layers=layers)

    kept = []
    for place, scene in enumerate(scenes(places, name)):
        figures = scene.figures
        if place:
            figures = tuple(one for one in figures if one.view.id in used)
        if figures:
            kept.append(replace(scene, figures=tuple(map(figure, figures))))
    return tuple(kept)


def _lines(
    places: Places, points: Sequence[InjectedPoint], look: str | None = None
) -> tuple[PointLine, ...]:
    """Points in words: those of one place that are made alike are one line."""
    counted = Counter(
        (look or LOOKS[one.technique], place_name(places, one.point), in_words(places, one))
        for one in points
    )
    return tuple(PointLine(of, n, place, how) for (of, place, how), n in counted.items())


def in_words(places: Places, one: InjectedPoint) -> str:
    """“Nappage · 1 mm · 0,02 mL · 27 G × 4 mm”."""
    language = current()
    parts = [
        technique_labels(places)[one.technique].in_language(language),
        number_in_words(float(one.depth_mm), "mm", language),
    ]
    if one.volume_ml is not None:
        parts.append(number_in_words(float(one.volume_ml), "mL", language))
    needle = next((n for n in places.content.needles if n.id == one.needle), None)
    if needle is not None:
        parts.append(needle_label(needle))
    return " · ".join(parts)

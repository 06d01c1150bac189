"""What is found of the points of an injection: each point by itself, then all against the syringe.

Depths are in mm, volumes in mL, all decimal: sums are exact, and a total equal to what was prepared
is not above it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dolenti.guideline.body import Point
from dolenti.guideline.knowledge import Severity, Text
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.session.content import found
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.findings import Finding, gravest_first
from dolenti.guideline.session.map.places import Places
from dolenti.guideline.session.shapes.common import Said
from dolenti.guideline.session.shapes.places import TechniqueDefault, Usual


@dataclass(frozen=True, slots=True)
class InjectedPoint:
    """One point: where, by which technique, how deep, how much, with which needle.

    ``volume_ml`` is ``None`` where the technique counts only the whole; ``needle`` where nobody
    said which.
    """

    point: Point
    technique: str
    depth_mm: Decimal
    volume_ml: Decimal | None = None
    needle: str | None = None


@dataclass(frozen=True, slots=True)
class Injection:
    """All the points of a session, against what was prepared (mL).

    ``total_ml`` is what was injected in all, where volumes per point are not counted; ``bmi`` is
    the patient's, ``None`` where it is not known. ``tubing``: the device has one.
    """

    points: tuple[InjectedPoint, ...]
    prepared_ml: Decimal
    total_ml: Decimal | None = None
    bmi: float | None = None
    device: str = "by-hand"
    tubing: bool = False

    @property
    def injected_ml(self) -> Decimal:
        """What is injected in all: the sum of the points, or the total where that is greater."""
        points = sum((p.volume_ml for p in self.points if p.volume_ml is not None), Decimal(0))
        return max(points, self.total_ml or Decimal(0))


def judge_point(
    places: Places, point: InjectedPoint, *, bmi: float | None = None
) -> tuple[Finding, ...]:
    """What is found of one point, what stops it first.

    Raises ``InputError`` for a figure, a technique or a needle that there is not, and for a point
    off the grid.
    """
    return gravest_first([*_Look(places, point, bmi, None).findings()])


def judge_injection(places: Places, injection: Injection) -> tuple[Finding, ...]:
    """What is found of every point (``about`` is its number, from 1) and of their sum."""
    findings = [
        finding
        for number, point in enumerate(injection.points, 1)
        for finding in _Look(places, point, injection.bmi, str(number)).findings()
    ]
    return gravest_first(
        [*findings, *_of_the_sum(places, injection), *_of_the_device(places, injection)]
    )


class _Look:
    """One point before the rules of the map."""

    def __init__(
        self, places: Places, one: InjectedPoint, bmi: float | None, about: str | None
    ) -> None:
        self._places, self._one, self._bmi, self._about = places, one, bmi, about
        self._technique = _technique(places, one.technique)
        self._place = places.at(one.point)

    def findings(self) -> Iterator[Finding]:
        yield from self._of_the_place()
        yield from self._of_the_areas()
        yield from self._of_the_depth()
        yield from self._of_the_volume()
        yield from self._of_the_needle()

    def _say(self, entry: Said, severity: Severity, detail: Text | None = None) -> Finding:
        return Finding.of(self._places.edition, entry, severity, detail=detail, about=self._about)

    def _rule(self, name: str, severity: Severity, detail: Text | None = None) -> Finding:
        rules = self._places.content.places.rules
        return self._say(found(rules, name, "map rules"), severity, detail)

    def _usual(self) -> tuple[Usual, ...]:
        """What is usual of this technique in this zone."""
        use = self._place.use
        usual = use.usual if use is not None else ()
        return tuple(one for one in usual if one.technique == self._one.technique)

    def _of_the_place(self) -> Iterator[Finding]:
        place = self._place
        if not place.on_body:
            yield self._rule("outside-the-body", "block")
        elif place.region is None:
            yield self._rule("outside-every-region", "block")
        elif place.use is not None and not self._usual():
            yield self._rule("not-usual-here", "info")

    def _of_the_areas(self) -> Iterator[Finding]:
        depth = self._one.depth_mm
        for area in self._place.areas:
            if area.kind == "forbidden":
                yield self._say(area, "block")
            elif area.max_depth_mm is not None and depth > exact(area.max_depth_mm):
                yield self._say(area, "block", no_more_than(depth, area.max_depth_mm))
            elif area.kind == "warn":
                yield self._say(area, "warn")

    def _of_the_depth(self) -> Iterator[Finding]:
        depth, place = self._one.depth_mm, self._place
        low, high = self._technique.depth_mm
        if not exact(low) <= depth <= exact(high):
            yield self._rule("depth-outside-technique", "block", in_range(depth, low, high, "mm"))
        for most in (use.max_depth_mm for use in self._usual()):
            if most is not None and depth > exact(most):
                yield self._rule("deeper-than-usual", "override", no_more_than(depth, most))
        # On the chest of a lean patient; where nobody knows who is lean, it is said.
        lean = self._places.content.places.lean
        region = self._places.base_region(place.region) if place.region is not None else None
        on_chest = place.zone in lean.zones or region in lean.regions
        may_be_lean = self._bmi is None or self._bmi < lean.bmi_under
        if on_chest and may_be_lean and depth > exact(lean.max_depth_mm):
            severity: Severity = "override" if self._bmi is None else "block"
            yield self._say(lean, severity, no_more_than(depth, lean.max_depth_mm))

    def _of_the_volume(self) -> Iterator[Finding]:
        volume, span = self._one.volume_ml, self._technique.volume_ml
        if volume is None:
            if span is not None:
                yield self._rule("volume-not-known", "block")
        elif volume <= 0:
            yield self._rule("volume-outside-technique", "block")
        elif span is not None and not exact(span[0]) <= volume <= exact(span[1]):
            yield self._rule("volume-outside-technique", "override", in_range(volume, *span, "mL"))

    def _of_the_needle(self) -> Iterator[Finding]:
        if self._one.needle is None:
            return
        needle = found(self._places.content.needles, self._one.needle, "needles")
        length, allowed = exact(needle.length_mm), self._place.depth_mm
        if length < self._one.depth_mm:
            yield self._rule("needle-too-short", "override")
        if self._place.may_inject and allowed is not None and length > allowed:
            yield self._rule("needle-too-long", "warn")


def _of_the_sum(places: Places, injection: Injection) -> Iterator[Finding]:
    content = places.content.places

    def rule(name: str, severity: Severity, detail: Text | None = None) -> Finding:
        entry = found(content.rules, name, "map rules")
        return Finding.of(places.edition, entry, severity, detail=detail)

    total, prepared = injection.injected_ml, injection.prepared_ml
    both = part_of(total, prepared)
    dead = exact(content.dead_space.with_tubing_ml if injection.tubing else content.dead_space.ml)
    if total > prepared:
        yield rule("more-than-prepared", "block", both)
    elif injection.points and total + dead > prepared:
        yield rule("no-room-for-dead-space", "warn", both)
    counts = [one for one in injection.points if one.volume_ml is None]
    if counts and injection.total_ml is None:
        yield rule("volume-not-known", "block")
    # In one zone the usual total is that of the zone; over several there is none.
    zones = Counter(places.at(one.point).zone for one in injection.points)
    if len(zones) == 1:
        use = next((use for use in places.content.zones if use.zone == next(iter(zones))), None)
        if use is not None and total > exact(use.total_ml[1]):
            yield rule("more-than-usual", "warn", part_of(total, exact(use.total_ml[1])))


def _of_the_device(places: Places, injection: Injection) -> Iterator[Finding]:
    device = found(places.content.devices, injection.device, "devices")
    if device.forbidden:
        entry = found(places.content.places.rules, "forbidden-device", "map rules")
        yield Finding.of(places.edition, entry, "block", detail=device.label)


def _technique(places: Places, name: str) -> TechniqueDefault:
    by_id = {one.technique: one for one in places.content.techniques}
    if name not in by_id:
        found((), name, "techniques")
    return by_id[name]


def _shown(value: Decimal | float, unit: str, language: str) -> str:
    return number_in_words(float(value), unit, language)


def no_more_than(depth: Decimal, most: float) -> Text:
    """A depth against the greatest."""
    return Text(
        fr=f"{_shown(depth, 'mm', 'fr')}\u00a0; au plus {_shown(most, 'mm', 'fr')}",
        en=f"{_shown(depth, 'mm', 'en')}; at most {_shown(most, 'mm', 'en')}",
    )


def in_range(value: Decimal, low: float, high: float, unit: str) -> Text:
    """A value against the range of a technique."""
    return Text(
        fr=f"{_shown(value, unit, 'fr')}\u00a0; de {_shown(low, unit, 'fr')} à "
        f"{_shown(high, unit, 'fr')}",
        en=f"{_shown(value, unit, 'en')}; from {_shown(low, unit, 'en')} to "
        f"{_shown(high, unit, 'en')}",
    )


def part_of(part: Decimal, whole: Decimal) -> Text:
    """A volume against the whole."""
    return Text(
        fr=f"{_shown(part, 'mL', 'fr')} pour {_shown(whole, 'mL', 'fr')}",
        en=f"{_shown(part, 'mL', 'en')} of {_shown(whole, 'mL', 'en')}",
    )

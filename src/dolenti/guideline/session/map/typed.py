"""What is found of an injection that was typed, without a map: its depth, the volume of a point and
its needle are held against the same ranges as the points of a map are. Where each point lies nobody
said, so the areas are not asked; of the zone, what is usual in the zone of the pain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Severity, Text
from dolenti.guideline.session.content import found
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.findings import Finding, gravest_first
from dolenti.guideline.session.map.places import Places
from dolenti.guideline.session.map.points import in_range, no_more_than, part_of
from dolenti.guideline.session.shapes.places import TechniqueDefault


@dataclass(frozen=True, slots=True)
class TypedInjection:
    """What somebody typed; ``None`` and empty are what nobody said. ``zone`` is that of the pain,
    where it is one; volumes are in mL, the depth in mm."""

    technique: str = ""
    depth_mm: Decimal | None = None
    points: int | None = None
    per_point_ml: Decimal | None = None
    total_ml: Decimal | None = None
    needle: str = ""
    device: str = ""
    zone: str = ""

    @property
    def of_a_point(self) -> Decimal | None:
        """How much a point holds: as it was typed, else as the whole and the number say."""
        if self.per_point_ml is not None or not self.points or self.total_ml is None:
            return self.per_point_ml
        return self.total_ml / self.points


def insist_countable(places: Places, points: int | None) -> None:
    """Raises ``InputError`` for more points than anybody makes."""
    most = places.content.places.most_points
    if points is not None and points > most:
        raise InputError(
            f"{points} points: at most {most} are recorded, check the number",
            "points",
            fr=f"{points} points\u00a0: {most} au plus, vérifiez le nombre",
        )


def judge_typed(places: Places, typed: TypedInjection) -> tuple[Finding, ...]:
    """What is found of what was typed, what stops it first."""
    return gravest_first([*_Typed(places, typed).findings()])


class _Typed:
    def __init__(self, places: Places, typed: TypedInjection) -> None:
        self._places, self._typed = places, typed
        known = places.content.techniques
        named = tuple(one for one in known if one.technique == typed.technique)
        # Where nobody said by which technique, what none of them allows is still not done.
        self._techniques: tuple[TechniqueDefault, ...] = named or tuple(known)

    def findings(self) -> Iterator[Finding]:
        if self._typed.depth_mm is not None:
            yield from self._of_the_depth(self._typed.depth_mm)
        volume = self._typed.of_a_point
        if volume is not None:
            yield from self._of_a_point(volume)
        yield from self._of_the_zone()
        if self._typed.device:
            device = found(self._places.content.devices, self._typed.device, "devices")
            if device.forbidden:
                yield self._rule("forbidden-device", "block", device.label)

    def _rule(self, name: str, severity: Severity, detail: Text | None = None) -> Finding:
        entry = found(self._places.content.places.rules, name, "map rules")
        return Finding.of(self._places.edition, entry, severity, detail=detail)

    def _of_the_depth(self, depth: Decimal) -> Iterator[Finding]:
        spans = [one.depth_mm for one in self._techniques]
        if not any(exact(low) <= depth <= exact(high) for low, high in spans):
            low, high = min(one[0] for one in spans), max(one[1] for one in spans)
            detail = in_range(depth, low, high, "mm")
            yield self._rule("depth-outside-technique", "block", detail)
        if self._typed.needle:
            needle = found(self._places.content.needles, self._typed.needle, "needles")
            if exact(needle.length_mm) < depth:
                detail = no_more_than(depth, needle.length_mm)
                yield self._rule("needle-too-short", "override", detail)

    def _of_a_point(self, volume: Decimal) -> Iterator[Finding]:
        spans = [one.volume_ml for one in self._techniques]
        if volume <= 0:
            yield self._rule("volume-outside-technique", "block")
            return
        said = [one for one in spans if one is not None]
        if len(said) < len(spans) and self._typed.technique:
            return  # of this technique only the whole is counted
        if not any(exact(low) <= volume <= exact(high) for low, high in said):
            low, high = min(one[0] for one in said), max(one[1] for one in said)
            detail = in_range(volume, low, high, "mL")
            yield self._rule("volume-outside-technique", "override", detail)

    def _of_the_zone(self) -> Iterator[Finding]:
        content, typed = self._places.content, self._typed
        use = next((one for one in content.zones if one.zone == typed.zone), None)
        if use is None:
            return
        if typed.depth_mm is not None:
            usual = [one for one in use.usual if one.technique == typed.technique]
            for most in (one.max_depth_mm for one in usual):
                if most is not None and typed.depth_mm > exact(most):
                    detail = no_more_than(typed.depth_mm, most)
                    yield self._rule("deeper-than-usual", "override", detail)
        if typed.total_ml is not None and typed.total_ml > exact(use.total_ml[1]):
            detail = part_of(typed.total_ml, exact(use.total_ml[1]))
            yield self._rule("more-than-usual", "warn", detail)


__all__ = ["TypedInjection", "insist_countable", "judge_typed"]

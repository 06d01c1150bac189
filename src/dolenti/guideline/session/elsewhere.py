"""Whether an act is where it was meant to be: the place and the side of the pain that is treated,
which the patient agreed to. A place or a side that nobody said is not held against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dolenti.guideline.body import Region
from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.session.content import content, found
from dolenti.guideline.session.findings import Finding
from dolenti.guideline.session.map.drawn import DrawnMap
from dolenti.guideline.session.map.places import Places

ZONE: Final = "outside-the-zone"
SIDE: Final = "outside-the-side"


@dataclass(frozen=True, slots=True)
class Meant:
    """Where the pain is: the zones where it may be, and its side, ``""`` or ``both`` for either."""

    zones: Sequence[str]
    side: str


@dataclass(frozen=True, slots=True)
class Where:
    """Where the act is: a zone, a side where it has one, and its name."""

    zone: str
    side: str
    label: Text


def places_of(places: Places, drawn: DrawnMap) -> tuple[Where, ...]:
    """The places of the points of a map, each once, in their order. A map of another edition of the
    figure has none that is known today."""
    if drawn.edition != places.body.edition:
        return ()
    regions = (places.at(one.injected.point).region for one in drawn.points)
    return tuple(dict.fromkeys(where_of(one) for one in regions if one is not None))


def place_of_target(places: Places, target: str) -> tuple[Where, ...]:
    """Where a target of an infiltration lies; its side is that of the pain."""
    targets = content(places.edition).targets
    return tuple(Where(one.zone, "", one.label) for one in targets if one.id == target)


def place_of_nerve(places: Places, nerve: str) -> tuple[Where, ...]:
    """Where a nerve that may be frozen lies; its side is that of the pain."""
    region_of = {one.id: one.region for one in content(places.edition).nerves}
    zones = {
        places.base_region(shape.drawn): shape.drawn.zone
        for figure in places.body.figures.values()
        for shape in figure.shapes
    }
    label = content(places.edition).nerve_labels.get(nerve)
    zone = zones.get(region_of.get(nerve, ""))
    return () if label is None or zone is None else (Where(zone, "", label),)


def strays(meant: Meant, one: Where) -> str | None:
    """The rule that a place is against: of another zone, or of the other side; ``None`` where it is
    as it was meant."""
    if meant.zones and one.zone not in meant.zones:
        return ZONE
    return SIDE if {meant.side, one.side} == {"left", "right"} else None


def judge_places(edition: Edition, meant: Meant, given: Iterable[Where]) -> tuple[Finding, ...]:
    """What is found of where an act is: each rule once, with the places that it speaks of."""
    there = [(strays(meant, one), one) for one in given]
    found_there = {rule: [one for said, one in there if said == rule] for rule in (ZONE, SIDE)}
    return tuple(_said(edition, rule, ones) for rule, ones in found_there.items() if ones)


def astray(places: Places, drawn: DrawnMap, meant: Meant) -> dict[str, tuple[int, ...]]:
    """The points of a map that are not where it was meant, by their numbers, from 1, by the rule
    that says so."""
    found: dict[str, list[int]] = {}
    for number, one in enumerate(drawn.points, 1):
        region = places.at(one.injected.point).region
        rule = strays(meant, where_of(region)) if region is not None else None
        if rule is not None:
            found.setdefault(rule, []).append(number)
    return {rule: tuple(numbers) for rule, numbers in found.items()}


def where_of(region: Region) -> Where:
    """A place of the figure, as it is held against what was meant."""
    label = Text(fr=region.name("fr"), en=region.name("en"))
    return Where(region.zone, region.side or "", label)


def _said(edition: Edition, rule: str, there: Sequence[Where]) -> Finding:
    entry = found(content(edition).places.rules, rule, "map rules")
    detail = Text(
        fr="\u00a0; ".join(one.label.fr for one in there) + ".",
        en="; ".join(one.label.en for one in there) + ".",
    )
    return Finding.of(edition, entry, "override", detail=detail)

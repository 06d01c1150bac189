"""What the list of places offers is accepted, whatever the technique and wherever the pain is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

import pytest

from dolenti.guideline import load_folder, session
from dolenti.guideline.body import Point, Region
from dolenti.guideline.session import DrawnMap, DrawnPoint, Meant, Spot
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.map.masks import Mask
from dolenti.guideline.session.shapes.places import TechniqueDefault

PLACES = session.places(load_folder())
TECHNIQUES = {one.technique: one for one in PLACES.content.techniques}
DRAWN = [one for one in PLACES.body.regions.values() if one.outline]
ZONES = sorted({one.zone for one in DRAWN})


@cache
def offered() -> Mapping[str, Spot]:
    """What the list offers, by place: looked for by the first test, not by whoever collects."""
    return {one.id: spot for one in DRAWN if (spot := session.spot(PLACES, one)) is not None}


def map_with(region: Region, spot: Spot, technique: TechniqueDefault) -> DrawnMap:
    """A point as the list puts it: as deep as is usual, or as the place allows."""
    usual = exact(technique.default_depth_mm)
    depth = usual if spot.most_mm is None else min(usual, spot.most_mm)
    volume = technique.default_volume_ml
    point = DrawnPoint(
        figure=region.figure, x=spot.x, y=spot.y, technique=technique.technique, depth_mm=depth,
        volume_ml=None if volume is None else exact(volume),
    )  # fmt: skip
    total = Decimal(1) if volume is None else None
    return DrawnMap(edition=PLACES.body.edition, points=(point,), total_ml=total)


def takes(spot: Spot, technique: TechniqueDefault) -> bool:
    """Whether some depth of a technique is allowed there; else the list does not offer it."""
    return spot.most_mm is None or exact(technique.depth_mm[0]) <= spot.most_mm


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_every_place_that_is_offered_is_accepted(technique: str) -> None:
    known = TECHNIQUES[technique]
    for name, spot in offered().items():
        if takes(spot, known):
            drawn = map_with(PLACES.body.regions[name], spot, known)
            session.insist_injectable(PLACES, drawn, Decimal(5))  # raises where one stops it


@pytest.mark.parametrize("zone", ZONES)
def test_no_place_is_refused_for_lying_elsewhere_than_the_pain(zone: str) -> None:
    """It is gone past with a reason, and said of each point that it is about."""
    for side in ("", "left", "right", "both"):
        for name, spot in offered().items():
            region = PLACES.body.regions[name]
            drawn = map_with(region, spot, TECHNIQUES["nappage"])
            meant = Meant((zone,), side)
            found = session.judge_places(PLACES.edition, meant, session.places_of(PLACES, drawn))
            assert {one.severity for one in found} <= {"override"}
            numbers = session.astray(PLACES, drawn, meant)
            assert numbers == {one.rule: (1,) for one in found}
            across = {side, region.side} == {"left", "right"}
            assert bool(found) == (region.zone != zone or across)


def test_a_spot_lies_in_its_place() -> None:
    for name, spot in offered().items():
        region = PLACES.body.regions[name]
        at = PLACES.at(Point(region.figure, spot.x, spot.y))
        assert at.may_inject
        assert at.region == region
        assert at.depth_mm == spot.most_mm


@pytest.mark.parametrize("region", ["front/neck-front", "knee-back-left/popliteal-fossa"])
def test_a_place_that_is_forbidden_has_no_spot(region: str) -> None:
    assert region not in offered()
    mask = Mask.of([PLACES.body.regions[region].outline])
    figure = PLACES.body.regions[region].figure
    assert not any(PLACES.at(Point(figure, x, y)).may_inject for x, y in list(mask.cells())[::97])


def test_the_upper_trapezius_is_offered_on_the_body() -> None:
    """The middle of its outline lies above the shoulder."""
    for side in ("left", "right"):
        region = PLACES.body.regions[f"spine/trapezius-{side}"]
        assert not PLACES.at(region.middle).on_body
        assert offered()[region.id].most_mm == 4


def test_on_the_chest_of_a_lean_patient_the_list_offers_no_more_than_the_rule() -> None:
    region = PLACES.body.regions["spine/thoracic-upper-midline"]
    known = {bmi: session.spot(PLACES, region, bmi) for bmi in (None, 19.0, 24.0)}
    depths = {bmi: spot.most_mm for bmi, spot in known.items() if spot is not None}
    assert depths == {None: 6, 19.0: 4, 24.0: 6}

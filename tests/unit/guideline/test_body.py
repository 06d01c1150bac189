"""The map of the body: one region at most for a point, the same on both sides, large enough."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import body, load_folder
from dolenti.guideline.body.drawing import ROUNDED
from dolenti.guideline.body.geometry import (
    contains,
    crosses_itself,
    holds_square,
    mirror,
    mirrored_outline,
    overlaps,
    read_outline,
)
from dolenti.guideline.errors import InputError

EDITION = load_folder()
MAP = body.body_map(EDITION)
# At 360 px wide a figure has at least this width, and a finger needs 44 px in both directions.
NARROWEST = 280
TARGET = math.ceil(44 * body.WIDTH / NARROWEST)

columns = st.integers(0, body.WIDTH - 1)
rows_down = st.integers(0, body.HEIGHT - 1)
figures = st.sampled_from(sorted(MAP.figures))


def other_side(name: str) -> str:
    swap = {"right": "left", "left": "right"}
    head, _, last = name.rpartition("-")
    return f"{head}-{swap[last]}" if last in swap else name


def test_the_shipped_map_has_no_problem() -> None:
    assert EDITION.body is not None
    zones = {zone.id for zone in EDITION.zones}
    assert list(body.problems(EDITION.body, zones)) == []


def test_every_zone_of_the_knowledge_has_a_region() -> None:
    assert {region.zone for region in MAP.regions.values()} == {z.id for z in EDITION.zones}


@pytest.mark.parametrize("name", sorted(MAP.figures))
def test_every_region_is_large_enough_for_a_finger(name: str) -> None:
    small = [r.id for r in MAP.figures[name].regions if not holds_square(r.outline, TARGET)]
    assert small == []


@given(figures, columns, rows_down)
def test_a_point_lies_in_at_most_one_region(name: str, x: int, y: int) -> None:
    figure = MAP.figures[name]
    flipped = figure.reversed or (figure.symmetric and x >= body.WIDTH // 2)
    column = mirror(x) if flipped else x
    holding = [shape for shape in figure.shapes if contains(shape.outline, column, y)]
    assert len(holding) <= 1
    assert (figure.locate(x, y) is None) == (holding == [])


@given(figures, columns, rows_down)
def test_the_mirrored_point_lies_in_the_mirrored_region(name: str, x: int, y: int) -> None:
    figure = MAP.figures[name]
    twin = figure if figure.symmetric else MAP.figures[other_side(name)]
    here, there = figure.locate(x, y), twin.locate(mirror(x), y)
    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert there.zone == here.zone
        assert there.side == {"right": "left", "left": "right", None: None}[here.side]


def test_on_the_front_the_patients_right_is_on_the_viewers_left() -> None:
    knee = body.locate(MAP, "front", 415, 1360)
    assert knee is not None
    assert (knee.zone, knee.side) == ("knee", "right")
    behind = body.locate(MAP, "back", 415, 1360)
    assert behind is not None
    assert (behind.zone, behind.side) == ("knee", "left")


def test_an_enlarged_region_shows_on_the_whole_body_in_the_same_zone_and_side() -> None:
    for figure in MAP.figures.values():
        if figure.parent is None:
            continue
        for region in figure.regions:
            seen = MAP.whole_body(region.middle)
            below = body.locate(MAP, seen.figure, seen.x, seen.y)
            assert below is not None, region.id
            assert below.zone == region.zone, region.id
            assert None in (below.side, region.side) or below.side == region.side, region.id


def test_the_head_is_in_no_zone() -> None:
    assert body.locate(MAP, "front", 500, 150) is None


@pytest.mark.parametrize("figure,x,y", [("nose", 1, 1), ("front", 1000, 0), ("front", 0, -1)])
def test_a_point_that_cannot_be_is_refused(figure: str, x: int, y: int) -> None:
    with pytest.raises(InputError):
        body.locate(MAP, figure, x, y)


def test_a_slanted_border_gives_its_cells_to_the_outline_on_its_right() -> None:
    left, right = read_outline("0,0 10,10 0,10", "left"), read_outline("0,0 10,0 10,10", "right")
    for x in range(10):
        assert not contains(left, x, x)
        assert contains(right, x, x)
    assert list(overlaps([left, right])) == []


def test_overlaps_and_crossings_are_found() -> None:
    square = read_outline("0,0 10,0 10,10 0,10", "square")
    assert list(overlaps([square, read_outline("9,9 20,9 20,20 9,20", "other")])) == [
        (0, 1, (9, 9))
    ]
    assert crosses_itself(read_outline("0,0 10,10 10,0 0,10", "bow"))
    assert not crosses_itself(square)


@given(columns, rows_down)
def test_mirroring_an_outline_twice_changes_nothing(x: int, y: int) -> None:
    outline = ((x, y), (x + 1, y), (x, y + 1))
    assert mirrored_outline(mirrored_outline(outline)) == outline


def test_what_is_coloured_of_a_region_is_its_outline_with_round_corners() -> None:
    """Of each region: a curve at each corner that is not on the middle, no point of it farther than
    a right angle allows from the outline that says what lies in the region."""
    for figure in MAP.figures.values():
        middle = body.WIDTH // 2 if figure.symmetric else None
        for region in figure.regions:
            drawn = body.rounded(region.outline, sharp_at=middle)
            assert drawn.count("Q") == sum(x != middle for x, _ in region.outline)
            numbers = [int(one) for one in re.findall(r"-?\d+", drawn)]
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            for point in points:
                assert min(math.dist(point, corner) for corner in region.outline) <= ROUNDED + 1

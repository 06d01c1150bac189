"""Injection patterns: where, how deep, how much, and totals that add up exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import dist

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Citation, Technique, Text
from dolenti.guideline.loading import SHIPPED
from dolenti.guideline.patterns import (
    MOST_POINTS,
    Component,
    Prepared,
    inject,
    nappage_places,
    papules,
)
from dolenti.guideline.reading import read_yaml


def technique(name="any", depth=None, volume=None, spacing=None) -> Technique:
    words = Text(fr="-", en="-")
    return Technique(
        id=name, label=words, describes=words, layer=words, depth_mm=depth,
        volume_per_point_ml=volume, spacing_mm=spacing, basis="expert",
        sources=(Citation(id="some-article"),),
    )  # fmt: skip


ANY = technique()
SUPERFICIAL = technique("superficial", depth=(1, 2), volume=(0.02, 0.1), spacing=(5, 10))
SQUARE = [(0, 0), (20, 0), (20, 20), (0, 20)]
LIDOCAINE = Component("lidocaine", strength=10, volume_ml=2)
CALCITONIN = Component("calcitonin", strength=100, volume_ml=1, unit="IU")
SYRINGE = Prepared((LIDOCAINE, CALCITONIN), vehicle_ml=1)


# --- Places ----------------------------------------------------------------------------------


def test_nappage_lays_rows_over_the_area_outline_included():
    places = nappage_places(SQUARE, 10, ANY)
    assert places == tuple((x, y) for y in (0, 10, 20) for x in (0, 10, 20))


def test_rows_are_centred_where_the_spacing_does_not_divide_the_area():
    assert nappage_places(SQUARE, 12, ANY) == ((4, 4), (16, 4), (4, 16), (16, 16))


def test_staggered_rows_are_shifted_by_half_a_spacing():
    places = nappage_places(SQUARE, 10, ANY, staggered=True)
    assert [x for x, y in places if y == 0] == [0, 10, 20]
    assert [x for x, y in places if y == 10] == [5, 15]


def test_a_hollow_of_the_outline_stays_free():
    horseshoe = [(0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)]
    places = nappage_places(horseshoe, 5, ANY)
    assert (15, 20) not in places
    assert {(5, 20), (25, 20), (15, 5), (10, 20)} <= set(places)


def test_the_direction_and_the_first_corner_of_the_outline_do_not_matter():
    turned = [*SQUARE[2:], *SQUARE[:2]][::-1]
    assert nappage_places(turned, 7, ANY) == nappage_places(SQUARE, 7, ANY)


@pytest.mark.parametrize("outline", [[], [(0, 0), (5, 5)], [(0, 0), (5, 5), (10, 10)]])
def test_an_outline_without_area_is_refused(outline):
    with pytest.raises(InputError, match="three corners"):
        nappage_places(outline, 5, ANY)


@pytest.mark.parametrize("spacing", [4.9, 10.1])
def test_a_spacing_outside_the_techniques_is_refused(spacing):
    with pytest.raises(InputError, match="from 5 to 10 mm"):
        nappage_places(SQUARE, spacing, SUPERFICIAL)


@pytest.mark.parametrize("spacing", [0, -1, float("nan"), 0.001])
def test_a_spacing_that_makes_no_sense_is_refused(spacing):
    with pytest.raises(InputError, match="spacing"):
        nappage_places(SQUARE, spacing, ANY)


def test_an_outline_that_no_point_fits_in_is_refused():
    sliver = [(0, 0), (100, 90), (100, 91)]
    with pytest.raises(InputError, match="no point fits"):
        nappage_places(sliver, 95, ANY)


def test_a_corner_that_is_not_a_number_is_refused_with_its_place():
    with pytest.raises(InputError, match=r"outline\[1\]\.y"):
        nappage_places([(0, 0), (5, float("nan")), (5, 5)], 5, ANY)


@given(
    st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), min_size=3, max_size=8),
    st.integers(4, 30),
    st.booleans(),
)
def test_points_lie_inside_the_bounding_box_and_never_closer_than_the_spacing(
    outline, spacing, staggered
):
    try:
        places = nappage_places(outline, spacing, ANY, staggered=staggered)
    except InputError:
        return
    xs, ys = zip(*outline, strict=True)
    assert all(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys) for x, y in places)
    near = [(one, other) for one in places[:40] for other in places[:40] if one < other]
    assert all(dist(one, other) >= spacing - 1e-9 for one, other in near)


# --- Volumes and doses -----------------------------------------------------------------------

LINE = [(x, 0) for x in range(0, 30, 10)]


def test_each_point_has_its_place_depth_volume_and_doses():
    pattern = inject(ANY, [(1, 2)], 4, 2, SYRINGE)
    (point,) = pattern.points
    assert (point.x_mm, point.y_mm, point.depth_mm, point.volume_ml) == (1, 2, 4, 2)
    # 20 mg of lidocaine and 100 IU of calcitonin in 4 mL: half of it is injected
    assert [(d.product, d.amount, d.unit) for d in point.doses] == [
        ("lidocaine", 10, "mg"),
        ("calcitonin", 50, "IU"),
    ]


def test_rounding_is_closed_by_the_last_point():
    pattern = inject(ANY, LINE, 4, 1, SYRINGE)
    assert [point.volume_ml for point in pattern.points] == [
        Decimal("0.333"), Decimal("0.334"), Decimal("0.333"),
    ]  # fmt: skip
    assert pattern.volume_ml == 1


@given(st.integers(1, 400), st.integers(400, 4000), st.integers(1, 50))
def test_totals_add_up_exactly_and_no_two_points_differ_by_more_than_a_step(number, steps, volume):
    prepared = Prepared((Component("lidocaine", 10, volume), CALCITONIN), vehicle_ml=3)
    whole = Decimal(steps) / 1000
    pattern = inject(ANY, [(x, 0) for x in range(number)], 4, whole, prepared)
    volumes = [point.volume_ml for point in pattern.points]
    assert sum(volumes) == pattern.volume_ml == whole
    assert max(volumes) - min(volumes) <= Decimal("0.001")
    for position, dose in enumerate(pattern.doses):
        assert sum(point.doses[position].amount for point in pattern.points) == dose.amount
    assert pattern.doses[0].amount == Fraction(10 * volume * steps, 1000 * (volume + 4))


def test_all_that_is_prepared_is_all_the_doses_drawn_up():
    pattern = inject(ANY, LINE, 4, 4, SYRINGE)
    assert [dose.amount for dose in pattern.doses] == [20, 100]


def test_papules_have_one_bleb_each():
    pattern = papules(SUPERFICIAL, LINE, 1, 0.1, SYRINGE)
    assert [point.volume_ml for point in pattern.points] == [Decimal("0.1")] * 3
    assert pattern.volume_ml == Decimal("0.3")


def test_more_than_is_prepared_is_refused():
    with pytest.raises(InputError, match=r"4\.001 mL are to be injected and 4 mL are prepared"):
        inject(ANY, LINE, 4, 4.001, SYRINGE)
    with pytest.raises(InputError, match="are prepared"):
        papules(ANY, LINE, 1, 1.5, SYRINGE)


@pytest.mark.parametrize("depth", [0.9, 2.1])
def test_a_depth_outside_the_layer_is_refused(depth):
    with pytest.raises(InputError, match=r"depth: .* outside what superficial takes: from 1 to 2"):
        inject(SUPERFICIAL, LINE, depth, 0.3, SYRINGE)


@pytest.mark.parametrize("depth", [1, 2])
def test_the_bounds_of_the_layer_are_inside(depth):
    assert inject(SUPERFICIAL, LINE, depth, 0.3, SYRINGE).points[0].depth_mm == depth


@pytest.mark.parametrize("volume", [0.059, 0.301])
def test_a_volume_per_point_outside_the_range_is_refused(volume):
    with pytest.raises(InputError, match=r"volume: .* from 0\.02 to 0\.1 mL"):
        inject(SUPERFICIAL, LINE, 1, volume, SYRINGE)


@pytest.mark.parametrize(
    "depth, volume",
    [(0, 1), (-1, 1), (float("nan"), 1), (4, 0), (4, float("inf")), (4, 0.0005), (4, 0.002)],
)
def test_depths_and_volumes_that_make_no_sense_are_refused(depth, volume):
    with pytest.raises(InputError):
        inject(ANY, LINE, depth, volume, SYRINGE)


def test_no_point_and_far_too_many_are_refused():
    with pytest.raises(InputError, match="no point"):
        inject(ANY, [], 4, 1, SYRINGE)
    with pytest.raises(InputError, match="more than"):
        papules(ANY, [(0, 0)] * (MOST_POINTS + 1), 4, 0.001, SYRINGE)


def test_an_empty_syringe_and_a_strength_that_is_no_number_are_refused():
    with pytest.raises(InputError, match="nothing is drawn up"):
        Prepared((), vehicle_ml=0)
    with pytest.raises(InputError, match=r"lidocaine\.strength"):
        Prepared((Component("lidocaine", float("nan"), 2),))


# --- The techniques that are shipped ---------------------------------------------------------


def shipped(name: str) -> Technique:
    file = SHIPPED / "therapies" / "mesotherapy" / "techniques.yaml"
    content = read_yaml(file.read_text(encoding="utf-8"), file.name).content
    return next(t for t in msgspec.convert(content, list[Technique]) if t.id == name)


def test_nappage_stays_in_the_skin():
    area = nappage_places([(0, 0), (60, 0), (60, 40), (0, 40)], 10, shipped("nappage"))
    assert inject(shipped("nappage"), area, 1.5, 2, SYRINGE).volume_ml == 2
    with pytest.raises(InputError, match=r"4 mm is outside what nappage takes: from 0\.5 to 2 mm"):
        inject(shipped("nappage"), area, 4, 2, SYRINGE)


def test_point_by_point_goes_deeper_and_holds_more_at_each_point():
    pattern = inject(shipped("point-by-point"), LINE, 4, 0.5, SYRINGE)
    assert [point.volume_ml for point in pattern.points] == [
        Decimal("0.167"), Decimal("0.166"), Decimal("0.167"),
    ]  # fmt: skip
    with pytest.raises(InputError, match="volume"):
        inject(shipped("point-by-point"), LINE, 4, 0.7, SYRINGE)


def test_papules_hold_a_tenth_to_two_tenths_of_a_millilitre():
    assert papules(shipped("papule"), LINE, 1, 0.2, SYRINGE).volume_ml == Decimal("0.6")
    with pytest.raises(InputError, match="volume"):
        papules(shipped("papule"), LINE, 1, 0.21, SYRINGE)

"""The injection map: no point off the body or in a forbidden place, no drop beyond the syringe."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dolenti.guideline import session
from dolenti.guideline.body import Point
from dolenti.guideline.body.geometry import cells_by_row, cells_of_row, contains, mirror
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import load_folder
from dolenti.guideline.session import Finding, InjectedPoint, Injection
from dolenti.guideline.session.map.masks import Mask
from dolenti.guideline.session.map.places import Places

EDITION = load_folder()
CONTENT = session.content(EDITION)
PLACES = session.places(EDITION)
ENLARGED = [figure for figure in PLACES.body.figures.values() if figure.parent is not None]
AREAS = {area.id: area for area in CONTENT.areas}


def at(figure: str, x: int, y: int) -> session.Place:
    return PLACES.at(Point(figure, x, y))


def judged(point: Point, technique: str = "nappage", depth: str = "1", volume: str | None = "0.02",
           needle: str | None = "n4-30", bmi: float | None = 24) -> dict[str, str]:  # fmt: skip
    one = InjectedPoint(
        point, technique, Decimal(depth), None if volume is None else Decimal(volume), needle
    )
    found = session.judge_point(PLACES, one, bmi=bmi)
    return {finding.rule: finding.severity for finding in found}


BACK = Point("spine", 400, 1300)  # beside the lumbar spine


def test_what_is_never_pricked_is_no_relative_criterion() -> None:
    """A rule that says “never” beside a criterion that lets a doctor decide is read two ways."""
    (rule,) = [one for one in CONTENT.places.rules if one.id == "clear-skin-only"]
    for said, unless, decided in (
        (rule.says.fr, "Sauf décision motivée", ("implant", "lymphœdème")),
        (rule.says.en, "Unless decided with reasons", ("implant", "lymphoedema")),
    ):
        never, _, rest = said.partition(unless)
        for word in decided:
            assert word in rest
            assert word not in never


class TestOnePoint:
    def test_a_usual_point_has_nothing_against_it(self) -> None:
        assert judged(BACK) == {}

    def test_outside_the_body(self) -> None:
        assert judged(Point("front", 5, 5)) == {"outside-the-body": "block"}

    def test_the_face_lies_in_no_region(self) -> None:
        assert judged(Point("front", 500, 150)) == {"outside-every-region": "block"}

    @pytest.mark.parametrize(
        "figure, x, y, area",
        [
            ("front", 490, 300, "neck-front-carotid"),
            ("front", 400, 380, "supraclavicular-apex"),
            ("front", 600, 380, "supraclavicular-apex"),  # the other side
            ("knee-back-right", 500, 800, "popliteal-fossa"),
            ("knee-back-left", 500, 800, "popliteal-fossa"),
        ],
    )
    def test_forbidden_places(self, figure: str, x: int, y: int, area: str) -> None:
        assert judged(Point(figure, x, y))[area] == "block"
        assert at(figure, x, y).depth_mm == 0

    def test_deeper_than_the_lung_allows(self) -> None:
        place = Point("spine", 300, 600)
        assert at("spine", 300, 600).depth_mm == 4
        assert judged(place, "point-by-point", "4", "0.1", "n4-27", bmi=24) == {}
        found = judged(place, "point-by-point", "4.1", "0.1", "n6-30")
        assert found["rib-cage-back"] == "block"

    def test_a_warning_is_only_said(self) -> None:
        assert judged(Point("spine", 300, 1150)) == {"kidney-flank": "warn"}

    def test_depth_and_volume_of_the_technique(self) -> None:
        assert judged(BACK, depth="2.01")["depth-outside-technique"] == "block"
        assert judged(BACK, depth="0.5") == {}
        assert judged(BACK, volume="0.11")["volume-outside-technique"] == "override"
        assert judged(BACK, volume="0")["volume-outside-technique"] == "block"
        assert judged(BACK, volume=None)["volume-not-known"] == "block"
        # Of an epidermal drop nobody knows the volume: the total is counted.
        assert "volume-not-known" not in judged(BACK, "intra-epidermal", "0.5", None)

    def test_the_needle_is_the_stop(self) -> None:
        assert judged(BACK, "point-by-point", "5", "0.1", "n4-27")["needle-too-short"] == "override"
        neck = Point("spine", 400, 100)
        assert judged(neck, "nappage", "1", "0.02", "n4-30")["needle-too-long"] == "warn"

    def test_on_the_chest_of_a_lean_patient(self) -> None:
        midline = Point("spine", 500, 600)  # 6 mm are allowed there

        def lean(bmi: float | None, depth: str = "5") -> str | None:
            return judged(midline, "point-by-point", depth, "0.1", "n6-30", bmi).get("lean-patient")

        assert lean(19.9) == "block"
        assert lean(20) is None
        assert lean(None) == "override"
        assert lean(None, "4") is None

    def test_strange_names_are_refused_with_the_nearest(self) -> None:
        with pytest.raises(InputError, match="there is no “napage” among techniques"):
            judged(BACK, "napage")
        with pytest.raises(InputError, match="among needles"):
            judged(BACK, needle="n40")
        with pytest.raises(InputError, match="is off the figure"):
            judged(Point("spine", 1000, 0))
        with pytest.raises(InputError, match="is no figure"):
            judged(Point("moon", 1, 1))


def test_on_another_edition_of_the_body_nothing_is_allowed() -> None:
    assert EDITION.body is not None
    atlas = msgspec.structs.replace(EDITION.body.atlas, edition="2027.1")
    body = msgspec.structs.replace(EDITION.body, atlas=atlas)
    later: Edition = msgspec.structs.replace(EDITION, body=body, sha256="later")
    places = Places(later)
    assert not places.in_date
    with pytest.raises(InputError, match="nothing is allowed until they are drawn again"):
        places.at(BACK)


# --- Across scales --------------------------------------------------------------------------------


@st.composite
def points(draw: st.DrawFn, enlarged: bool) -> Point:
    figures = ENLARGED if enlarged else list(PLACES.body.figures.values())
    figure = draw(st.sampled_from(figures))
    return Point(figure.id, draw(st.integers(0, 999)), draw(st.integers(0, 1999)))


@st.composite
def points_in_areas(draw: st.DrawFn) -> tuple[Any, Point]:
    """A cell of an area, on a figure that it is drawn on."""
    area = draw(st.sampled_from(CONTENT.areas))
    figures = [f for f in PLACES.body.figures.values() if f.entry.id == area.figure]
    figure = draw(st.sampled_from(figures))
    spans = PLACES.mask(area.id, figure.id).spans
    y = draw(st.sampled_from(sorted(spans)))
    first, last = draw(st.sampled_from(spans[y]))
    return area, Point(figure.id, draw(st.integers(first, last)), y)


def names(point: Point) -> set[str]:
    return {area.id for area in PLACES.at(point).areas}


@given(points(enlarged=True))
def test_what_holds_on_an_enlargement_holds_on_the_whole_figure(point: Point) -> None:
    drawn = {
        name for name in names(point)
        if AREAS[name].figure == PLACES.body.figures[point.figure].entry.id
    }  # fmt: skip
    assert drawn <= names(PLACES.body.whole_body(point))


@given(points(enlarged=True))
def test_what_holds_on_the_whole_figure_holds_on_every_enlargement(point: Point) -> None:
    whole = PLACES.body.whole_body(point)
    drawn = {name for name in names(whole) if AREAS[name].figure in ("front", "back")}
    assert drawn <= names(point)


@given(points_in_areas())
def test_a_point_of_an_area_is_no_freer_on_the_whole_figure(drawn: tuple[Any, Point]) -> None:
    area, point = drawn
    assert area.id in names(point)
    whole = PLACES.body.whole_body(point)
    assert area.id in names(whole)
    if area.kind == "limit":
        depth = PLACES.at(whole).depth_mm
        assert depth is not None
        assert depth <= Decimal(repr(area.max_depth_mm))
    if area.kind == "forbidden":
        assert not PLACES.at(whole).may_inject


def test_the_rule_of_the_whole_figure_was_needed() -> None:
    """The lung lies beneath a point of the whole back too, where nothing is drawn."""
    whole = PLACES.body.whole_body(Point("spine", 300, 600))
    assert whole.figure == "back"
    assert "rib-cage-back" in names(whole)
    assert [area for area in CONTENT.areas if area.figure == "back"] != []


@given(points(enlarged=False))
def test_the_mirror_says_the_same(point: Point) -> None:
    figure = PLACES.body.figures[point.figure]
    other = point.figure
    if not figure.symmetric:
        other = (
            point.figure.replace("-right", "-?").replace("-left", "-right").replace("-?", "-left")
        )
    there = Point(other, mirror(point.x), point.y)
    assert names(there) == names(point)
    assert PLACES.at(there).on_body == PLACES.at(point).on_body


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=3, max_size=7))
def test_masks_hold_the_cells_that_the_outline_contains(corners: list[tuple[int, int]]) -> None:
    outline = tuple(corners)
    mask = Mask.of([outline])
    assert set(mask.cells()) == {
        (x, y) for x in range(61) for y in range(61) if contains(outline, x, y)
    }
    by_row = cells_by_row(outline)
    assert all(by_row.get(y, []) == cells_of_row(outline, y) for y in range(61))


# --- Grids ----------------------------------------------------------------------------------------


def square(left: int, top: int, right: int, bottom: int) -> tuple[tuple[int, int], ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def test_a_painted_back_becomes_a_grid() -> None:
    # 200 x 200 cells of 0.45 mm are 90 x 90 mm: nine by nine points at 10 mm.
    made = session.grid(PLACES, "spine", [square(280, 1180, 480, 1380)], Decimal(10), Decimal(1))
    assert len(made.points) == 81
    assert made.left_out == {}


def test_what_may_not_be_injected_is_left_out_and_counted() -> None:
    made = session.grid(PLACES, "front", [square(400, 250, 600, 500)], Decimal(15), Decimal(2))
    assert made.left_out["forbidden"] > 0
    assert all(PLACES.at(point).may_inject for point in made.points)
    deep = session.grid(PLACES, "spine", [square(200, 500, 400, 700)], Decimal(10), Decimal(5))
    assert deep.points == ()
    assert set(deep.left_out) == {"too-deep"}


def test_the_smallest_dab_gets_one_point_and_none_gets_none() -> None:
    dab = session.grid(PLACES, "spine", [square(400, 1300, 402, 1302)], Decimal(30), Decimal(1))
    assert len(dab.points) == 1
    assert session.grid(PLACES, "spine", [], Decimal(10), Decimal(1)).points == ()


def test_more_points_than_anybody_injects_are_refused() -> None:
    with pytest.raises(InputError, match="at most 1000 are drawn: paint less"):
        session.grid(PLACES, "spine", [square(100, 100, 900, 1800)], Decimal(2), Decimal(1))
    with pytest.raises(InputError, match="above 0 mm"):
        session.grid(PLACES, "spine", [square(0, 0, 9, 9)], Decimal(0), Decimal(1))


@given(
    figure=st.sampled_from(["spine", "front", "knee-front-left", "hand-back-right"]),
    box=st.tuples(*[st.integers(0, 700)] * 2, *[st.integers(2, 250)] * 2),
    spacing=st.integers(5, 30),
    depth=st.sampled_from(["0.5", "1", "2", "4", "13"]),
)
def test_every_point_of_a_grid_may_be_injected_and_keeps_its_distance(
    figure: str, box: tuple[int, ...], spacing: int, depth: str
) -> None:
    left, top, wide, high = box
    painted = square(left, top, left + wide, top + high)
    try:
        made = session.grid(PLACES, figure, [painted], Decimal(spacing), Decimal(depth))
    except InputError:
        assume(False)
    cell = PLACES.mm_per_cell(figure)
    for point in made.points:
        place = PLACES.at(point)
        assert place.may_inject
        assert place.depth_mm is None or Decimal(depth) <= place.depth_mm
        assert contains(painted, point.x, point.y)
    ticks = sorted({point.x for point in made.points})
    for one, other in pairwise(ticks):
        assert (other - one + 1) * cell > spacing


# --- Volumes --------------------------------------------------------------------------------------

ML = st.decimals("0", "20", places=3)


@given(prepared=ML, points_=st.integers(0, 400), dead=st.sampled_from(["0.1", "0.3"]))
def test_what_every_point_can_get_never_adds_up_to_more(
    prepared: Decimal, points_: int, dead: str
) -> None:
    each = session.per_point(prepared, points_, Decimal(dead))
    assert each >= 0
    assert each * points_ <= max(prepared - Decimal(dead), Decimal(0))
    if each:  # and a hundredth more would be too much
        assert (each + Decimal("0.01")) * points_ > prepared - Decimal(dead)


@given(
    prepared=ML, points_=st.integers(0, 400), each=st.decimals("0", "1", places=3),
    strength=st.decimals("0.1", "20", places=2),
)  # fmt: skip
def test_a_spread_is_exact_or_refused(
    prepared: Decimal, points_: int, each: Decimal, strength: Decimal
) -> None:
    if each * points_ > prepared:
        with pytest.raises(InputError, match="were prepared"):
            session.spread(prepared, points_, each, Decimal("0.1"), {"lidocaine": strength})
        return
    made = session.spread(prepared, points_, each, Decimal("0.1"), {"lidocaine": strength})
    assert made.total_ml + made.left_ml == prepared
    assert made.per_point["lidocaine"] * points_ == made.total["lidocaine"]
    assert made.total["lidocaine"] <= strength * prepared


def injection(*volumes: str, prepared: str = "3", **more: Any) -> tuple[Finding, ...]:
    made = tuple(
        InjectedPoint(Point("spine", 400, 1300 + n), "nappage", Decimal(1), Decimal(v), "n4-30")
        for n, v in enumerate(volumes)
    )
    return session.judge_injection(
        PLACES, Injection(made, Decimal(prepared), **{"bmi": 24, **more})
    )


def rules(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in findings]


class TestTheWholeInjection:
    def test_equal_to_what_was_prepared_is_not_more(self) -> None:
        # Thirty times 0.1 mL: in floats that is more than 3.
        assert sum([0.1] * 30) != 3
        assert rules(injection(*["0.1"] * 30)) == [("no-room-for-dead-space", "warn")]
        assert rules(injection(*["0.1"] * 29)) == []

    def test_a_thousandth_more_is_blocked(self) -> None:
        findings = injection(*["0.1"] * 29, "0.1", prepared="2.999")
        assert rules(findings) == [("more-than-prepared", "block")]
        assert session.stops(findings)
        assert findings[0].detail is not None
        assert findings[0].detail.fr == "3\u00a0mL pour 2,999\u00a0mL"

    def test_tubing_keeps_more(self) -> None:
        assert rules(injection(*["0.1"] * 28)) == []
        assert rules(injection(*["0.1"] * 28, tubing=True)) == [("no-room-for-dead-space", "warn")]

    def test_the_typed_total_counts_where_it_is_greater(self) -> None:
        assert rules(injection("0.1", total_ml=Decimal("3.1")))[0] == (
            "more-than-prepared",
            "block",
        )

    def test_more_than_is_usual_in_the_zone(self) -> None:
        assert ("more-than-usual", "warn") in rules(injection(*["0.1"] * 60, prepared="10"))

    def test_a_forbidden_device_is_refused(self) -> None:
        assert rules(injection("0.1", device="forbidden-devices")) == [
            ("forbidden-device", "block")
        ]

    def test_each_finding_names_its_point_in_the_form_of_a_mixtures(self) -> None:
        (finding,) = injection("0.1", "0.2", "0.1")
        said = session.finding_as_json(finding, "fr")
        assert {key: said[key] for key in ("rule", "severity", "about", "verified")} == {
            "rule": "volume-outside-technique", "severity": "override", "about": "2",
            "verified": False,
        }  # fmt: skip
        assert said["sources"][0].keys() == {"id", "at"}


# --- Two maps -------------------------------------------------------------------------------------

POINTS = st.lists(
    st.builds(
        InjectedPoint,
        point=st.builds(Point, st.just("spine"), st.integers(0, 2), st.integers(0, 2)),
        technique=st.just("nappage"),
        depth_mm=st.sampled_from([Decimal(1), Decimal(2)]),
        volume_ml=st.just(Decimal("0.02")),
    ),
    max_size=8,
)


@given(POINTS, POINTS)
def test_comparing_two_maps_loses_no_point(
    before: list[InjectedPoint], after: list[InjectedPoint]
) -> None:
    found = session.compare(before, after)
    old = [*found.same, *found.removed, *(one.before for one in found.changed)]
    new = [*found.same, *found.added, *(one.after for one in found.changed)]
    assert Counter(old) == Counter(before)
    assert Counter(new) == Counter(after)
    for one in found.changed:
        assert one.before.point == one.after.point
        assert one.before != one.after
    left = {one.point for one in found.removed} & {one.point for one in found.added}
    assert not left
    assert session.compare(before, before).same == tuple(Counter(before).elements())

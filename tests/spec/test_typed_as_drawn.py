"""A limit of the needle holds whichever way it was entered: typed as one line, or point by point on
the map."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import load_folder
from dolenti.guideline import session as room
from dolenti.guideline.body import Point
from dolenti.guideline.errors import InputError

EDITION = load_folder()
PLACES = room.places(EDITION)
CONTENT = room.content(EDITION)
BOTH = {"depth-outside-technique", "volume-outside-technique", "needle-too-short"}
HERE = Point("spine", 400, 1300)
TENTHS = st.integers(0, 450).map(lambda n: Decimal(n) / 10)
HUNDREDTHS = st.integers(0, 450).map(lambda n: Decimal(n) / 100)


def of_both(findings: tuple[room.Finding, ...]) -> set[tuple[str, str]]:
    return {(one.rule, one.severity) for one in findings if one.rule in BOTH}


@given(
    technique=st.sampled_from([one.technique for one in CONTENT.techniques]),
    needle=st.sampled_from([one.id for one in CONTENT.needles]),
    depth=TENTHS,
    volume=HUNDREDTHS,
    count=st.integers(1, 1000),
)
def test_a_line_is_judged_as_its_points_would_be(
    technique: str, needle: str, depth: Decimal, volume: Decimal, count: int
) -> None:
    point = room.InjectedPoint(HERE, technique, depth, volume, needle)
    drawn = of_both(room.judge_point(PLACES, point, bmi=30.0))
    said = {"technique": technique, "depth_mm": depth, "needle": needle, "points": count}
    each = room.TypedInjection(**said, per_point_ml=volume)
    whole = room.TypedInjection(**said, total_ml=volume * count)
    assert of_both(room.judge_typed(PLACES, each)) == drawn
    assert of_both(room.judge_typed(PLACES, whole)) == drawn


@pytest.mark.parametrize(
    "said, rule, severity",
    [
        ({"depth_mm": Decimal(40)}, "depth-outside-technique", "block"),
        ({"depth_mm": Decimal(400)}, "depth-outside-technique", "block"),
        ({"technique": "nappage", "depth_mm": Decimal(4)}, "depth-outside-technique", "block"),
        ({"depth_mm": Decimal(10), "needle": "n4-30"}, "needle-too-short", "override"),
        ({"points": 1, "total_ml": Decimal(4)}, "volume-outside-technique", "override"),
        ({"points": 1000, "total_ml": Decimal(1)}, "volume-outside-technique", "override"),
        ({"per_point_ml": Decimal(0)}, "volume-outside-technique", "block"),
    ],
)
def test_what_nobody_injects_is_said(said: dict[str, object], rule: str, severity: str) -> None:
    found = room.judge_typed(PLACES, room.TypedInjection(**said))  # type: ignore[arg-type]
    assert (rule, severity) in of_both(found)


def test_no_more_points_than_a_map_holds() -> None:
    most = CONTENT.places.most_points
    room.insist_countable(PLACES, most)
    room.insist_countable(PLACES, None)
    with pytest.raises(InputError):
        room.insist_countable(PLACES, most + 1)


def test_the_usual_of_the_zone_holds_without_a_map() -> None:
    use = next(one for one in CONTENT.zones if any(u.max_depth_mm for u in one.usual))
    usual = next(one for one in use.usual if one.max_depth_mm)
    deep = room.TypedInjection(
        technique=usual.technique, zone=use.zone, depth_mm=Decimal(str(usual.max_depth_mm)) + 1
    )
    assert "deeper-than-usual" in {one.rule for one in room.judge_typed(PLACES, deep)}
    much = room.TypedInjection(zone=use.zone, total_ml=Decimal(str(use.total_ml[1])) + 1)
    assert "more-than-usual" in {one.rule for one in room.judge_typed(PLACES, much)}


def test_what_nobody_said_is_not_judged() -> None:
    assert room.judge_typed(PLACES, room.TypedInjection()) == ()

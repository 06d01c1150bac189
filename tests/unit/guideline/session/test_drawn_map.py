"""A map as it is sent and kept: what cannot be meant is refused with the number of the point; two
maps are compared point by point."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import session
from dolenti.guideline.body import Point
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder
from dolenti.guideline.session import DrawnMap, InjectedPoint

PLACES = session.places(load_folder())
EDITION = PLACES.body.edition
LUMBAR: dict[str, Any] = {
    "figure": "spine", "x": 400, "y": 1300, "technique": "nappage",
    "depth_mm": "1", "volume_ml": "0.02", "needle": "n4-30",
}  # fmt: skip


def sent(*points: dict[str, Any], **changes: Any) -> str:
    return json.dumps({"edition": EDITION, "points": list(points), **changes})


def read(text: str) -> DrawnMap:
    return session.read_drawn(PLACES, text)


def findings(drawn: DrawnMap, prepared: str = "2") -> dict[str, str]:
    found = session.judge_injection(PLACES, drawn.injection(Decimal(prepared), bmi=24))
    return {one.rule: one.severity for one in found}


def test_what_is_kept_is_read_back_the_same() -> None:
    drawn = read(sent(LUMBAR, {**LUMBAR, "x": 420, "volume_ml": "0.020"}, tubing=True))
    assert read(session.as_text_of(drawn)) == drawn
    assert findings(drawn) == {}
    assert drawn.injection(Decimal(2)).injected_ml == Decimal("0.04")


def test_nothing_sent_is_a_map_without_a_point() -> None:
    assert read("") == read("  ") == DrawnMap(edition=EDITION)


@pytest.mark.parametrize(
    "change, says",
    [
        ({"figure": "moon"}, "“moon” is no figure"),
        ({"technique": "napage"}, "“napage” is no technique"),
        ({"needle": "n40"}, "“n40” is no needle"),
        ({"x": 1000}, r"\(1000, 1300\) is off the figure"),
        ({"y": -1}, "is off the figure"),
        ({"depth_mm": "NaN"}, "a number from 0 to 1000"),
        ({"depth_mm": "Infinity"}, "a number from 0 to 1000"),
        ({"depth_mm": "-1"}, "a number from 0 to 1000"),
        ({"depth_mm": "1e999999"}, "a number from 0 to 1000"),
        ({"depth_mm": "0e999999"}, "a number from 0 to 1000"),
        ({"volume_ml": "sNaN"}, "a number from 0 to 1000"),
        ({"volume_ml": "0.0001"}, "at most 3 decimals"),
        ({"volume_ml": "beaucoup"}, "cannot be read"),
        ({"x": 1.5}, "cannot be read"),
        ({"x": None}, "cannot be read"),
        ({"colour": "red"}, "cannot be read"),
    ],
)
def test_a_point_that_cannot_be_meant_is_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read(sent({**LUMBAR, "x": 300}, {**LUMBAR, **change}))
    if "cannot be read" not in says:
        assert caught.value.where == "points[2]"
    assert caught.value.fr


@pytest.mark.parametrize(
    "text, says",
    [
        ("NaN", "cannot be read"),
        ('{"edition": NaN}', "cannot be read"),
        ("[]", "cannot be read"),
        ("\ud800", "cannot be read"),
        (sent(edition="2019.1"), "edition “2019.1”; today’s"),
        (sent(device="dermo"), "“dermo” is no device"),
        (sent(settings={"mode": "1"}), "“mode” is no setting"),
        (sent(device="electronic-injector", settings={"mode": "x" * 101}), "at most 100"),
        (sent(total_ml="NaN"), "a number from 0"),
        (sent(LUMBAR, LUMBAR), "there already, as number 1"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(text)


def test_one_place_takes_two_techniques() -> None:
    """Superficial and deep in one place is a usual way (“mixte”): it is no point twice."""
    deep = {**LUMBAR, "technique": "point-by-point", "depth_mm": "4", "volume_ml": "0.1"}
    assert len(read(sent(LUMBAR, deep)).points) == 2


def test_there_is_a_ceiling_on_points_and_on_their_text() -> None:
    most = PLACES.content.places.most_points
    row = [{**LUMBAR, "x": 100 + n % 500, "y": 1200 + n // 500} for n in range(most + 1)]
    assert len(read(sent(*row[:-1])).points) == most
    with pytest.raises(InputError, match="at most 1000 points"):
        read(sent(*row))
    with pytest.raises(InputError, match="at most 1000 points"):
        read("[" * 5_000_000)


@pytest.mark.parametrize(
    "change, prepared, rule",
    [
        ({"figure": "front", "x": 5, "y": 5}, "2", "outside-the-body"),
        ({"figure": "front", "x": 490, "y": 300}, "2", "neck-front-carotid"),
        ({"figure": "back", "x": 409, "y": 1358}, "2", "popliteal-fossa"),
        ({"depth_mm": "3"}, "2", "depth-outside-technique"),
        ({}, "0.01", "more-than-prepared"),
    ],
)
def test_what_is_read_is_judged(change: dict[str, Any], prepared: str, rule: str) -> None:
    """Among them a point of the whole figure in an area outlined on the enlargement of the knee."""
    assert findings(read(sent({**LUMBAR, **change})), prepared)[rule] == "block"


def test_what_stops_is_never_recorded_and_names_its_point() -> None:
    carotid = {**LUMBAR, "figure": "front", "x": 490, "y": 300}
    with pytest.raises(InputError, match=r"Front of the neck: no injection") as caught:
        session.insist_injectable(PLACES, read(sent(LUMBAR, carotid)), Decimal(2), bmi=24)
    assert caught.value.where == "points[2]"
    twice = read(sent(LUMBAR, {**LUMBAR, "x": 420}))
    with pytest.raises(InputError, match=r"0\.04\smL of 0\.03\smL"):
        session.insist_injectable(PLACES, twice, Decimal("0.03"), bmi=24)


def test_what_is_only_to_be_justified_or_known_is_given_back() -> None:
    much = read(sent({**LUMBAR, "volume_ml": "0.11"}))
    found = session.insist_injectable(PLACES, much, Decimal(2), bmi=24)
    assert [(one.rule, one.severity) for one in found] == [("volume-outside-technique", "override")]


# --- Two maps -------------------------------------------------------------------------------------


def one(x: int, y: int = 1300, depth: str = "1", technique: str = "nappage") -> InjectedPoint:
    return InjectedPoint(Point("spine", x, y), technique, Decimal(depth), Decimal("0.02"))


def compared(before: list[InjectedPoint], after: list[InjectedPoint]) -> session.Comparison:
    return session.compare(before, after, session.reach_of(PLACES))


def test_a_point_a_little_farther_was_moved_and_one_far_away_is_another() -> None:
    found = compared([one(400), one(300)], [one(410), one(900)])
    assert [(m.before.point.x, m.after.point.x) for m in found.moved] == [(400, 410)]
    assert [p.point.x for p in found.removed] == [300]
    assert [p.point.x for p in found.added] == [900]


def test_the_nearest_two_are_the_same_point() -> None:
    found = compared([one(400), one(412)], [one(411), one(402)])
    assert {(m.before.point.x, m.after.point.x) for m in found.moved} == {(400, 402), (412, 411)}


def test_what_is_injected_otherwise_is_not_only_moved() -> None:
    found = compared([one(400)], [one(405, depth="2")])
    assert not found.moved
    assert len(found.removed) == len(found.added) == 1


SOME = st.lists(
    st.builds(one, st.integers(380, 420), st.integers(1300, 1302), st.sampled_from(["1", "2"])),
    max_size=8,
)


@given(SOME, SOME)
def test_no_point_is_lost_whatever_was_moved(
    before: list[InjectedPoint], after: list[InjectedPoint]
) -> None:
    found = compared(before, after)
    pairs = [*found.changed, *found.moved]
    assert Counter([*found.same, *found.removed, *(p.before for p in pairs)]) == Counter(before)
    assert Counter([*found.same, *found.added, *(p.after for p in pairs)]) == Counter(after)

"""Where it hurts, as a form says it: the zone is the server's, mistakes are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import QueryDict
from django.utils import translation

from dolenti.clinic.complaints.body import BodyAnswer, read_body
from dolenti.guideline import load_folder
from dolenti.guideline.body import body_map
from dolenti.ui.body import MOST_POINTS

pytestmark = pytest.mark.any_database

MAP = body_map(load_folder())
RIGHT_KNEE, LEFT_KNEE, RIGHT_SHOULDER = "front,415,1360", "front,584,1360", "front,300,400"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def read(*points: str, required: bool = False, **fields: str) -> BodyAnswer:
    sent = QueryDict(mutable=True)
    sent.setlist("body-point", list(points))
    for name, value in fields.items():
        sent[f"body-{name}"] = value
    return read_body(sent, MAP, required=required)


def test_a_point_gives_zone_side_and_the_maps_edition() -> None:
    marked = read(RIGHT_KNEE).marked
    assert marked is not None
    assert (marked.zone, marked.side, marked.edition) == ("knee", "right", MAP.edition)
    assert marked.points_as_json() == [{"figure": "front", "x": 415, "y": 1360}]


def test_points_on_both_knees_are_both_sides() -> None:
    marked = read(RIGHT_KNEE, LEFT_KNEE).marked
    assert marked is not None
    assert marked.side == "both"


def test_a_place_of_the_list_is_enough() -> None:
    marked = read(region="everywhere/widespread").marked
    assert marked is not None
    assert (marked.zone, marked.side) == ("widespread", None)


def test_points_in_several_zones_ask_for_the_main_place() -> None:
    answer = read(RIGHT_KNEE, RIGHT_SHOULDER)
    assert answer.marked is None
    assert "several zones" in answer.errors[0]
    assert len(answer.points) == 2


def test_a_place_on_the_other_side_than_the_points_is_refused() -> None:
    answer = read(RIGHT_KNEE, region="front/knee-front-left")
    assert answer.marked is None
    assert "The list says" in answer.errors[0]


@pytest.mark.parametrize(
    "raw", ["front", "front,a,2", "nose,1,1", "front,1000,5", "front,5,-1", "front,1,2,3", "\0,1,1"]
)
def test_a_point_that_cannot_be_is_told_and_the_others_stay(raw: str) -> None:
    answer = read(RIGHT_KNEE, raw)
    assert len(answer.errors) == 1
    assert len(answer.points) == 1
    assert answer.marked is None


def test_a_point_on_no_zone_is_told_by_its_number() -> None:
    assert "Point 2" in read(RIGHT_KNEE, "front,500,150").errors[0]


def test_more_points_than_are_kept_are_told() -> None:
    assert str(MOST_POINTS) in read(*[RIGHT_KNEE] * (MOST_POINTS + 1)).errors[0]


def test_nothing_marked_is_an_error_only_where_it_is_needed() -> None:
    assert read().errors == []
    assert read(required=True).errors != []


def test_the_controls_own_buttons_store_nothing() -> None:
    assert read(RIGHT_KNEE, do="find", query="pouce").marking
    taken = read(RIGHT_KNEE, LEFT_KNEE, do="remove-1")
    assert taken.marking
    assert [point.x for point in taken.points] == [584]


def test_a_figure_pressed_without_script_takes_a_point() -> None:
    answer = read(**{"place-front.x": "116", "place-front.y": "381"})
    assert answer.marking
    assert [(p.figure, p.x, p.y) for p in answer.points] == [("front", 414, 1360)]

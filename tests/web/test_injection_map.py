"""Where the injection map asks back: what it may not ask is told, what it may is answered, and
nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dolenti.access.models import User
from dolenti.clinic.injections import judging
from dolenti.clinic.injections.control import About, Product, control
from dolenti.clinic.injections.judging import AskedGrid
from dolenti.clinic.injections.shown import compared, shown
from dolenti.guideline import load_folder, session
from dolenti.guideline.body import Point
from dolenti.guideline.session import DrawnMap

pytestmark = pytest.mark.any_database

PLACES = session.places(load_folder())
LUMBAR = {
    "figure": "spine", "x": 400, "y": 1300, "technique": "nappage",
    "depth_mm": "1", "volume_ml": "0.02", "needle": "n4-27",
}  # fmt: skip
SQUARE = [[350, 1250], [450, 1250], [450, 1350], [350, 1350]]


def drawn(*points: dict[str, Any]) -> str:
    return json.dumps({"edition": PLACES.body.edition, "points": points})


def asked(browser: Client, page: str, body: Any) -> tuple[int, dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = browser.post(reverse(page), text, content_type="application/json")
    return answer.status_code, answer.json()


def judge(browser: Client, *points: dict[str, Any], **changes: Any) -> tuple[int, dict[str, Any]]:
    body = {"points": drawn(*points), "prepared_ml": "2", "bmi": 24, **changes}
    return asked(browser, "injection-map-judge", body)


def grid(browser: Client, **changes: Any) -> tuple[int, dict[str, Any]]:
    body = {"figure": "spine", "painted": [SQUARE], "spacing_mm": "10", "depth_mm": "1", **changes}
    return asked(browser, "injection-map-grid", body)


def test_a_map_without_fault_has_nothing_against_it(at_alice: Client) -> None:
    assert judge(at_alice, LUMBAR) == (200, {"stops": False, "findings": [], "html": ""})


def test_a_rule_speaks_once_of_all_the_points_it_is_about(at_alice: Client) -> None:
    off = {**LUMBAR, "figure": "front", "x": 5, "y": 5}
    status, said = judge(at_alice, LUMBAR, off, {**off, "x": 6})
    assert (status, said["stops"]) == (200, True)
    (finding,) = said["findings"]
    assert (finding["rule"], finding["severity"], finding["about"]) == (
        "outside-the-body", "block", [2, 3],
    )  # fmt: skip
    assert 'data-numbers="2 3"' in said["html"]


def test_a_point_of_the_whole_figure_in_an_area_of_an_enlargement_is_refused(
    at_alice: Client,
) -> None:
    figure = PLACES.mask("popliteal-fossa", "back")
    y, ((x, _), *_rest) = next(iter(figure.spans.items()))
    _, said = judge(at_alice, {**LUMBAR, "figure": "back", "x": x, "y": y})
    assert "popliteal-fossa" in {one["rule"] for one in said["findings"]}
    assert said["stops"]


def test_points_elsewhere_than_the_pain_are_named_before_anything_is_sent(
    at_alice: Client,
) -> None:
    neck = {**LUMBAR, "x": 420, "y": 330}
    right = {**LUMBAR, "x": 600}
    _, said = judge(at_alice, LUMBAR, neck, right, zones=["lumbar-spine"], side="left")
    assert [(one["rule"], one["severity"], one["about"]) for one in said["findings"]] == [
        ("outside-the-zone", "override", [2]),
        ("outside-the-side", "override", [3]),
    ]
    assert not said["stops"]


def test_more_than_was_prepared_is_refused(at_alice: Client) -> None:
    _, said = judge(at_alice, LUMBAR, prepared_ml="0.01")
    assert [(one["rule"], one["severity"]) for one in said["findings"]] == [
        ("more-than-prepared", "block")
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"prepared_ml": "NaN"},
        {"prepared_ml": "Infinity"},
        {"prepared_ml": "1e99999"},
        {"prepared_ml": "-1"},
        {"points": "NaN"},
        {"points": drawn({**LUMBAR, "depth_mm": "Infinity"})},
        {"points": drawn(LUMBAR, LUMBAR)},
        {"points": json.dumps({"edition": "1999.1"})},
        {"bmi": "fat"},
        {"patient": "x"},
    ],
)
def test_what_cannot_be_judged_is_told(at_alice: Client, changes: dict[str, Any]) -> None:
    status, said = judge(at_alice, **changes)
    assert status == 422
    assert said["said"]


def test_painted_areas_become_grids_and_what_is_left_out_is_said(at_alice: Client) -> None:
    status, said = grid(at_alice)
    expected = session.grid(
        PLACES, "spine", [tuple(map(tuple, SQUARE))], Decimal(10), Decimal(1)  # type: ignore[misc]
    )  # fmt: skip
    assert status == 200
    assert said == {"points": [[p.x, p.y] for p in expected.points], "said": ""}
    assert len(expected.points) > 9
    _, said = grid(at_alice, figure="front", painted=[[[0, 0], [200, 0], [200, 20], [0, 20]]])
    assert said["points"] == []
    assert "hors du corps" in said["said"]


@pytest.mark.parametrize(
    "changes",
    [
        {"figure": "moon"},
        {"spacing_mm": "0"},
        {"spacing_mm": "NaN"},
        {"depth_mm": "-1"},
        {"painted": [[[0, 0], [10**9, 0], [0, 10**9]]]},
        {"painted": [[[0, 0], [1, 1], [0.5, 1]]]},
        {"painted": [SQUARE] * 5000},
        {"painted": [[[0, 0], [1000, 0], [1000, 2000], [0, 2000]]], "spacing_mm": "1"},
    ],
)
def test_what_cannot_be_laid_is_told(at_alice: Client, changes: dict[str, Any]) -> None:
    status, said = grid(at_alice, **changes)
    assert status == 422
    assert said["said"]


@pytest.mark.parametrize("page", ["injection-map-judge", "injection-map-grid"])
def test_what_is_no_json_is_told(at_alice: Client, page: str) -> None:
    for body in ("", "[", "null", '{"points": NaN}', "[" * 100_000):
        assert asked(at_alice, page, body)[0] == 422


def test_nothing_can_be_laid_on_another_edition_of_the_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(PLACES), "in_date", property(lambda _: False))
    one = AskedGrid(figure="spine", painted=(), spacing_mm=Decimal(10), depth_mm=Decimal(1))
    with pytest.raises(judging.InputError, match="drawn again"):
        judging.laid(PLACES, one)


# --- What is shown --------------------------------------------------------------------------------


def test_the_control_opens_on_the_figure_of_the_complaint() -> None:
    def opens(zone: str, side: str) -> str:
        return control(PLACES, About(zone=zone, side=side)).opens

    assert opens("lumbar-spine", "") == "spine"
    assert opens("knee", "left") == "knee-front-left"
    assert opens("knee", "right") == "knee-front-right"
    assert opens("wrist-hand", "left") == "hand-back-left"
    assert opens("", "") == "front"


def test_every_zone_opens_on_a_figure_that_shows_it() -> None:
    for use in PLACES.content.zones:
        for side in ("right", "left"):
            figure = PLACES.body.figures[control(PLACES, About(zone=use.zone, side=side)).opens]
            assert use.everywhere or use.zone in {region.zone for region in figure.regions}


def test_the_control_knows_what_was_prepared() -> None:
    about = About(
        prepared_ml=Decimal("2.50"), products=[Product("Lidocaïne", "mg", Decimal("3.33"))], bmi=24
    )
    knows = json.loads(control(PLACES, about).knows)
    assert knows["prepared"] == "2.50"
    assert knows["products"] == [{"label": "Lidocaïne", "unit": "mg", "perMl": "3.33"}]
    assert [one["id"] for one in knows["techniques"]] == [
        one.technique for one in PLACES.content.techniques
    ]


def test_every_setting_that_a_device_asks_for_has_its_words() -> None:
    for language in ("fr", "en"):
        with translation.override(language):
            knows = json.loads(control(PLACES, About()).knows)
            assert all(f["label"] for one in knows["devices"] for f in one["fields"])


def test_a_last_map_of_another_edition_of_the_figure_is_not_offered() -> None:
    old = DrawnMap(edition="2019.1")
    assert control(PLACES, About(last=old)).last == ""
    assert shown(PLACES, old).scenes == ()


def test_a_comparison_counts_each_point_once() -> None:
    before = session.read_drawn(PLACES, drawn(LUMBAR, {**LUMBAR, "x": 300}))
    after = session.read_drawn(PLACES, drawn({**LUMBAR, "x": 410}, {**LUMBAR, "y": 200}))
    found = compared(PLACES, before, after)
    assert {part.look: part.count for part in found.parts} == {"moved": 1, "removed": 1, "added": 1}
    assert PLACES.at(Point("spine", 410, 1300)).may_inject
    assert {scene.id for scene in found.scenes} == {"body", "spine"}


def test_a_role_that_reads_no_record_does_not_ask(
    ada: User, browser_of: Callable[[User], Client]
) -> None:
    answer = browser_of(ada).post(
        reverse("injection-map-judge"), "{}", content_type="application/json"
    )
    assert answer.status_code == 403

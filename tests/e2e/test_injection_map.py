"""The injection map under a finger, a mouse and a keyboard. What the server refuses besides is in
tests/web/test_injection_map.py."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import FloatRect, Page, expect

from dolenti.access.models import User
from tests.axe import findings, fits

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.e2e.map_page")]


@pytest.fixture
def drawing(window: Callable[..., Page], alice: User, live_server: object) -> Callable[..., Page]:
    """The map of a session of the lumbar spine, with nothing on it: 2 mL are prepared."""

    def opened(width: str = "desk", typed: str = "", **options: object) -> Page:
        page = window(alice, width, **options)
        page.goto(f"{live_server}/drawing/" + (f"?typed={quote(typed)}" if typed else ""))
        expect(page.locator("[data-parts]")).to_be_visible()
        return page

    return opened


def points(page: Page) -> list[dict[str, Any]]:
    """The points as the form will send them."""
    sent = page.locator("[data-value]").evaluate("one => new FormData(one.form).get(one.name)")
    kept: list[dict[str, Any]] = json.loads(sent)["points"]
    return kept


def on(page: Page, x: int, y: int, figure: str = "spine") -> tuple[float, float]:
    """Where a cell of a figure is on the screen."""
    svg = page.locator(f'svg[data-figure="{figure}"]')
    svg.scroll_into_view_if_needed()
    box: FloatRect | None = svg.bounding_box()
    assert box
    top = int((svg.get_attribute("viewBox") or "").split()[1])
    scale = box["width"] / 1000
    return box["x"] + (x + 0.5) * scale, box["y"] + (y - top + 0.5) * scale


def press(page: Page, x: int, y: int, figure: str = "spine") -> None:
    page.mouse.click(*on(page, x, y, figure))


def stroke(page: Page, *cells: tuple[int, int]) -> None:
    """A stroke of the mouse over the spine."""
    page.mouse.move(*on(page, *cells[0]))
    page.mouse.down()
    for cell in cells[1:]:
        page.mouse.move(*on(page, *cell), steps=6)
    page.mouse.up()


def count(page: Page, n: int) -> None:
    expect(page.locator("[data-count]")).to_have_text(f"{n} point" + ("s" if n != 1 else ""))
    assert len(points(page)) == n


def test_points_are_placed_moved_deleted_and_undone(drawing: Callable[..., Page]) -> None:
    page = drawing()
    press(page, 400, 1300)
    count(page, 1)
    (one,) = points(page)
    assert abs(one["x"] - 400) <= 3
    assert (one["technique"], one["depth_mm"], one["volume_ml"], one["needle"]) == (
        "point-by-point", "4", "0.1", "n4-27",
    )  # fmt: skip
    expect(page.locator("[data-sum]")).to_have_text("0,1 mL sur 2 mL préparés")
    expect(page.locator("[data-doses]")).to_contain_text("0,5 mg")

    page.get_by_role("button", name="Choisir, déplacer").click()
    stroke(page, (400, 1300), (440, 1330))
    moved = points(page)[0]
    assert (moved["x"] - one["x"], moved["y"] - one["y"]) != (0, 0)
    page.get_by_role("button", name="Vers la droite de la figure").click()
    assert points(page)[0]["x"] == moved["x"] + 2  # 1 mm here
    page.keyboard.press("Shift+ArrowDown")
    assert points(page)[0]["y"] == moved["y"] + 22  # 1 cm
    page.keyboard.press("Delete")
    count(page, 0)
    page.get_by_role("button", name="Annuler", exact=True).click()
    count(page, 1)
    page.get_by_role("button", name="Rétablir").click()
    count(page, 0)


def test_an_area_is_painted_and_erased(drawing: Callable[..., Page]) -> None:
    page = drawing()
    page.get_by_label("Technique").select_option("nappage")
    stroke(page, (300, 1300), (420, 1300))
    expect(page.locator("[data-count]")).not_to_have_text("0 points")
    painted = points(page)
    spots = sorted((one["x"], one["y"]) for one in painted)
    assert len(spots) > 15
    assert {one["technique"] for one in painted} == {"nappage"}
    rows = sorted({y for _, y in spots})
    assert all(22 <= b - a <= 23 for a, b in pairwise(rows))  # 10 mm of 0.45
    page.get_by_role("button", name="Effacer").click()
    stroke(page, (300, 1300), (420, 1300))
    count(page, 0)


def test_no_point_off_the_body_nor_where_the_needle_may_not_go(
    drawing: Callable[..., Page],
) -> None:
    page = drawing()
    why = page.locator("[data-why-shown]")
    press(page, 30, 1600)
    expect(why).to_have_text("Hors du corps\u00a0: aucun point ici.")
    page.get_by_label("Profondeur").first.fill("6")
    press(page, 300, 600)  # over the ribs: 4 mm at most
    expect(why).to_contain_text("Point refusé à cette profondeur.")
    page.get_by_role("button", name="Corps entier").click()
    press(page, 490, 300, "front")
    expect(why).to_contain_text("Point refusé. Face antérieure du cou")
    count(page, 0)
    assert findings(page) == []


def test_the_rules_speak_and_lead_to_the_point(drawing: Callable[..., Page]) -> None:
    page = drawing()
    page.get_by_label("Volume par point").first.fill("1,5")
    press(page, 400, 1300)
    press(page, 600, 1300)
    said = page.locator("[data-findings] li")
    expect(said.filter(has_text="Le total des points dépasse la préparation")).to_be_visible()
    expect(page.locator("[data-left]")).to_contain_text("1 mL de trop")
    page.get_by_role("button", name=re.compile("Montrer ces 2 points")).first.click()
    expect(page.locator("[data-chosen-count]")).to_have_text("Point 1 sur 2")
    page.get_by_role("button", name="Répartir la préparation").click()
    expect(page.locator("[data-sum]")).to_have_text("1,9 mL sur 2 mL préparés")
    expect(said.filter(has_text="dépasse la préparation")).to_have_count(0)


def test_the_list_does_all_without_the_figure(drawing: Callable[..., Page]) -> None:
    """With the keyboard alone; and the last session is begun from."""
    page = drawing("phone")
    page.get_by_role("button", name="Reprendre la dernière séance").press("Enter")
    count(page, 4)
    page.get_by_label("Ajouter par la liste").select_option("knee-front-right/joint-line-medial")
    page.get_by_role("button", name="Ajouter un point").press("Enter")
    count(page, 5)
    expect(page.locator("[data-chosen-what]")).to_contain_text("à droite")
    page.get_by_role("button", name="Vers le bas").press("ArrowUp")
    page.get_by_role("button", name="Supprimer le point").press("Enter")
    count(page, 4)
    page.get_by_label("Technique").select_option("nappage")
    page.get_by_label("Ajouter par la liste").select_option("spine/lumbar-lower-right")
    page.get_by_role("button", name="Couvrir tout l’endroit").press("Enter")
    expect(page.locator("[data-how]").nth(1)).to_contain_text("Nappage")
    assert len(points(page)) > 20
    page.get_by_role("button", name=re.compile("^Supprimer Nappage")).press("Enter")
    count(page, 4)
    assert fits(page)
    assert findings(page) == []


@pytest.mark.parametrize(
    "typed", ["{", '{"edition": "2019.1"}', '{"points": [{"figure": "moon"}]}']
)
def test_a_map_that_cannot_be_drawn_is_kept_until_another_is(
    typed: str, drawing: Callable[..., Page]
) -> None:
    page = drawing(typed=typed)
    expect(page.locator("[data-why-shown]")).to_contain_text("ne peut pas être dessinée ici")
    assert page.locator("[data-value]").input_value() == typed
    press(page, 400, 1300)
    count(page, 1)


def test_a_finger_places_a_point(drawing: Callable[..., Page]) -> None:
    page = drawing("phone", has_touch=True, is_mobile=True)
    page.touchscreen.tap(*on(page, 400, 1300))
    count(page, 1)
    assert fits(page)


def test_two_sessions_are_compared(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    page = window(alice, "phone")
    page.goto(f"{live_server}/comparing/")
    for part in ("Ajoutés", "Retirés", "Déplacés", "Injectés autrement", "Inchangés"):
        expect(page.get_by_text(f"{part}\u00a0: 1").first).to_be_visible()
    expect(page.locator('.imap-moved-way[d="M380 1300L400 1300"]')).to_have_count(1)
    assert findings(page) == []

"""The injection map under a finger, a mouse and a keyboard. What the server refuses besides is in
tests/web/test_injection_map.py."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import FloatRect, Page, expect

from dolenti.access.models import User
from tests.axe import findings, fits

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.e2e.map_page")]


@pytest.fixture
def drawing(window: Callable[..., Page], alice: User, live_server: object) -> Callable[..., Page]:
    """The map of a session of the lumbar spine, with nothing on it: 2 mL are prepared."""

    def opened(
        width: str = "desk", asked: Mapping[str, str] | None = None, **options: object
    ) -> Page:
        page = window(alice, width, **options)
        page.goto(f"{live_server}/drawing/?{urlencode(asked or {})}")
        expect(page.locator("[data-parts]")).to_be_visible()
        return page

    return opened


def points(page: Page) -> list[dict[str, Any]]:
    """The points as the form will send them."""
    kept: list[dict[str, Any]] = sent(page)["points"]
    return kept


def sent(page: Page) -> dict[str, Any]:
    """The map as the form will send it."""
    text = page.locator("[data-value]").evaluate("one => new FormData(one.form).get(one.name)")
    found: dict[str, Any] = json.loads(text)
    return found


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
    expect(why).to_be_in_viewport(ratio=1)  # the figure is higher than the window
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
    expect(page.locator("[data-verdict]")).to_contain_text("1 refus, 1 à décider, avec son motif")
    page.get_by_role("button", name="Répartir la préparation").click()
    expect(said).to_have_count(0)
    expect(page.locator("[data-verdict]")).to_contain_text("rien à signaler")


def volumes(page: Page) -> list[str | None]:
    return [one["volume_ml"] for one in points(page)]


def test_the_preparation_is_shared_out_within_what_the_technique_allows(
    drawing: Callable[..., Page],
) -> None:
    """Point by point takes 0.1 to 0.2 mL: two points take no more of 2 mL, and what is left is
    said."""
    page = drawing()
    press(page, 400, 1300)
    press(page, 600, 1300)
    page.get_by_role("button", name="Répartir la préparation").click()
    said = page.locator("[data-spread-said]")
    expect(said).to_have_text(
        "0,2\u00a0mL à chacun des 2\u00a0points. C’est le plus que la technique permet par point. "
        "Il reste 1,6\u00a0mL dans la seringue, dont 0,1\u00a0mL de volume mort."
    )
    assert volumes(page) == ["0.2", "0.2"]


def test_too_little_is_never_shared_out(drawing: Callable[..., Page]) -> None:
    page = drawing(asked={"prepared": "0.4"})
    for x in (380, 460, 540, 620):
        press(page, x, 1300)
    page.get_by_role("button", name="Répartir la préparation").click()
    expect(page.locator("[data-spread-said]")).to_have_text(
        "Rien n’est changé\u00a0: 4\u00a0points demandent au moins 0,4\u00a0mL, "
        "et 0,3\u00a0mL peuvent être répartis."
    )
    assert volumes(page) == ["0.1"] * 4


def test_each_technique_keeps_its_own_range_when_two_share_a_syringe(
    drawing: Callable[..., Page],
) -> None:
    page = drawing(asked={"prepared": "0.6"})
    press(page, 400, 1300)
    page.get_by_label("Technique").select_option("deep-intradermal")
    press(page, 600, 1300)
    press(page, 600, 1350)
    page.get_by_role("button", name="Répartir la préparation").click()
    assert volumes(page) == ["0.16", "0.16", "0.16"]
    for x in (380, 420, 580, 620):
        press(page, x, 1200)
    page.get_by_role("button", name="Répartir la préparation").click()
    assert volumes(page) == ["0.1", *["0.06"] * 6]
    expect(page.locator("[data-spread-said]")).to_contain_text("De 0,06 à 0,1\u00a0mL")
    expect(page.locator("[data-findings] li")).to_have_count(0)


FIELDS = ("technique", "depth", "volume", "needle", "spacing", "device")
"""Those of the settings; the figure and the list of places stand below and beside them."""
BELOW = ("stage", "region-list", "add-one", "spread")


def stands(page: Page, *names: str) -> dict[str, tuple[float, float]]:
    """Where parts of the map stand on the page, in whole pixels."""
    found: dict[str, tuple[float, float]] = page.evaluate(
        """names => Object.fromEntries(names.map(name => {
            const box = document.querySelector(`[data-${name}]`).getBoundingClientRect();
            return [name, [Math.round(box.x + scrollX), Math.round(box.y + scrollY)]];
        }))""",
        list(names),
    )
    return found


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_nothing_moves_under_the_finger(width: str, drawing: Callable[..., Page]) -> None:
    """Whatever is chosen, placed or said: the fields, the figure and the list keep their place."""
    page = drawing(width)
    parts = (*FIELDS, *(BELOW if width == "desk" else BELOW[:1]))
    before = stands(page, *parts)
    for technique in page.locator("[data-technique] option").all():
        page.locator("[data-technique]").select_option(technique.get_attribute("value"))
        assert stands(page, *parts) == before, technique.get_attribute("value")
    page.get_by_label("Technique").select_option("point-by-point")
    press(page, 400, 1300)
    press(page, 30, 1600)  # refused, and said
    press(page, 400, 400)  # outside the zone: said, and judged
    expect(page.locator("[data-findings] li")).not_to_have_count(0)
    for mode in ("move", "erase", "add"):
        page.locator(f"[data-mode={mode}]").click()
        assert stands(page, *parts) == before, mode
    # On the list, where the finger is on “Add a point”.
    page.locator("[data-region-list]").select_option("spine/lumbar-upper-left")
    there = stands(page, "add-one")
    for _ in range(3):
        page.get_by_role("button", name="Ajouter un point").click()
    expect(page.locator("[data-count]")).to_have_text("5 points")
    assert stands(page, "add-one") == there


def test_what_was_typed_or_chosen_is_never_set_back(drawing: Callable[..., Page]) -> None:
    """What the next technique takes stays; what it does not take is said, and is there again with
    the technique that it was typed for."""
    page = drawing()
    depth, volume = page.locator("[data-depth]"), page.locator("[data-volume]")
    needle, technique = page.locator("[data-needle]"), page.locator("[data-technique]")
    depth.fill("3,5")
    volume.fill("0,15")
    needle.select_option("n13-30")
    technique.select_option("deep-intradermal")
    assert (depth.input_value(), volume.input_value()) == ("3,5", "0,15")
    assert needle.input_value() == "n13-30"
    technique.select_option("nappage")
    expect(page.locator("[data-why-shown]")).to_have_text(
        "Remis à l’usage de cette technique\u00a0: Profondeur, Volume par point."
    )
    assert (depth.input_value(), needle.input_value()) == ("1", "n13-30")
    technique.select_option("point-by-point")
    assert (depth.input_value(), volume.input_value()) == ("3,5", "0,15")
    press(page, 400, 1300)
    page.get_by_role("button", name="Choisir, déplacer").click()
    page.get_by_role("button", name="Annuler", exact=True).click()
    assert (depth.input_value(), needle.input_value()) == ("3,5", "n13-30")


def test_what_was_noted_of_a_device_stays_with_it(drawing: Callable[..., Page]) -> None:
    page = drawing()
    device = page.locator("[data-device]")
    asking = None
    for option in device.locator("option").all():
        device.select_option(option.get_attribute("value"))
        if page.locator("[data-device-fields] input").count():
            asking = option.get_attribute("value")
            break
    assert asking, "some device asks for something"
    page.locator("[data-device-fields] input").first.fill("SN 7")
    device.select_option("by-hand")
    assert sent(page)["settings"] == {}
    device.select_option(asking)
    expect(page.locator("[data-device-fields] input").first).to_have_value("SN 7")


def test_every_place_of_the_list_takes_points_by_every_technique(
    drawing: Callable[..., Page],
) -> None:
    """As the keyboard does: none that is offered is refused by the figure, a second point stands
    beside the first, and the rules of the server refuse none of them."""
    page = drawing(asked={"prepared": "200"})
    for technique in page.locator("[data-technique] option").all():
        page.locator("[data-technique]").select_option(technique.get_attribute("value"))
        refused = page.evaluate(
            """() => {
                const list = document.querySelector("[data-region-list]");
                const field = document.querySelector("[data-value]");
                const count = () => JSON.parse(
                    new FormData(field.form).get(field.name)).points.length;
                const wrong = [];
                for (const option of list.options) {
                    if (!option.value || option.disabled) continue;
                    list.value = option.value;
                    for (const time of [1, 2]) {
                        const before = count();
                        document.querySelector("[data-add-one]").click();
                        if (count() !== before + 1) {
                            const why = document.querySelector("[data-why-shown]").textContent;
                            wrong.push([option.value, time, why]);
                        }
                    }
                }
                return wrong;
            }"""
        )
        assert [one for one in refused if one[1] == 1] == [], technique.get_attribute("value")
        with page.expect_response("**/injection-map/judge/") as answer:
            page.get_by_role("button", name="Choisir, déplacer").click()
            page.evaluate(
                """() => {
                    const total = document.querySelector("[data-total]");
                    total.value = "20";
                    total.dispatchEvent(new Event("change", { bubbles: true }));
                }"""
            )
        stopped = [one for one in answer.value.json()["findings"] if one["severity"] == "block"]
        assert stopped == [], technique.get_attribute("value")
        page.evaluate(
            """() => {
                for (const one of document.querySelectorAll("[data-head] [data-do=delete]")) {
                    if (one.isConnected) one.click();
                }
            }"""
        )
        page.locator("[data-mode=add]").click()


def test_a_place_that_does_not_allow_the_depth_is_not_offered_and_says_why(
    drawing: Callable[..., Page],
) -> None:
    page = drawing()
    trapezius = page.locator('[data-region-list] option[value="spine/trapezius-left"]')
    expect(trapezius).to_have_text("Trapèze supérieur, à gauche · 4\u00a0mm au plus")
    expect(trapezius).to_be_enabled()
    page.locator("[data-depth]").fill("6")
    expect(trapezius).to_be_disabled()
    page.locator("[data-depth]").fill("4")
    page.locator("[data-region-list]").select_option("spine/trapezius-left")
    page.get_by_role("button", name="Ajouter un point").click()
    count(page, 1)
    fossa = page.locator('[data-region-list] option[value="knee-back-left/popliteal-fossa"]')
    expect(fossa).to_have_count(0)  # nothing is injected there: nothing is offered


def test_a_point_outside_the_zone_is_said_at_once(drawing: Callable[..., Page]) -> None:
    """On the figure and in the list, before anything is asked of the server; and on the other side
    too."""
    page = drawing(asked={"left": "yes"})
    page.route("**/injection-map/judge/", lambda route: route.abort())
    first = page.locator("[data-region-list] optgroup").first
    expect(first).to_have_attribute("label", "Zone de la douleur")
    expect(first.locator("option", has_text="à droite")).to_have_count(0)
    why = page.locator("[data-why-shown]")
    press(page, 400, 1300)  # lumbar, left
    expect(page.locator("[data-groups] [data-beside]:visible")).to_have_count(0)
    press(page, 420, 330)  # the neck
    expect(why).to_contain_text("Point placé. Ce n’est pas l’endroit de la douleur traitée")
    expect(page.locator("[data-groups] li", has_text="hors de la zone").first).to_be_visible()
    expect(page.locator('svg[data-figure="spine"] + svg .imap-beside')).to_have_attribute(
        "d", re.compile("M")
    )
    press(page, 600, 1300)  # lumbar, right
    expect(why).to_contain_text("Ce n’est pas le côté de la douleur traitée")
    expect(page.locator("[data-groups] li", has_text="autre côté").first).to_be_visible()
    count(page, 3)


def test_the_rules_name_the_points_outside_the_zone(drawing: Callable[..., Page]) -> None:
    page = drawing()
    press(page, 420, 330)
    said = page.locator("[data-findings] li", has_text="Ce n’est pas l’endroit de la douleur")
    expect(said).to_be_visible()
    expect(said.get_by_role("button", name="Montrer le point 1")).to_be_visible()


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
    page = drawing(asked={"typed": typed})
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

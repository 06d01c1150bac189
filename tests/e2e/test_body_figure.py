"""The figure of the body under a mouse, a finger, a keyboard, and without script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from dolenti.access.models import User
from dolenti.guideline.body import body_map
from dolenti.records import engine
from dolenti.records.models import Complaint, Patient
from tests.axe import findings, fits
from tests.e2e.pains import find_diagnosis
from tests.web.world import registered

pytestmark = pytest.mark.browser

ENLARGED = [
    "spine",
    *(f"{part}-{side}" for part in ("hand", "knee", "foot") for side in ("right", "left")),
]

# For each zone that is shown: the first square of 44 px inside its outline whose middle, corners
# and sides all answer with this zone when pressed. What has none is returned.
_TOO_SMALL = """() => {
  const small = [];
  for (const svg of document.querySelectorAll('.body-stage svg[data-figure]')) {
    if (!svg.getClientRects().length) continue;
    svg.scrollIntoView({block: 'center', behavior: 'instant'});
    const matrix = svg.getScreenCTM();
    for (const zone of svg.querySelectorAll('[data-region]')) {
      const box = zone.getBoundingClientRect();
      let found = false;
      for (let x = box.left + 22; x <= box.right - 22 + 0.5 && !found; x += 1) {
        for (let y = box.top + 22; y <= box.bottom - 22 + 0.5 && !found; y += 2) {
          found = [-21.9, 0, 21.9].every(across => [-21.9, 0, 21.9].every(down => {
            const spot = new DOMPoint(x + across, y + down).matrixTransform(matrix.inverse());
            return zone.isPointInFill(spot)
              && document.elementFromPoint(x + across, y + down) === zone;
          }));
        }
      }
      if (!found) small.push(zone.dataset.region);
    }
  }
  return small;
}"""


@pytest.fixture
def zoe(alice: User) -> Patient:
    return registered(alice)


@pytest.fixture
def marking(
    window: Callable[..., Page], alice: User, zoe: Patient, live_server: object
) -> Callable[..., Page]:
    """The form of a new complaint of Zoé."""

    def opened(width: str = "desk", language: str = "fr", **options: object) -> Page:
        page = window(alice, width, language, **options)
        page.goto(f"{live_server}{reverse('patient-complaint-new', args=[zoe.public_id])}")
        return page

    return opened


def zone(page: Page, region: str) -> Locator:
    return page.locator(f'[data-region="{region}"]')


def points(page: Page) -> list[str]:
    """The points as the form will send them."""
    return page.locator('[name="body-point"]').evaluate_all("all => all.map(one => one.value)")


def places(page: Page) -> list[str]:
    return page.locator("[data-points] [data-place]").all_inner_texts()


@pytest.mark.parametrize("width", ["small", "phone"])
def test_every_zone_takes_a_finger_on_a_telephone(width: str, marking: Callable[..., Page]) -> None:
    page = marking(width)
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 1400})  # type: ignore[index]
    measured = 0
    for scene in ("", *ENLARGED):
        if scene:
            page.locator(f".body-open [data-opens={scene}]").click()
        tabs = page.locator("[data-tabs] button")
        for at in range(max(1, tabs.count())):
            if tabs.count():
                tabs.nth(at).click()
            assert page.evaluate(_TOO_SMALL) == [], (scene, at)
            measured += page.locator(".body-stage svg:visible [data-region]").count()
        assert fits(page)
        if scene:
            page.locator("[data-back]").click()
    everywhere = body_map(engine.edition_in_force())
    assert measured == sum(len(figure.regions) for figure in everywhere.figures.values())


def test_the_mouse_marks_and_unmarks_and_the_place_survives_the_round_trip(
    marking: Callable[..., Page], zoe: Patient, live_server: object
) -> None:
    page = marking()
    expect(page.get_by_text("Aucun pour l’instant.")).to_be_visible()
    zone(page, "front/shoulder-front-right").click()
    zone(page, "front/shoulder-front-right").click(position={"x": 12, "y": 14})
    expect(page.locator("[data-points] li")).to_have_count(2)
    assert places(page)[0] == "Épaule, face antérieure, à droite"
    page.get_by_role("button", name="Retirer 1").click()
    expect(page.locator("[data-points] li")).to_have_count(1)
    (kept,) = points(page)
    find_diagnosis(page, "coiffe", "Tendinopathie de la coiffe")
    page.get_by_role("button", name="Enregistrer et évaluer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("droite")

    made = Complaint.objects.get()
    figure, x, y = kept.split(",")
    assert made.points == [{"figure": figure, "x": int(x), "y": int(y)}]
    assert (made.zone, made.side) == ("shoulder", "right")
    assert made.region == "front/shoulder-front-right"
    assert made.map_edition == body_map(engine.edition_in_force()).edition

    page.goto(f"{live_server}{reverse('patient', args=[zoe.public_id])}")
    shown = page.locator('svg[data-figure="front"] .body-mark')
    expect(shown).to_have_attribute("transform", f"translate({x} {y})")
    page.goto(f"{live_server}{reverse('complaint-edit', args=[made.public_id])}")
    assert points(page) == [kept]
    assert findings(page) == []


def test_a_press_beside_a_slender_limb_marks_the_limb(marking: Callable[..., Page]) -> None:
    page = marking()
    zone(page, "front/elbow-lateral-left").click()  # its middle lies off the arm
    on_skin = """() => {
      const svg = document.querySelector('svg[data-figure="front"]');
      const [, x, y] = document.querySelector('[name="body-point"]').value.split(',').map(Number);
      return svg.querySelector('.body-skin').isPointInFill(new DOMPoint(x + 0.5, y + 0.5));
    }"""
    expect(page.locator("[data-points] li")).to_have_count(1)
    assert page.evaluate(on_skin)
    assert "Coude" in places(page)[0]


def test_a_finger_opens_a_hand_and_marks_the_thumb(marking: Callable[..., Page]) -> None:
    page = marking("phone", has_touch=True, is_mobile=True)
    zone(page, "front/hand-front-left").tap()
    expect(page.locator("[data-title]")).to_have_text("Main gauche")
    page.locator("[data-tabs] button").nth(1).tap()
    thumb = page.locator("svg:visible [data-region]").filter(visible=True).first
    thumb.tap()
    expect(page.locator("[data-points] li")).to_have_count(1)
    assert places(page)[0].endswith("à gauche")
    page.get_by_role("button", name="Corps entier").tap()
    expect(page.locator('.body-scene[data-scene="body"] svg:visible')).to_have_count(1)
    page.wait_for_timeout(400)  # two taps in less are a double tap, whose second presses nothing
    page.get_by_role("button", name="Retirer 1").tap()
    expect(page.locator("[data-points] li")).to_have_count(0)
    assert fits(page)


def test_the_keyboard_walks_marks_opens_and_takes_back(marking: Callable[..., Page]) -> None:
    page = marking()
    zone(page, "front/neck-front").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    walked = page.evaluate("document.activeElement.dataset.region")
    assert walked.startswith("front/")
    assert walked != "front/neck-front"
    page.keyboard.press("Enter")
    expect(page.locator("[data-points] li")).to_have_count(1)
    assert points(page)[0].startswith("front,")
    page.keyboard.press("Delete")
    expect(page.locator("[data-points] li")).to_have_count(0)

    zone(page, "front/knee-front-right").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-title]")).to_be_focused()
    expect(page.locator("[data-title]")).to_have_text("Genou droit")
    page.locator("svg:visible [data-region][tabindex='0']").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-points] li")).to_have_count(1)
    assert "à droite" in places(page)[0]
    page.keyboard.press("Escape")
    expect(zone(page, "front/knee-front-right")).to_be_focused()
    # The point of the enlargement shows on the whole body too, and a region is pressed there.
    expect(page.locator('svg[data-figure="front"] .body-mark')).to_have_count(1)
    expect(page.locator('svg[data-figure="front"] [aria-pressed="true"]')).to_have_count(1)


def test_without_script_the_list_is_searched_and_sent(
    marking: Callable[..., Page], zoe: Patient
) -> None:
    page = marking("phone", java_script_enabled=False)
    page.get_by_label("Rechercher dans la liste des endroits").fill("epaule droite")
    with page.expect_navigation():
        page.locator("[data-find]").click()
    found = page.locator("#body-region option").all_inner_texts()
    assert 1 < len(found) < 12
    assert all("paule" in one for one in found[1:])
    page.locator("#body-region").select_option("front/shoulder-front-right")
    page.get_by_role("button", name="Enregistrer et évaluer").click()
    made = Complaint.objects.get(patient=zoe)
    assert (made.zone, made.side, made.points) == ("shoulder", "right", [])


def test_without_script_a_press_on_the_figure_is_a_point(
    marking: Callable[..., Page], zoe: Patient
) -> None:
    page = marking("phone", java_script_enabled=False)
    page.get_by_role("button", name=re.compile("Placer un point ici.*De face")).click(
        position={"x": 84, "y": 112}
    )
    expect(page.locator("[data-points] li")).to_have_count(1)
    assert places(page) == ["Épaule, face antérieure, à droite"]
    page.get_by_role("button", name=re.compile("Placer un point ici.*De face")).click(
        position={"x": 84, "y": 116}
    )
    page.get_by_role("button", name="Retirer 1").click()
    expect(page.locator("[data-points] li")).to_have_count(1)
    page.get_by_role("button", name="Enregistrer et évaluer").click()
    made = Complaint.objects.get(patient=zoe)
    assert (made.zone, made.side, len(made.points)) == ("shoulder", "right", 1)


@pytest.mark.parametrize(
    "language,right,left",
    [("fr", "Droite du patient", "Gauche du patient"), ("en", "Patient’s right", "Patient’s left")],
)
def test_right_and_left_are_written_from_the_patients_side(
    language: str, right: str, left: str, marking: Callable[..., Page]
) -> None:
    page = marking("desk", language)

    def across(figure: str, words: str) -> float:
        written = page.locator(f'svg[data-figure="{figure}"] text', has_text=words)
        box = written.bounding_box()
        assert box is not None
        return box["x"]

    assert across("front", right) < across("front", left)
    assert across("back", left) < across("back", right)


def test_what_the_figure_and_the_answers_disagree_on_is_asked(
    marking: Callable[..., Page],
) -> None:
    page = marking()
    zone(page, "front/shoulder-front-right").click()
    find_diagnosis(page, "M17", "Gonarthrose")
    page.get_by_role("button", name="Enregistrer et évaluer").click()
    expect(page.locator("[data-trouble]")).to_be_focused()
    expect(page.get_by_text("La figure indique").first).to_be_visible()
    expect(page.locator("[data-points] li")).to_have_count(1)
    assert findings(page) == []
    assert Complaint.objects.count() == 0

"""The session in the room: a planned one that resembles the last, recorded and signed in few taps;
and what a cut connection leaves."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.stock.models import Lot
from dolenti.treatment import room
from dolenti.treatment.models import Session, SessionRecord
from tests.axe import findings, fits
from tests.e2e.sessions import second_of_two, syringe
from tests.web import room as make

pytestmark = pytest.mark.browser

MOST_TAPS, MOST_SECONDS = 15, 60
SHOTS = os.environ.get("SESSION_SHOTS", "")


def shot(page: Page, name: str) -> None:
    """A picture to look at, where somebody asked for them."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def planned(alice: User) -> Session:
    return second_of_two(alice)


def test_a_point_outside_the_zone_is_justified_where_it_is_placed(
    planned: Session, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    """It is said when it is placed, its reason is asked there, and one press records both."""
    syringe(alice, planned, *Lot.objects.order_by("pk"))
    make.answered(alice, planned)
    page = window(alice, "phone")
    page.goto(f"{live_server}/sessions/{planned.public_id}/")
    page.locator("[data-region-list]").select_option("spine/lumbar-upper-left")
    page.get_by_role("button", name="Ajouter un point").click()
    expect(page.locator("[data-why-shown]")).to_contain_text("Ce n’est pas l’endroit")
    why = page.get_by_label("Motif pour y passer outre")
    why.fill("Point gâchette à distance, dit au patient")
    page.get_by_role("button", name="Ajouter un point").click()
    expect(page.locator("[data-findings]")).to_contain_text("Montrer ces 2 points")
    expect(why).to_have_value("Point gâchette à distance, dit au patient")
    page.get_by_role("button", name="Enregistrer l’injection").click()
    expect(page.get_by_text("Corriger ce qui a été injecté")).to_be_visible()
    record = SessionRecord.objects.get(session=planned)
    assert record.state == SessionRecord.State.DELIVERED
    assert [one["reason"] for one in record.injected["overrides"]] == [
        "Point gâchette à distance, dit au patient"
    ]


def test_a_session_like_the_last_is_signed_in_few_taps_once_the_nurse_has_prepared_it(
    planned: Session,
    alice: User,
    person: Callable[[Role], User],
    window: Callable[..., Page],
    live_server: object,
) -> None:
    bob = person(Role.NURSE)
    syringe(bob, planned, *Lot.objects.order_by("pk"))
    make.answered(bob, planned)
    page = window(alice, "desk", has_touch=True)
    page.goto(f"{live_server}/agenda/")
    taps, began = 0, time.monotonic()

    def tap(target: object) -> None:
        nonlocal taps
        taps += 1
        target.click()  # type: ignore[attr-defined]

    def send(button: Locator) -> None:
        # The next button stands on this page too: pressed there, it would be sent before this one.
        with page.expect_navigation():
            tap(button)

    tap(page.get_by_role("link", name="Séance").first)
    shot(page, "doctor-pause")
    for line in page.locator(".pause-open").all():
        yes = line.locator("input[value=yes]")
        if yes.first.is_visible():
            tap(line.locator(".option", has_text="Oui").first)
    send(page.get_by_role("button", name="confirmer ce que l’infirmier").first)
    send(page.get_by_role("button", name="Enregistrer l’injection"))
    scales = page.locator("fieldset.scale")
    tap(scales.nth(0).locator(".option", has_text="6"))
    tap(scales.nth(1).locator(".option", has_text="2"))
    tap(page.locator(".option", has_text="Rien à signaler"))
    for line in page.locator("input[name=leaving]").all():
        tap(line)
    shot(page, "doctor-happened")
    page.get_by_label("Motif, si l’un de ces points").fill("Surveillé par l’infirmière à côté")
    tap(page.get_by_role("button", name="Signer la séance"))
    expect(page.locator(".seal")).to_be_visible()
    seconds = time.monotonic() - began
    shot(page, "signed")
    assert taps <= MOST_TAPS
    assert seconds <= MOST_SECONDS
    assert SessionRecord.objects.get(session=planned).state == "signed"


def test_a_doctor_alone_signs_a_session_like_the_last_in_few_taps(
    planned: Session, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    page = window(alice, "desk", has_touch=True)
    page.goto(f"{live_server}/agenda/")
    taps, began = 0, time.monotonic()

    def tap(target: object) -> None:
        nonlocal taps
        taps += 1
        target.click()  # type: ignore[attr-defined]

    def send(button: Locator) -> None:
        with page.expect_navigation():
            tap(button)

    tap(page.get_by_role("link", name="Séance").first)
    tap(page.locator(".option", has_text="Limpide"))
    send(page.get_by_role("button", name="Enregistrer la préparation"))
    for part in ("pause", "tray"):
        together = page.locator(f"#{part} button[name=together]")
        expect(together).to_contain_text("Tout va bien aux")
        if part == "pause":
            expect(together).to_contain_text("identité")
            shot(page, "alone-pause")
        send(together)
    shot(page, "alone-map")
    expect(page.locator("[data-count]")).to_have_text("40 points")
    tap(page.get_by_role("button", name="Enregistrer l’injection"))
    scales = page.locator("fieldset.scale")
    tap(scales.nth(0).locator(".option", has_text="6"))
    tap(scales.nth(1).locator(".option", has_text="2"))
    tap(page.locator(".option", has_text="Rien à signaler"))
    for line in page.locator("input[name=leaving]").all():
        tap(line)
    page.get_by_label("Motif, si l’un de ces points").fill("Surveillé par l’infirmière à côté")
    tap(page.get_by_role("button", name="Signer la séance"))
    expect(page.locator(".seal")).to_be_visible()
    seconds = time.monotonic() - began
    shot(page, "alone-signed")
    assert taps <= MOST_TAPS
    assert seconds <= MOST_SECONDS
    record = SessionRecord.objects.get(session=planned)
    assert record.state == "signed"
    assert Lot.objects.get(number="AG118").left == 6, "two at each session, and no tap for them"
    assert len(record.points["points"]) == 40


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_the_page_of_a_session_reads_well_at_any_width(
    width: str, planned: Session, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    page = window(alice, width)
    page.goto(f"{live_server}/sessions/{planned.public_id}/")
    shot(page, f"open-{width}")
    assert fits(page)
    assert findings(page) == []
    page.locator(".pause-line .option", has_text="Non").first.click()
    page.get_by_role("button", name="Enregistrer les réponses").first.click()
    expect(page.locator("#stops")).to_be_visible()
    shot(page, f"red-{width}")
    assert fits(page)
    page.evaluate("scrollTo(0, 0)")  # what lies half under the strip there is no small target
    assert findings(page) == []


def test_a_syringe_is_checked_while_it_is_typed_and_a_cut_line_loses_nothing(
    planned: Session, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    page = window(alice, "desk")
    address = f"{live_server}/sessions/{planned.public_id}/"
    page.goto(address)
    volume = page.locator("#id_volume_0")
    expect(page.locator("#mixture")).to_contain_text("20 mg")
    volume.fill("60")
    expect(page.locator("#mixture .note-stop").first).to_be_visible()
    shot(page, "blocked")
    volume.fill("1,5")
    expect(page.locator("#mixture")).to_contain_text("15 mg")
    expect(page.locator("#preparation [data-draft-state]")).not_to_be_empty(timeout=10_000)
    page.context.set_offline(True)
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(address)
    page.get_by_role("link", name="Reprendre").first.click()
    expect(page.locator("#id_volume_0")).to_have_value("1,5")
    assert room.standing(alice, planned).record is None


@pytest.mark.parametrize("field,typed", [("#id_volume_0", "1,7"), ("#id_note", "Une note longue")])
def test_what_is_typed_while_the_line_is_cut_is_kept_once_it_is_back_and_it_is_said(
    field: str, typed: str, planned: Session, alice: User, window: Callable[..., Page],
    live_server: object,
) -> None:  # fmt: skip
    page = window(alice, "desk")
    address = f"{live_server}/sessions/{planned.public_id}/"
    page.goto(address)
    page.context.set_offline(True)
    page.locator(field).evaluate("one => one.closest('details')?.setAttribute('open', '')")
    page.locator(field).fill(typed)
    state = page.locator(f"form:has({field}) [data-draft-state]")
    expect(state).to_contain_text("Pas de réseau", timeout=10_000)
    assert findings(page) == []
    page.context.set_offline(False)
    expect(state).to_contain_text("Brouillon enregistré", timeout=10_000)
    page.goto(address)
    page.get_by_role("link", name="Reprendre").first.click()
    expect(page.locator(field)).to_have_value(typed)


def test_a_form_sent_into_a_cut_line_waits_for_it_and_is_sent_once(
    planned: Session, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    page = window(alice, "desk")
    page.goto(f"{live_server}/sessions/{planned.public_id}/")
    page.context.set_offline(True)
    page.locator("#id_volume_0").fill("1,7")
    page.get_by_role("button", name="Enregistrer la préparation").click()
    state = page.locator("#preparation [data-draft-state]")
    expect(state).to_contain_text("rien n’est encore envoyé", timeout=10_000)
    expect(page.locator("#id_volume_0")).to_have_value("1,7")
    page.context.set_offline(False)
    page.wait_for_url("**/*#tray", timeout=15_000)
    drawn = room.standing(alice, planned).preparation.drawn
    assert [str(one.volume) for one in drawn] == ["1.7"]


# What stands outside its own box, and boxes that leave their line.
_OUTSIDE = """() => [...document.querySelectorAll('.press-row .option')].flatMap(option => {
  const box = option.getBoundingClientRect(), line = option.parentElement.getBoundingClientRect();
  const inside = [...option.children].map(one => one.getBoundingClientRect());
  const spills = inside.some(one => one.right > box.right + 0.5 || one.left < box.left - 0.5);
  return option.checkVisibility() && (spills || box.right > line.right + 0.5)
    ? [option.textContent.trim()] : [];
})"""


@pytest.mark.parametrize("width", ["desk", "phone", "narrow"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_control_of_the_pause_leaves_its_box(
    width: str,
    language: str,
    planned: Session,
    alice: User,
    window: Callable[..., Page],
    live_server: object,
) -> None:
    page = window(alice, width, language)
    page.goto(f"{live_server}/sessions/{planned.public_id}/")
    assert page.locator(".press-row .option").count() > 12
    assert page.evaluate(_OUTSIDE) == []
    assert fits(page)
    if width != "desk":
        # The four cells of the strip stand in two columns, each as wide as the one above it.
        cells = [one.bounding_box() for one in page.locator(".strip-item").all()]
        lefts = {round(cell["x"]) for cell in cells if cell}
        assert len(cells) == 4
        assert len(lefts) == 2

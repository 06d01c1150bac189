"""A part of a page that is drawn again: what was chosen in it meanwhile stands, what stands there
only since a moment takes no click, and what was pressed meanwhile is sent."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from dolenti.access.models import User
from dolenti.records.models import Assessment, Complaint, Statement
from tests.e2e.rows import SETTLING
from tests.web.asked_page import case
from tests.web.world import complaint_of, registered

pytestmark = pytest.mark.browser

SLOW = 0.5  # seconds that an answer takes on the way


@pytest.fixture
def describing(
    window: Callable[..., Page], alice: User, live_server: object
) -> Callable[..., Page]:
    def opened(width: str = "desk") -> Page:
        page = window(alice, width)
        zoe = registered(alice)
        page.goto(f"{live_server}{reverse('patient-complaint-new', args=[zoe.public_id])}")
        return page

    return opened


def slow(page: Page, address: str) -> list[float]:
    """Every answer of this address comes late; when each was asked for."""
    asked: list[float] = []
    page.add_init_script(
        """(() => {
          const send = XMLHttpRequest.prototype.send;
          XMLHttpRequest.prototype.send = function (...all) {
            setTimeout(() => send.apply(this, all), window.late || 0);
          };
        })()"""
    )
    page.route(address, lambda route: _noted(route, asked))
    return asked


def _noted(route: Route, asked: list[float]) -> None:
    asked.append(time.monotonic())
    route.continue_()


def hold_once(page: Page, address: str) -> list[Route]:
    """The next request of this address gets no answer before its route goes on."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold, times=1)
    return held


def late(page: Page, seconds: float) -> None:
    page.evaluate("ms => { window.late = ms }", seconds * 1000)


def option(page: Page, label: str) -> Locator:
    return page.locator("#place .option", has_text=label).first


def test_a_side_chosen_while_the_list_is_drawn_again_stands(
    describing: Callable[..., Page],
) -> None:
    page = describing()
    page.locator("#id_looked_for").press_sequentially("gonarthr", delay=10)
    knee = option(page, "Gonarthrose")
    expect(knee).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLING)
    held = hold_once(page, "**/diagnoses/")
    page.locator("#id_looked_for").press_sequentially("o", delay=10)
    while not held:  # what was typed is asked about now, and no answer comes yet
        page.wait_for_timeout(20)
    knee.click()
    option(page, "Gauche").click()
    with page.expect_response("**/diagnoses/"):
        held[0].continue_()
    page.wait_for_load_state("networkidle")  # older than what stands: it is asked for anew
    page.wait_for_timeout(SETTLING)
    expect(option(page, "Gonarthrose").locator("input")).to_be_checked()
    expect(option(page, "Gauche").locator("input")).to_be_checked()
    page.get_by_role("button", name="Enregistrer et évaluer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("gauche")
    made = Complaint.objects.get()
    assert (made.condition, made.side) == ("knee-osteoarthritis", "left")


def test_a_time_chosen_while_the_free_times_are_drawn_again_stands(
    window: Callable[..., Page], alice: User, live_server: object, ten_past_ten: None
) -> None:
    page = window(alice)
    zoe = registered(alice)
    where = reverse("patient-appointment", args=[zoe.public_id])
    page.goto(f"{live_server}{where}")
    page.wait_for_timeout(SETTLING)
    held = hold_once(page, f"**{where}*")
    page.locator("#id_minutes").select_option(index=1)
    while not held:
        page.wait_for_timeout(20)
    time_chosen = page.locator("#times .option").nth(3)
    value = time_chosen.locator("input").get_attribute("value")
    time_chosen.click()
    with page.expect_response(lambda answer: where in answer.url):
        held[0].continue_()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLING)
    expect(page.locator(f'#times input[value="{value}"]')).to_be_checked()


def test_a_finger_that_is_down_is_not_drawn_away(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    page = window(alice)
    slow(page, "**/diagnoses/")
    zoe = registered(alice)
    page.goto(f"{live_server}{reverse('patient-complaint-new', args=[zoe.public_id])}")
    late(page, SLOW)
    page.locator("#id_looked_for").press_sequentially("gonarthrose", delay=5)
    page.wait_for_timeout(250)
    option(page, "Droite").hover()
    page.mouse.down()
    page.wait_for_timeout(SLOW * 1000 + 300)
    page.mouse.up()
    page.wait_for_timeout(2 * SLOW * 1000 + 500)
    expect(option(page, "Droite").locator("input")).to_be_checked()
    expect(option(page, "Gonarthrose")).to_be_visible()


def test_what_has_just_come_under_the_pointer_takes_no_click(
    describing: Callable[..., Page],
) -> None:
    page = describing()
    page.evaluate(
        """() => document.addEventListener("htmx:afterSettle", () => setTimeout(() => {
             window.pressed = document.querySelector("#id_condition .option");
             window.pressed.click();
           }, 50), { once: true })"""
    )
    page.locator("#id_looked_for").press_sequentially("arthrose", delay=10)
    while not page.evaluate("() => Boolean(window.pressed)"):
        page.wait_for_timeout(20)
    first = page.locator("#id_condition .option").first
    expect(first.locator("input")).not_to_be_checked()
    page.wait_for_timeout(SETTLING)
    first.click()
    expect(first.locator("input")).to_be_checked()


def test_a_row_pressed_while_another_is_on_its_way_is_answered_too(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    knee = complaint_of(
        alice,
        "patient: {birth-date: 1958-03-02, sex: female}\n"
        "complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}\n",
    )
    page = window(alice)
    slow(page, "**/row/")
    page.goto(f"{live_server}{reverse('complaint', args=[knee.public_id])}?for=infiltration")
    late(page, SLOW)
    page.locator("#row-onset [data-no]").click()
    page.locator("#row-pattern [data-no]").click()
    page.locator("#row-pattern [data-no]").click()  # twice is once
    expect(page.locator("#row-onset .said-no")).to_be_visible()
    expect(page.locator("#row-pattern .said-no")).to_be_visible()
    answered = Statement.objects.exclude(how="").values_list("fact", flat=True)
    assert {"recent-injury", "night-pain"} <= set(answered)
    assert len(set(answered)) == len(answered)


def test_a_save_that_is_pressed_while_an_answer_is_on_its_way_says_that_it_waits_for_a_look(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    """What would be saved is not what stood there: it is not saved unread, and not without a
    word."""
    page = window(alice)
    complaint = case(alice, "lateral-epicondylitis")
    slow(page, "**/row/")
    page.goto(f"{live_server}{reverse('complaint', args=[complaint.public_id])}?for=infiltration")
    late(page, SLOW)
    noes = page.locator("#questions [data-no]")
    left = noes.count()
    noes.first.click()
    page.get_by_role("button", name="Enregistrer l’évaluation").click()
    expect(noes).to_have_count(left - 1)
    note = page.locator("[data-note-not-sent]")
    expect(note).to_contain_text("rien n’est enregistré")
    assert not Assessment.objects.exists()
    late(page, 0)
    while noes.count():
        left = noes.count()
        page.wait_for_timeout(SETTLING)
        noes.first.click()
        expect(noes).to_have_count(left - 1)
    expect(note).to_have_count(0)
    page.wait_for_timeout(SETTLING)
    page.get_by_role("button", name="Enregistrer l’évaluation").click()
    page.wait_for_url("**/assessments/**")
    assert Assessment.objects.filter(complaint=complaint).count() == 1

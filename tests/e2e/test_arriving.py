"""What has just come under the pointer takes no press: a page that loads, also after a double click
on the link to it, a part of a page that is drawn, a page that one comes back to."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dolenti.access.covered import cover
from dolenti.access.models import User
from dolenti.records.models import Complaint, Statement
from tests.e2e.arriving import AT_ONCE, TAKING
from tests.e2e.rows import SETTLING
from tests.web.world import allow, complaint_of, registered

pytestmark = pytest.mark.browser

THERAPIES = ("Mésothérapie", "Infiltration", "Cryoneurolyse", "Tous")


@pytest.fixture
def knee(alice: User) -> Callable[[], Complaint]:
    for therapy in ("autologous-conditioned-serum", "cryoneurolysis"):
        allow(alice, therapy)

    def made() -> Complaint:
        return complaint_of(
            alice,
            "patient: {birth-date: 1958-03-02, sex: female}\n"
            "complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}\n",
            uuid.uuid4(),
        )

    return made


def answered(complaint: Complaint) -> int:
    return Statement.objects.filter(patient=complaint.patient).exclude(how="").count()


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_double_click_on_a_therapy_of_the_record_opens_and_answers_nothing(
    width: str, window: Callable[..., Page], knee: Callable[[], Complaint], live_server: object
) -> None:
    page = window(knee().author, width)
    for label in THERAPIES:
        for pause in (120, 300, 450):
            complaint = knee()
            record = reverse("patient", args=[complaint.patient.public_id])
            page.goto(f"{live_server}{record}")
            link = page.get_by_role("link", name=label, exact=True).first
            link.scroll_into_view_if_needed()
            wanted = link.get_attribute("href")
            box = link.bounding_box()
            assert box is not None
            at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            page.mouse.click(*at)
            page.wait_for_timeout(pause)
            page.mouse.click(*at)
            page.wait_for_url(f"**{wanted}")
            page.wait_for_timeout(300)
            assert page.url == f"{live_server}{wanted}", (label, pause)
            assert answered(complaint) == 0, (label, pause)


def test_a_double_click_on_a_chip_answers_nothing_and_adds_one(
    window: Callable[..., Page], alice: User, knee: Callable[[], Complaint], live_server: object
) -> None:
    page = window(alice, "phone")
    complaint = knee()
    where = reverse("complaint", args=[complaint.public_id])
    for number in range(3):
        page.goto(f"{live_server}{where}?for={cover('infiltration')}")
        chip = page.locator(".chip:not(.chip-on)").nth(number)
        page.wait_for_timeout(SETTLING)
        wanted = chip.get_attribute("href")
        chip.dblclick(delay=60)
        page.wait_for_url(f"**{wanted}")
        page.wait_for_timeout(300)
        assert page.url == f"{live_server}{wanted}"
    assert answered(complaint) == 0


def test_no_key_answers_a_page_that_has_just_come_and_a_held_one_answers_once(
    window: Callable[..., Page], alice: User, knee: Callable[[], Complaint], live_server: object
) -> None:
    page = window(alice)
    complaint = knee()
    where = reverse("complaint", args=[complaint.public_id])
    page.add_init_script(
        """document.addEventListener('DOMContentLoaded', () => {
          document.querySelector('#row-joint [data-no]').click();
          document.querySelector('#row-joint .row-label').dispatchEvent(
            new KeyboardEvent('keydown', { key: 'n', bubbles: true }));
        })"""
    )
    page.goto(f"{live_server}{where}?for={cover('infiltration')}")
    page.wait_for_timeout(SETTLING)
    assert answered(complaint) == 0
    page.locator("#questions .is-open .row-label").first.focus()
    page.keyboard.down("n")
    for _ in range(3):
        page.keyboard.down("n")  # as a key that is held repeats itself
        page.wait_for_timeout(SETTLING)
    page.keyboard.up("n")
    expect(page.locator("#questions .said-no")).to_have_count(1)
    pressed = Statement.objects.filter(patient=complaint.patient).exclude(how="")
    assert pressed.values("submission").distinct().count() == 1


def test_what_stores_takes_no_press_while_its_page_arrives(
    window: Callable[..., Page], alice: User, knee: Callable[[], Complaint], live_server: object
) -> None:
    page = window(alice)
    page.add_init_script(AT_ONCE)
    complaint = knee()
    patient = complaint.patient.public_id
    for path in (
        reverse("complaint", args=[complaint.public_id]),
        reverse("patient", args=[patient]),
        reverse("patient-facts", args=[patient]),
        reverse("patient-appointment", args=[patient]),
        reverse("patient-complaint-new", args=[patient]),
        reverse("home"),
    ):
        page.goto(f"{live_server}{path}")
        assert page.evaluate("window.taking") == [], path
        page.wait_for_timeout(SETTLING)
        assert page.evaluate(TAKING), path
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        there = page.evaluate(TAKING)
        assert all(page.locator(".top").inner_html().count(one) for one in there), path


def test_what_was_drawn_into_a_page_takes_no_press_at_once(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    page = window(alice)
    zoe = registered(alice)
    page.goto(f"{live_server}{reverse('medicine-new', args=[zoe.public_id])}")
    page.wait_for_timeout(SETTLING)
    page.evaluate(
        f"""() => document.addEventListener('htmx:afterSettle', () => {{
          window.drawn = [...document.querySelectorAll('main :is(button, label)')].length;
          window.taking = ({TAKING})();
        }})"""
    )
    before = page.evaluate(TAKING)
    page.locator("#id_name").press_sequentially("doliprane", delay=10)
    while not page.evaluate("window.drawn"):
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")
    assert set(page.evaluate("window.taking")) <= set(before)

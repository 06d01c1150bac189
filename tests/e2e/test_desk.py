"""The desk with a telephone at its ear: a name half heard, a hole in the day, a move by keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment
from tests.axe import findings
from tests.e2e.rows import SETTLING
from tests.web.world import PAUL, at, colleague, registered, visit, workday

pytestmark = pytest.mark.browser


def hole(page: Page, hour: str) -> str:
    return f'.grid-column:nth-child(2) [data-slot$="at={hour}"]'


def test_a_patient_is_found_booked_in_a_hole_and_moved_by_the_keyboard(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    zoe, day = registered(alice), workday()
    visit(alice, registered(alice, PAUL), at(10, day=day))
    page = window(colleague(alice, "Sonia", Role.SECRETARY))

    # A name with a slip, from any page.
    page.goto(f"{live_server}/absences/")
    page.keyboard.press("/")
    page.keyboard.type("durnad", delay=20)
    expect(page.locator(".finder-count")).to_have_text("1 patient au nom proche")
    assert findings(page) == []
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert zoe.public_id in page.url

    # A click in a hole: doctor, day and hour are filled in.
    page.goto(f"{live_server}/agenda/?day={day}")
    with page.expect_navigation():
        page.locator(hole(page, "11:00")).click()
    page.locator("main #q").fill("durand")
    page.locator("main .look button").click()
    page.wait_for_timeout(SETTLING)  # what was drawn anew takes no press at once
    page.locator(".summary-line a").first.click()
    expect(page.get_by_label("11 h", exact=True).first).to_be_checked()
    page.wait_for_load_state("networkidle")  # what follows the length listens by now
    page.get_by_label("Durée").select_option("60")  # the free times follow by themselves
    expect(page.get_by_label("11 h 30", exact=True)).to_have_count(0)
    page.get_by_label("11 h", exact=True).first.check()
    page.wait_for_timeout(SETTLING)  # the list moved the button
    # The second press cuts the first one's way to the next page: only where it ends is looked at.
    page.get_by_role("button", name="Prendre le rendez-vous").dblclick()
    expect(page.get_by_role("button", name="Prendre le rendez-vous")).to_have_count(0)
    page.wait_for_load_state("load")
    made = Appointment.objects.get(patient=zoe)
    assert (made.start, made.end - made.start) == (at(11, day=day), timedelta(hours=1))

    # Moved by keys alone: nothing moves before the form is sent.
    page.goto(f"{live_server}/agenda/?day={day}")
    page.locator(f"#s-{made.public_id} .visit-at").focus()
    page.keyboard.press("m")
    expect(page.locator("[data-said]")).to_contain_text("Choisissez un créneau libre")
    page.keyboard.press("Escape")
    expect(page.locator("[data-said]")).to_have_text("Le rendez-vous reste où il est.")
    page.keyboard.press("m")
    page.locator(hole(page, "14:00")).focus()
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert reverse("appointment-move", args=[made.public_id]) in page.url
    made.refresh_from_db()
    assert made.start == at(11, day=day)
    page.locator("#id_reason").fill("à la demande du patient")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    made.refresh_from_db()
    assert made.start == at(14, 30, day)


def test_what_is_taken_takes_no_drop_and_a_hole_asks(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    day = workday()
    moved, other = (
        visit(alice, registered(alice, *who), at(hour, day=day))
        for who, hour in (((), 10), ((PAUL,), 12))
    )
    page = window(alice)
    page.goto(f"{live_server}/agenda/?day={day}")
    page.drag_and_drop(f"#s-{moved.public_id} .visit-what", f"#s-{other.public_id} .visit-what")
    expect(page.locator("[data-said]")).to_have_text(
        "Ce créneau est pris\u00a0: choisissez un créneau libre."
    )
    with page.expect_navigation():
        page.drag_and_drop(f"#s-{moved.public_id} .visit-what", hole(page, "15:00"))
    expect(page.get_by_label("15 h", exact=True).first).to_be_checked()
    assert timezone.localdate() < day
    moved.refresh_from_db()
    assert moved.start == at(10, day=day)


def test_the_patient_of_a_booking_is_found_while_one_types(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    zoe = registered(alice)
    page = window(alice)
    page.goto(f"{live_server}{reverse('appointment-find')}?day={workday()}&at=10:30")
    expect(page.locator("#q")).to_be_focused()
    page.locator("#q").press_sequentially("duran")
    link = page.locator("main").get_by_role("link", name="DURAND Zoé")
    expect(link).to_be_visible()
    with page.expect_navigation():
        link.click()
    assert reverse("patient-appointment", args=[zoe.public_id]) in page.url
    assert "10%3A30" in page.url


def test_what_explains_a_field_pushes_no_input_down(
    alice: User, window: Callable[..., Page], live_server: object
) -> None:
    """Fields side by side: their labels begin at one height, and so do what is typed into."""
    page = window(alice)
    page.goto(f"{live_server}/patients/new/")
    expect(page.locator("[name=birth_name]")).to_be_focused()
    rows = page.evaluate(
        """() => [...document.querySelectorAll('.form-grid')].flatMap(grid => {
            const rows = {};
            for (const field of grid.querySelectorAll(':scope > .field:not(fieldset)')) {
                const label = field.querySelector('label'), box = label.getBoundingClientRect();
                if (!box.height) continue;
                const input = field.querySelector('input, select').getBoundingClientRect();
                (rows[Math.round(box.top)] ??= []).push(Math.round(input.top));
            }
            return Object.values(rows);
        })"""
    )
    assert any(len(row) > 1 for row in rows)
    assert [row for row in rows if len(set(row)) > 1] == []

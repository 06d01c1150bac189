"""A full day on the board: read by axe, pressed by somebody at the desk, at both widths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment, OpeningHours
from tests.axe import findings, fits
from tests.e2e.looks import LOOKS, looked_at
from tests.web.world import colleague, full_day, room

pytestmark = pytest.mark.browser


@pytest.fixture
def day(ten_past_ten: None, alice: User) -> list[Appointment]:
    """Thirty appointments with ten people: the first ten are late, the next ten wait, the last
    ten come."""
    people = [alice, *(colleague(alice, f"Doc{number}") for number in range(9))]
    rooms = [room(alice, f"Salle {number}") for number in range(10)]
    made = full_day(alice, 30, people[1:])
    OpeningHours.objects.update(opens="00:00", closes="23:59")
    # On whole five minutes, where cards are as low as they get.
    now = timezone.now().replace(second=0, microsecond=0)
    now += timedelta(minutes=5 - now.minute % 5)
    for number, one in enumerate(made):
        begins = now + timedelta(minutes=(-50, -25, 5)[number // 10])
        one.practitioner, one.room = people[number % 10], rooms[number % 10]
        one.start, one.end = begins, begins + timedelta(minutes=20)
        if number // 10 == 1:
            one.state, one.arrived_at = "arrived", now
        one.save()
    return made


def test_a_full_day_is_accessible_in_every_look(
    day: list[Appointment], alice: User, window: Callable[..., Page], live_server: object
) -> None:
    wrong = {}
    for language in LOOKS:
        page = window(alice, "desk", language)
        for path in ("/", "/agenda/?by=room", "/agenda/week/", "/agenda/lists/to-ask/"):
            page.goto(f"{live_server}{path}")
            if found := looked_at(page, language):
                wrong[f"{path} {language}"] = found
    assert not wrong


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_the_desk_notes_an_arrival_by_one_press(
    width: str,
    day: list[Appointment],
    alice: User,
    window: Callable[..., Page],
    live_server: object,
) -> None:
    page = window(colleague(alice, "Sonia", Role.SECRETARY), width, "fr")
    page.goto(f"{live_server}/")
    late = page.locator(".now-late")
    expect(late.locator(".now-count")).to_have_text("10")
    late.get_by_role("button", name="Arrivé").first.click()
    expect(page.locator(".now-late .now-count")).to_have_text("9")
    expect(page.locator(".now-waiting .now-count")).to_have_text("11")
    assert fits(page)
    assert findings(page) == []

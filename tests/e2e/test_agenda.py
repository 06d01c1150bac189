"""A full day on the board: read by axe, pressed by somebody at the desk, at both widths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment, OpeningHours
from dolenti.records.patients import care
from tests.axe import findings, fits
from tests.e2e.looks import LOOKS, looked_at
from tests.web.world import at, colleague, crowd, full_day, room, state, visit, workday

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


def test_a_day_of_two_doctors_stands_in_one_low_window(
    alice: User, window: Callable[..., Page], live_server: object
) -> None:
    """Ten hours of half-hour visits at 1280 by 800: every hour is seen without a scroll."""
    OpeningHours.objects.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(site=alice.site, weekday=weekday, opens=opens, closes=closes)
        for weekday in range(7)
        for opens, closes in ((time(8, 30), time(12, 30)), (time(13, 30), time(18, 30)))
    )
    other, day = colleague(alice, "Haddad"), workday()
    for number, patient in enumerate(crowd(alice, 12)):
        doctor = (alice, other)[number % 2]
        visit(alice, patient, at(9 + number // 2 + (number // 2 > 2), day=day), practitioner=doctor)
    page = window(alice)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server}/agenda/?day={day}")
    expect(page.locator(".grid-column:not(.grid-hours)")).to_have_count(2)
    wrap = page.locator(".grid-wrap").bounding_box()
    assert wrap is not None
    assert wrap["y"] + wrap["height"] <= 800
    hours = page.locator(".grid-hour").all_inner_texts()
    assert {"9\u00a0h", "17\u00a0h"} <= {one.strip() for one in hours}
    assert findings(page) == []


# Words that a clip cuts through, and words of two that lie over each other, on the whole board.
_HALF_SEEN = """() => {
  const wrong = [], clipped = new Set(['hidden', 'clip', 'auto', 'scroll']);
  const visible = node => node.checkVisibility()
    && !node.closest('.hidden-text, .mark-words, .hole-said, .grid-said');
  const lines = [];
  const texts = document.createTreeWalker(document.querySelector('.grid'), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.data.trim() || !visible(node.parentElement)) continue;
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      // What is drawn of a line: its letters, without the air above and below them.
      const air = (box.height - parseFloat(getComputedStyle(node.parentElement).fontSize)) / 2;
      const [top, bottom] = [box.top + air, box.bottom - air];
      let whole = true, gone = false;
      for (let one = node.parentElement; one && !one.matches('.grid'); one = one.parentElement) {
        const style = getComputedStyle(one);
        if (style.display === 'inline' || !clipped.has(style.overflowY)) continue;
        const edge = one.getBoundingClientRect();
        if (top >= edge.bottom - 1 || bottom <= edge.top + 1 || box.left >= edge.right - 1) {
          gone = true;
        }
        else if (bottom > edge.bottom + 1 || top < edge.top - 1 || box.right > edge.right + 1) {
          whole = false;
        }
      }
      if (gone) {
        const card = node.parentElement.closest('.visit');
        if (card && !node.parentElement.closest('.visit-room')) {
          wrong.push(`not shown: ${node.data}`);
        }
        continue;
      }
      if (!whole) wrong.push(`cut: ${node.data}`);
      lines.push({top, bottom, left: box.left, right: box.right, words: node.data.trim(),
        card: node.parentElement.closest('.visit')?.id});
    }
  }
  for (const a of lines) for (const b of lines) {
    if (a === b || !a.card || (a.card === b.card && a.words >= b.words)) continue;
    if (a.top < b.bottom - 2 && b.top < a.bottom - 2
        && a.left < b.right - 1 && b.left < a.right - 1)
      wrong.push(`over each other: ${a.words} | ${b.words}`);
  }
  for (const flag of document.querySelectorAll('.now-flag')) {
    const at = flag.getBoundingClientRect();
    for (const one of document.querySelectorAll('.visit-name, .visit .press')) {
      const box = one.getBoundingClientRect();
      if (at.left < box.right && box.left < at.right && at.top < box.bottom && box.top < at.bottom)
        wrong.push(`under the hour of now: ${one.textContent.trim()}`);
    }
  }
  return [...new Set(wrong)].map(one => one.replace(/\\s+/g, ' '));
}"""


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_no_word_of_the_board_is_cut_or_under_another(
    width: str,
    ten_past_ten: None,
    alice: User,
    window: Callable[..., Page],
    live_server: object,
) -> None:
    """Half-hour visits of three doctors, one after another, late, waiting and to come: what can
    hurt, what is to be asked and what each is for stand whole, in a day and in a week."""
    doctors = [alice, colleague(alice, "Haddad"), colleague(alice, "Vannier")]
    rooms = [room(alice, f"Salle d’échographie {number}") for number in range(3)]
    patients = crowd(alice, 12)
    stated = [
        {"allergy": ["latex"]}, {"anticoagulant": "vka", "allergy": ["latex"]},
        {"anticoagulant": "doac"}, {},
    ]  # fmt: skip
    for number, patient in enumerate(patients):
        care.take(alice, patient, alice)
        if facts := stated[number % 4]:
            state(alice, patient, **facts)
        visit(
            alice, patient, at(9 + number // 6, 30 * (number // 3 % 2)),
            practitioner=doctors[number % 3], room=rooms[number % 3],
            kind="control" if number % 5 == 0 else "consultation",
        )  # fmt: skip
    page = window(alice, width)
    wrong = {}
    for down in (800, 1000):
        page.set_viewport_size({"width": page.viewport_size["width"], "height": down})  # type: ignore[index]
        for path in ("/", "/agenda/?by=room", "/agenda/week/"):
            page.goto(f"{live_server}{path}")
            assert page.locator(".visit .mark-danger").count() > 2
            low = page.locator(":is(.visit, .now-line) :is(.visit-at, .visit-name):visible")
            heights = [box["height"] for one in low.all() if (box := one.bounding_box())]
            found = page.evaluate(_HALF_SEEN)
            found += [f"{height} px high" for height in heights if height < 24]
            if found:
                wrong[f"{path} {down}"] = found
    assert not wrong
    if width == "phone":
        expect(page.locator(".grid-hour").first).to_be_hidden()  # a list by day has no ruler

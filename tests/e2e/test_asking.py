"""The rows of the Assess page in a browser: places that settle, focus, undoing, both widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.records.models import Complaint, Statement
from tests.e2e.looks import looked_at
from tests.e2e.rows import SETTLING, no_to_all
from tests.web.world import complaint_of

pytestmark = pytest.mark.browser


# Where the row stands that a finger goes down on: whoever clicks for us may scroll to it first.
_REMEMBER = """() => document.addEventListener('pointerdown', event => {
  window.stood = event.target.closest('#questions [data-row]:not(.row-under *)')
    .getBoundingClientRect().top;
}, true)"""


@pytest.fixture
def knee(alice: User) -> Complaint:
    return complaint_of(
        alice,
        "patient: {birth-date: 1958-03-02, sex: female}\n"
        "complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}\n",
    )


@pytest.fixture
def asked(
    window: Callable[..., Page], alice: User, knee: Complaint, live_server: object
) -> Callable[..., Page]:
    def opened(width: str = "desk") -> Page:
        page = window(alice, width)
        where = reverse("complaint", args=[knee.public_id])
        page.goto(f"{live_server}{where}?for=infiltration")
        return page

    return opened


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_plain_knee_is_asked_and_stored(width: str, asked: Callable[..., Page]) -> None:
    page = asked(width)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert looked_at(page, "fr") == []
    before = [
        row.get_attribute("id")
        for row in page.locator("#questions [data-row]:not(.row-under *)").all()
    ]
    pressed = no_to_all(page)
    after = [
        row.get_attribute("id")
        for row in page.locator("#questions [data-row]:not(.row-under *)").all()
    ]
    assert after == before
    assert pressed == len(before)
    page.get_by_role("button", name="Enregistrer l’évaluation").click()
    expect(page.get_by_text("Résultat reproduit à l’identique")).to_be_visible()


def test_a_second_click_at_a_changed_place_answers_nothing(asked: Callable[..., Page]) -> None:
    page = asked()
    box = page.locator("#row-joint [data-no]").bounding_box()
    assert box is not None
    across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.wait_for_timeout(SETTLING)  # the page has only just come
    # Six clicks 50 ms apart by the page's own clock: a busy machine makes them no slower.
    page.evaluate(
        """([across, down]) => {
            for (let n = 0; n < 6; n++)
                setTimeout(() => document.elementFromPoint(across, down).click(), 50 * n);
        }""",
        [across, down],
    )
    expect(page.locator("#row-joint .said-no")).to_be_visible()
    page.wait_for_timeout(SETTLING)
    assert Statement.objects.exclude(how="").values("submission").distinct().count() == 1


def test_the_focus_goes_to_the_next_question_and_never_to_an_answer(
    asked: Callable[..., Page],
) -> None:
    page = asked()
    page.locator("#row-joint [data-no]").click()
    expect(page.locator("#row-done-here-label")).to_be_focused()
    page.wait_for_timeout(SETTLING)
    page.locator("#row-joint [data-undo]").click()
    expect(page.locator("#row-joint [data-no]")).to_be_visible()


@pytest.mark.parametrize("name", ["row-onset", "row-joint"])
def test_the_focus_stays_in_a_row_that_is_half_answered(
    name: str, asked: Callable[..., Page]
) -> None:
    page = asked()
    page.wait_for_timeout(SETTLING)
    page.locator(f"#{name} .phrase-yes").last.click()
    expect(page.locator(f"#{name} .said-yes")).to_be_visible()
    expect(page.locator(f"#{name}.is-open")).to_have_count(1)
    expect(page.locator(f"#{name} .row-label:focus")).to_have_count(1)


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_nothing_moves_under_a_finger_however_long_it_waits(
    width: str, asked: Callable[..., Page]
) -> None:
    """A second click, long after the first, is not on another row that slid under it."""
    page = asked(width)
    page.evaluate(_REMEMBER)
    for row in page.locator("#questions [data-row]:not(.row-under *)").all():
        button = row.locator("[data-no]")
        if not button.count():
            continue
        page.wait_for_timeout(SETTLING)
        button.click()
        expect(button).to_have_count(0)
        page.wait_for_timeout(SETTLING)
        moved = row.evaluate("row => row.getBoundingClientRect().top - window.stood")
        assert abs(moved) <= 1, row.get_attribute("id")

"""The main path by keyboard alone: every step is a key, and the keyboard is always somewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.records.models import Complaint
from dolenti.treatment.models import Course
from tests.e2e.rows import SETTLING
from tests.web.world import registered

pytestmark = pytest.mark.browser

_HERE = "target => document.activeElement.matches(target)"
_SEEN = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return !!middle && (document.activeElement.contains(middle) || middle.contains(
    document.activeElement));
}"""


def tab_to(page: Page, target: str) -> None:
    """Press Tab until the keyboard is there; where it comes, it is never hidden."""
    for _ in range(300):
        if page.evaluate(_HERE, target):
            assert page.evaluate(_SEEN), f"{target} has the keyboard and cannot be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def enter(page: Page, target: str, text: str = "") -> None:
    """Go to a field or a button; write in it, or press it."""
    tab_to(page, target)
    if text:
        page.keyboard.type(text)
    else:
        with page.expect_navigation():
            page.keyboard.press("Enter")


def test_from_finding_a_patient_to_a_planned_course_without_a_mouse(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    registered(alice)
    page = window(alice)
    page.goto(str(live_server))
    enter(page, f'.nav a[href="{reverse("patients")}"]')
    enter(page, "#q", "durand")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    enter(page, ".summary-line a")
    enter(page, "main .actions a.button")

    # The figure: one stop of the keyboard, and arrows within it.
    tab_to(page, 'svg[data-figure="front"] [data-region]')
    for _ in range(30):
        if page.evaluate("document.activeElement.dataset.region.startsWith('front/knee')"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # opens the knee
    expect(page.locator("[data-title]")).to_be_focused()
    tab_to(page, 'svg[data-figure^="knee-front"] [data-region]')
    page.keyboard.press("Space")
    expect(page.locator("[data-points] li")).to_have_count(1)
    # The point said the zone: its diagnoses stand there, and typing finds any.
    expect(page.locator("#id_condition .option-here").first).to_be_visible()
    tab_to(page, "#id_looked_for")
    page.keyboard.type("arthrose genou")
    expect(page.locator("#id_condition .option")).to_have_count(2)
    page.keyboard.press("Enter")  # goes on to what was found
    page.keyboard.press("Space")
    expect(page.locator("#id_condition input[value=knee-osteoarthritis]")).to_be_checked()
    enter(page, "main .form-end button")

    # Answers in place: the keyboard goes on to the next question, never to an answer.
    made = Complaint.objects.get()
    page.wait_for_url(f"**{reverse('complaint', args=[made.public_id])}")
    page.keyboard.press("/")
    expect(page.locator("#typed")).to_be_focused()
    tab_to(page, "#row-onset [data-no]")
    page.wait_for_timeout(SETTLING)  # the page has only just come
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("Enregistré")
    expect(page.locator("#row-pattern-label")).to_be_focused()
    while page.locator("#questions [data-no]").count():
        left = page.locator("#questions [data-no]").count()
        page.wait_for_timeout(SETTLING)
        page.keyboard.press("n")
        expect(page.locator("#questions [data-no]")).to_have_count(left - 1)
    page.wait_for_timeout(SETTLING)  # the last answer moved the button
    enter(page, "form[action$='store/'] button")
    expect(page.get_by_text("Résultat reproduit à l’identique")).to_be_visible()

    enter(page, "a[href$='/therapies/infiltration/course/']")
    enter(page, "button[name=propose]")
    enter(page, "main .form-end button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Infiltration")
    assert Course.objects.get().complaint == made


def test_the_way_past_the_header_is_the_first_stop(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    page = window(alice)
    page.goto(f"{live_server}{reverse('assessments')}")  # where no field takes the focus
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_mistake_is_read_first_and_leads_to_its_field(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    page = window(alice)
    page.goto(f"{live_server}{reverse('patient-new')}")
    enter(page, "main .form-end button")
    expect(page.locator("[data-trouble]")).to_be_focused()
    wrong = page.locator("[data-trouble] a")
    assert wrong.count() >= 4
    page.keyboard.press("Tab")
    expect(wrong.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nom de naissance", exact=True)).to_be_focused()
    # One that belongs to several buttons leads to the first of them.
    page.locator("[data-trouble] a", has_text="Sexe").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Femme")).to_be_focused()


def test_a_disclosure_and_the_language_answer_to_keys(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    page = window(alice, "phone")
    page.goto(f"{live_server}{reverse('knowledge')}")
    tab_to(page, ".nav-fold > summary")
    page.keyboard.press("Enter")
    enter(page, "button[name=language][value=en]")
    expect(page.get_by_role("heading", level=1)).to_have_text("Knowledge")
    page.goto(f"{live_server}{reverse('knowledge-therapy', args=['mesotherapy'])}")
    tab_to(page, "main details > summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")

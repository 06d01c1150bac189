"""A letter in two presses, in a browser: the way to it, then the button beneath the whole text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.letters.models import Letter
from tests.web.world import clinic, complaint_of, named

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_letter_is_read_whole_before_its_button_and_signed_in_two_presses(
    width: str, window: Callable[..., Page], alice: User, live_server: object
) -> None:
    world = clinic(alice).with_complaint(named(complaint_of(alice)))
    course = world.record.session.course
    page = window(alice, width)
    page.goto(f"{live_server}{reverse('course-follow-up', args=[course.public_id])}")
    page.get_by_role("link", name="Lettre au médecin traitant : cure").click()
    paper = page.locator(".letter-paper").bounding_box()
    sign = page.get_by_role("button", name="Signer").bounding_box()
    field = page.get_by_label("Destinataire", exact=True).bounding_box()
    assert paper
    assert sign
    assert field
    assert paper["y"] + paper["height"] <= sign["y"], "the text is read before it is signed"
    if width == "phone":
        assert sign["y"] < field["y"], "on a telephone the fields come after the text"
    page.get_by_role("button", name="Signer").click()
    expect(page.get_by_role("link", name="Imprimer (PDF)")).to_be_visible()
    assert Letter.objects.get().model == "referring-doctor-course"

"""A medicine typed by its name: proposals come as one types, and the one chosen is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.records.models import Medicine
from tests.web.world import registered

pytestmark = pytest.mark.browser


def test_proposals_come_as_one_types_and_the_one_chosen_is_kept(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    patient = registered(alice)
    page = window(alice)
    page.goto(f"{live_server}{reverse('medicine-new', args=[patient.public_id])}")
    page.locator("#id_name").press_sequentially("previscn", delay=30)
    proposal = page.locator("#proposals label", has_text="PREVISCAN 20 mg").first
    expect(proposal).to_be_visible()
    proposal.click()
    with page.expect_navigation():
        page.locator("main form button.button").first.click()
    expect(page.locator(".summary-line .main")).to_contain_text("PREVISCAN 20 mg")
    kept = Medicine.objects.get()
    assert kept.means == [["anticoagulant", None, "vka"]]

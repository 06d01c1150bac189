"""A patient before a link on the phone: the birth date, whose device it is, a fever."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from dolenti.access.models import User
from dolenti.portal import door
from tests.axe import findings, fits
from tests.web.diary import BORN, link_to, treated

SHOTS = os.environ.get("PHONE_SHOTS", "")


def looked_at(page: Page, name: str) -> None:
    """What a blind patient, a large thumb and a narrow screen find on it."""
    assert findings(page) == []
    assert fits(page)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def say_birth_date(page: Page) -> None:
    for label, value in (("Jour", BORN.day), ("Mois", BORN.month), ("Année", BORN.year)):
        page.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Continuer").click()


def come_in(page: Page, address: str, *, own: bool = True) -> None:
    """The birth date, and whose device it is."""
    page.goto(address)
    looked_at(page, "birth-date")
    say_birth_date(page)
    looked_at(page, "device")
    page.get_by_role("button", name="Oui, c’est le mien" if own else "Non, il est partagé").click()
    page.wait_for_url(re.compile("/answer/$"))


def say_fever(page: Page) -> None:
    """More pain, and a fever whose height is not said yet."""
    page.locator('.question:not([hidden]) input[value="8"]').first.click()
    page.locator('.question:not([hidden]) input[value="rising"]').click()
    page.locator('.question:not([hidden]) input[value="fever"]').click()


def asked_after_two_days(alice: User, site: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a link to the questions of two days after a session, whose door never waits;
    the clinic has a telephone."""
    monkeypatch.setattr(door, "HELD", 0.0)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    with time_machine.travel(timezone.now() - timedelta(hours=50)):
        course = treated(alice)
    return f"{site}{reverse('phone', args=[link_to(alice, course).token])}"

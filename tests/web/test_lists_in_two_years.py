"""In June 2028 every list that grows old says, on the screens that rest on it, of which year it is,
and that the one of that year was never entered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.followup.opioids import table_in_force
from dolenti.guideline.diary.content import content
from dolenti.records import engine
from dolenti.records.models import Assessment
from dolenti.treatment.models import Fee
from tests.web.world import begun_anew, person

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def in_two_years() -> Iterator[None]:
    with time_machine.travel("2028-06-01T09:00:00Z", tick=False):
        yield


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def seen(browser: Client, path: str, **data: str) -> str:
    answer = browser.post(path, data) if data else browser.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_check_list_names_each(alice: User, browser_of: Callable[[User], Client]) -> None:
    Fee.objects.create(site=alice.site, label="Acte", cents=9000)
    irene = person("Irene", Role.ADMINISTRATOR, alice.site)
    page = seen(browser_of(irene), reverse("site-checklist"))
    for name in ("Anti-doping List", "Public holidays", "Public base of medicines", "Fees"):
        said = rf"{name}: (\d{{4}}|no year) \(2028 was never entered\)"
        assert re.search(said, page), name


def test_the_search_of_medicines(alice: User, browser_of: Callable[[User], Client]) -> None:
    page = seen(browser_of(alice), reverse("medicine-find"), name="lamaline")
    assert "Public base of medicines: 2026 (2028 was never entered)" in page


def test_a_holiday_of_the_agenda(alice: User, browser_of: Callable[[User], Client]) -> None:
    page = seen(browser_of(alice), reverse("agenda") + "?day=2028-07-14")
    assert "(Public holidays 2026, that of 2028 was never entered: check it)" in page


def test_the_fees_of_a_quotation(
    alice: User, stored: Assessment, browser_of: Callable[[User], Client]
) -> None:
    course = begun_anew(stored)
    fee = Fee.objects.create(site=alice.site, therapy=course.therapy, label="Séance", cents=6000)
    page = seen(browser_of(alice), reverse("quotation-new", args=[course.public_id]))
    assert "Fees: no year (2028 was never entered)" in page
    fee.entered_on = "2028-01-02"
    fee.save()
    page = seen(browser_of(alice), reverse("quotation-new", args=[course.public_id]))
    assert "was never entered" not in page


def test_the_table_of_opioids_carries_its_year() -> None:
    """It comes when it comes: its year is said, and nothing of another one."""
    table = table_in_force(content(engine.edition_in_force()))
    assert str(table.year) in table.label.fr
    assert str(table.year) in table.label.en

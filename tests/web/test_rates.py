"""One account asks for no more in a minute than people do; the next minute is a new one."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import dolenti
from dolenti.access import rates
from dolenti.access.models import User
from dolenti.records.models import Complaint

pytestmark = pytest.mark.django_db
WHEN = timezone.now().replace(second=20, microsecond=0)


@pytest.fixture
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """So few that a test comes to the end of them; no view is known to give files yet."""
    settings.RATES = {"requests": 8, "searches": 3, "files": 2}
    monkeypatch.setattr(rates, "_give_files", set())
    return settings


def asked(browser: Client, address: str, times: int) -> list[int]:
    return [browser.get(address).status_code for _ in range(times)]


def searched(browser: Client, typed: str, times: int) -> list[int]:
    address = reverse("patient-find")
    sent = [
        browser.post(address, {"q": typed}, headers={"HX-Request": "true"}) for _ in range(times)
    ]
    return [one.status_code for one in sent]


def test_requests_end_and_begin_again(at_alice: Client, few: Any) -> None:
    with time_machine.travel(WHEN, tick=False) as clock:
        assert asked(at_alice, reverse("knowledge"), 9) == [200] * 8 + [429]
        refused = at_alice.get(reverse("knowledge"))
        assert refused.headers["Retry-After"] == "40"
        assert "Attendez une minute" in refused.content.decode()
        clock.shift(timedelta(seconds=40))
        assert asked(at_alice, reverse("knowledge"), 1) == [200]


def test_searches_end_before_and_pages_go_on(
    at_alice: Client, bob: User, browser_of: Any, few: Any
) -> None:
    with time_machine.travel(WHEN, tick=False):
        assert searched(at_alice, "paul", 4) == [200] * 3 + [429]
        assert searched(at_alice, " ", 1) == [200]
        assert searched(browser_of(bob), "paul", 1) == [200]


def test_files_end_whichever_view_gives_them(ada: User, browser_of: Any, few: Any) -> None:
    browser = browser_of(ada)
    with time_machine.travel(WHEN, tick=False):
        sent = [browser.post(reverse("trail-export"), {}) for _ in range(3)]
        assert [one.status_code for one in sent] == [200] * 2 + [429]
        assert "attachment" in sent[1].headers["Content-Disposition"]
        assert "Content-Disposition" not in sent[2].headers
        assert asked(browser, reverse("trail"), 1) == [200]


def test_a_form_beyond_it_is_not_done(at_alice: Client, few: Any) -> None:
    few.RATES = {**few.RATES, "requests": 0}
    with time_machine.travel(WHEN, tick=False):
        refused = at_alice.post(reverse("complaint-new"), {"condition": "knee-osteoarthritis"})
    assert refused.status_code == 429
    assert not Complaint.objects.exists()


def test_nobody_who_is_a_stranger_is_counted(client: Client, alice: User, few: Any) -> None:
    assert asked(client, reverse("account_login"), 12) == [200] * 12


def test_every_search_of_people_types_into_the_field_that_is_counted() -> None:
    named = {
        name
        for file in Path(dolenti.__file__).parent.rglob("*.html")
        for tag in re.findall(r'<input[^>]*type="search"[^>]*>', file.read_text("utf-8"))
        for name in re.findall(r'\sname="(\w+)"', tag)
    }
    of_no_people = {"looked_for", "name"}  # the knowledge, and the base of medicines
    assert named == {rates.TYPED, *of_no_people}

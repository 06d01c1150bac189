"""A plan of serum: nothing is proposed that would be refused, nor before there is any serum."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.calendar.moments import to_utc
from dolenti.guideline.serum.machine import THERAPY
from dolenti.treatment.models import Course
from tests.web.serum import assessed, complaint_of, named, open_every_weekday
from tests.web.world import allow, workday

pytestmark = pytest.mark.any_database


def planning(alice: User, browser: Client) -> tuple[str, dict[str, str]]:
    open_every_weekday(alice.site)
    stored = assessed(alice, named(complaint_of(alice)))
    at = reverse("course-new", args=[stored.public_id, THERAPY])
    page = browser.get(at).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    minutes = re.search(r'name="minutes".*?<option value="(\d+)"\s+selected', page, re.DOTALL)
    assert token is not None
    assert minutes is not None
    return at, {
        "token": token[1], "practitioner": alice.public_id, "minutes": minutes[1],
        "start": f"{timezone.localdate():%Y-%m-%d}",
    }  # fmt: skip


def days(page: str) -> list[str]:
    return re.findall(r'name="day_\d+"[^>]*value="([^"]+)"', page)


def test_serum_is_not_planned_before_it_can_be_made(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    day = workday(7)
    morning = to_utc(datetime(day.year, day.month, day.day, 9, 0))  # noqa: DTZ001
    with time_machine.travel(morning):
        allow(alice, THERAPY)
        browser = browser_of(alice)
        at, said = planning(alice, browser)
        proposed = html.unescape(browser.post(at, {**said, "propose": "1"}).content.decode())
        assert f"{day:%Y-%m-%d}" not in days(proposed)
        assert f"{day:%d/%m/%Y}" not in days(proposed)
        rows = re.findall(r'name="((?:day|time)_\d+)"[^>]*value="([^"]*)"', proposed)
        too_early = dict(rows) | {"day_1": f"{day:%Y-%m-%d}", "time_1": "11:00"}
        refused = browser.post(at, {**said, **too_early})
        assert refused.status_code == 422
        assert "le sérum n’existe pas encore" in html.unescape(refused.content.decode()).lower()
        assert not Course.objects.exists()


def test_no_day_is_proposed_on_which_the_privilege_has_ended(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    last = timezone.localdate() + timedelta(days=10)
    allow(alice, THERAPY, last=last)
    browser = browser_of(alice)
    at, said = planning(alice, browser)
    page = browser.post(at, {**said, "propose": "1"}).content.decode()
    shown = [one for one in days(page) if one]
    assert shown
    read = [
        datetime.strptime(one, "%Y-%m-%d" if "-" in one else "%d/%m/%Y").date()  # noqa: DTZ007
        for one in shown
    ]
    assert max(read) <= last
    assert "habilitation" in page

"""The day of a site: what stands on it, for whom, in how many questions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from tests.web.agenda import AT_TEN, full_day
from tests.web.queries import MOST, own_queries


@pytest.mark.parametrize("role", ["practitioner", "nurse", "secretary"])
@time_machine.travel(AT_TEN, tick=False)
def test_a_full_day_asks_no_more_than_a_quiet_one(
    alice: User, role: str, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    counts = []
    for size in (3, 57):
        full_day(alice, size)
        User.objects.filter(pk=alice.pk).update(role=role)
        for _cold, _warm in ((True, False),):
            with own_queries() as asked:
                response = browser.get(reverse("home"))
            assert response.status_code == 200
            counts.append(len(asked))
        User.objects.filter(pk=alice.pk).update(role="practitioner")
    assert counts[0] == counts[1] <= MOST, (counts, asked.own)

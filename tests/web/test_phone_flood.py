"""A stranger who presses on at the door of the phone is refused without holding a thread: nobody of
the clinic waits for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from dolenti.access.models import AuditEntry
from dolenti.diary import networks
from dolenti.portal import door

pytestmark = pytest.mark.any_database
DATE = {"day": "1", "month": "1", "year": "1950", "by": ""}


@pytest.fixture(autouse=True)
def held(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[list[float]]:
    found: list[float] = []
    monkeypatch.setattr(door.time, "sleep", found.append)
    yield found
    cache.clear()


@pytest.mark.parametrize("page", ["", "not-me/"])
def test_no_thread_is_held_for_an_address_over_its_limit(held: list[float], page: str) -> None:
    # A new browser each time: what one browser tried is counted apart.
    answers = [Client().post(f"/s/abcdefgh/{page}", DATE) for _ in range(networks.MOST)]
    assert len(held) == networks.MOST
    kept = AuditEntry.objects.count()
    late = [Client().post(f"/s/abcdefgh/{page}", DATE) for _ in range(30)]
    assert len(held) == networks.MOST
    assert AuditEntry.objects.count() == kept
    assert {one.status_code for one in late} == {one.status_code for one in answers}
    Client().post(f"/s/abcdefgh/{page}", DATE, REMOTE_ADDR="192.0.2.7")
    assert len(held) == networks.MOST + 1, "another address waits as everybody does"

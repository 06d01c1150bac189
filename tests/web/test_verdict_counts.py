"""The analyst's page: numbers of the site's own pains, small ones unsaid, nobody else's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.records.judging import complaints, verdict_counts
from tests.web.world import assessed, complaint_of, person

pytestmark = pytest.mark.django_db


def test_the_analyst_reads_how_often_each_therapy_was_possible_and_no_small_number(
    alice: User, south: Site, browser_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    noe = person("Noe", Role.ANALYST, alice.site)
    browser = browser_of(noe)
    shown = reverse("verdict-counts")
    assert shown in browser.get(reverse("home")).content.decode()
    assert "Aucune douleur évaluée" in browser.get(shown).content.decode()
    knees = [complaint_of(alice) for _ in range(2)]
    stored = [assessed(alice, knee) for knee in (*knees, knees[0])]  # one of them twice
    today = stored[0].as_of
    status = stored[0].statuses["infiltration"]
    found = verdict_counts.of_site(noe, today)
    assert (found.pains, found.patients) == (None, None)
    assert found.by_therapy["infiltration"] == {status: None}
    assert "non affiché" in browser.get(shown).content.decode()
    monkeypatch.setattr(verdict_counts, "FEWEST", 2)
    assert verdict_counts.of_site(noe, today).by_therapy["infiltration"] == {status: 2}
    complaints.mark_in_error(alice, knees[1], knees[1].version, "autre patient")
    monkeypatch.setattr(verdict_counts, "FEWEST", 1)
    assert verdict_counts.of_site(noe, today).by_therapy["infiltration"] == {status: 1}

    away = person("Nina", Role.ANALYST, south)
    assert verdict_counts.of_site(away, today).pains == 0
    assert verdict_counts.of_site(alice, today).pains == 0
    assert browser_of(alice).get(shown).status_code == 403
    assert AuditEntry.objects.filter(action="count-verdicts", actor=noe.public_id).exists()


def test_no_small_number_follows_from_the_others() -> None:
    counted = verdict_counts._row(Counter({"possible": 40, "caution": 9, "redirect": 1}))
    assert counted == {"possible": 40, "caution": None, "redirect": None}

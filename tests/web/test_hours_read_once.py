"""Whether the site answers now is read once a page of the phone, however many answers would ask."""

from __future__ import annotations

from typing import Any

import pytest

from dolenti.access.models import User
from dolenti.diary import following, history
from dolenti.portal import places, shown
from dolenti.portal.history import shown as of_history
from dolenti.portal.places import Desk
from tests.web.diary import history_link, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Each reading of the opening hours."""
    found: list[Any] = []
    read_hours = places.opening_of
    monkeypatch.setattr(places, "opening_of", lambda site: found.append(site) or read_hours(site))
    return found


def test_every_choice_of_a_question_shares_one_reading(alice: User, read: list[Any]) -> None:
    link = opened(history_link(alice))
    form = history.form_of(link, None)
    same_day = [
        one.id for one in following.content().home_questions
        if any(flag.urgency == "same-day" for flag in form.flags({one.id: {"value": True}}))
    ]  # fmt: skip
    assert same_day
    asked = of_history.HomeAsked(
        fact=same_day[0], type="boolean", ask="", help="", typed={}, units=(), unit="", names=[],
        none="", proposed=(), number=1, count=1,
        choices=tuple(shown.Choice("yes", str(n), chosen=False) for n in range(3)),
    )  # fmt: skip
    data = of_history.on_the_phone(form, {}, asked, alice.site)
    assert data["tells"]["yes"]
    assert len(read) == 1


def test_nobody_reads_the_hours_where_they_decide_nothing(alice: User, read: list[Any]) -> None:
    desk = Desk(alice.site)
    shown.to_do(following.content(), "soon", [], desk)
    shown.to_do(following.content(), "emergency", [], desk)
    assert read == []
    for _ in range(2):
        shown.to_do(following.content(), "same-day", [], desk)
    assert len(read) == 1

"""A link that wrong birth dates blocked is told to those who make another, whatever it was for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.clinic.alerts.blocked import address_of
from dolenti.diary import blocked, links, stops
from dolenti.diary.link_life import TRIES
from dolenti.diary.links import Made, NotOpenedError
from dolenti.diary.models import Link
from tests.web.diary import (
    LINKS,
    after,
    link_to,
    treated,
)
from tests.web.world import secretary, sent

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WRONG = date(1999, 1, 1)
Make = Callable[[User], Made]


def answering(user: User) -> Made:
    course = treated(user)
    with after(50):
        return link_to(user, course)


MAKE: dict[str, Make] = {"answer": answering, **LINKS}


def guessed(made: Made, times: int = TRIES) -> None:
    for n in range(times):
        with pytest.raises(NotOpenedError):
            links.open_(made.token, WRONG, f"198.51.100.{n}")


def test_every_purpose_is_tried_here_and_has_its_right() -> None:
    assert set(MAKE) == set(Link.Purpose.values) == set(blocked.RIGHTS) == set(blocked._LIVES)


@pytest.mark.parametrize("purpose", MAKE)
def test_it_is_told_from_the_fifth_date_on_until_another_is_made(
    alice: User, purpose: str, browser_of: Callable[[User], Client]
) -> None:
    made = MAKE[purpose](alice)
    with after(51 if purpose == "answer" else 0):
        guessed(made, TRIES - 1)
        assert not blocked.waiting(alice).exists()
        guessed(made, 1)
        assert [one.pk for one in blocked.waiting(alice)] == [made.link.pk]
        browser = browser_of(alice)
        assert "/links/blocked/" in browser.get("/agenda/").content.decode()
        page = browser.get("/links/blocked/").content.decode()
        address = address_of(blocked.waiting(alice).get())
        assert address in page
        assert browser.get(address).status_code == 200
        Link.objects.filter(pk=made.link.pk).update(revoked_at=made.link.created_at)
        assert not blocked.waiting(alice).exists()
        assert "/links/blocked/" not in browser.get("/agenda/").content.decode()


def test_another_link_takes_its_place(alice: User) -> None:
    made = MAKE["appointment"](alice)
    guessed(made)
    assert made.link.appointment is not None
    links.make_for_appointment(alice, made.link.appointment)
    assert not blocked.waiting(alice).exists()


def test_the_reception_is_told_of_appointments_alone_and_another_site_of_none(
    alice: User, chloe: User
) -> None:
    for purpose in ("appointment", "history"):
        guessed(MAKE[purpose](alice))
    assert {one.purpose for one in blocked.waiting(secretary(alice))} == {"appointment"}
    assert {one.purpose for one in blocked.waiting(alice)} == {"appointment", "history"}
    assert not blocked.waiting(chloe).exists()


@pytest.mark.parametrize(
    "change", [{"state": "cancelled"}, {"end": "2020-01-01T00:00Z", "start": "2019-01-01T00:00Z"}]
)
def test_of_an_appointment_that_is_gone_nothing_is_told(alice: User, change: Any) -> None:
    made = MAKE["appointment"](alice)
    guessed(made)
    appointment = made.link.appointment
    assert appointment is not None
    type(appointment).objects.filter(pk=appointment.pk).update(**change)
    assert not blocked.waiting(alice).exists()


def test_of_who_wants_no_follow_up_the_leaflet_alone_and_of_who_died_nothing(alice: User) -> None:
    made = MAKE["aftercare"](alice)
    guessed(made)
    stops.stop(sent(alice), made.link.patient, "withdrawn", "")
    assert blocked.waiting(alice).exists()
    stops.stop(sent(alice), made.link.patient, "died", "")
    assert not blocked.waiting(alice).exists()

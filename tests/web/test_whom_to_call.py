"""Whom to call, and when somebody answers: on every page of the phone that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.agenda.models import OpeningHours
from dolenti.calendar.moments import to_local
from dolenti.diary.links import Made
from dolenti.portal import door, places
from dolenti.treatment.models import Course
from tests.web.diary import BORN, after, link_to, treated
from tests.web.phones import Phone

pytestmark = pytest.mark.django_db
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
WRONG = {"day": "1", "month": "1", "year": "1901"}
NUMBER = 'href="tel:0123456789"'
HOURS = "Nous répondons"
FEVER = {"pain-24h": "3", "pain-trend": "falling", "signs-early": ["fever", "redness"],
         "fever-value": "over-38", "redness-size": "spreading", "confirmed": "1"}  # fmt: skip


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


def made_once(alice: User) -> Course:
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    Site.objects.exclude(pk=alice.site_id).update(phone="")
    return treated(alice)


@pytest.fixture
def made(alice: User, standing: Any) -> Iterator[Made]:
    OpeningHours.objects.filter(site=alice.site).delete()
    for day in range(5):
        OpeningHours.objects.create(
            site=alice.site, weekday=day, opens=time(8, 30), closes=time(18)
        )
    with after(50):
        yield link_to(alice, standing.made)


@pytest.fixture
def phone(made: Made) -> Client:
    found = Phone()
    found.post(f"/s/{made.token}/", BIRTH)
    return found


@pytest.mark.parametrize(
    "page", ["device", "leaflet", "call", "help", "problem", "answer", "offline", "ask-visit"]
)
def test_the_number_and_the_hours_stand_on_a_page(phone: Client, made: Made, page: str) -> None:
    text = phone.get(f"/s/{made.token}/{page}/", follow=True).content.decode()
    assert NUMBER in text
    assert HOURS in text
    assert "Lundi à vendredi" in text


@pytest.mark.parametrize("token", ["", "nobody-knows-this-one"])
def test_whoever_is_not_known_is_told_whom_to_call(made: Made, token: str) -> None:
    stranger, address = Client(), f"/s/{token or made.token}/"
    assert NUMBER in stranger.get(f"{address}help/").content.decode()
    refused = Phone().post(address, WRONG).content.decode()
    assert NUMBER in refused
    assert "Cinq essais en tout" in refused
    assert "remplacé par un plus récent" in refused
    locked = Phone()
    for _ in range(5):
        last = locked.post(address, WRONG)
    assert NUMBER in last.content.decode()
    assert NUMBER in stranger.get("/s/").content.decode()


def test_of_several_sites_each_has_its_name_and_number(chloe: User, made: Made) -> None:
    Site.objects.filter(pk=chloe.site_id).update(phone="04 65 00 00 00", name="Site du port")
    text = Client().get(f"/s/{made.token}/help/").content.decode()
    assert NUMBER in text
    assert 'href="tel:0465000000"' in text
    assert "Site du port" in text


def test_days_that_are_alike_are_one_line(alice: User, made: Made) -> None:
    OpeningHours.objects.create(site=alice.site, weekday=5, opens=time(9), closes=time(12))
    first, second, *_ = places.of_site(alice.site).hours
    assert first.startswith("Lundi à vendredi\u00a0: ")
    assert second.startswith("Samedi\u00a0: ")


def test_one_sentence_and_one_number_stand_first(phone: Client, made: Made) -> None:
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    form = phone.get(f"/s/{made.token}/answer/").content.decode()
    key = form.split('name="key" value="')[1].split('"')[0]
    done = phone.post(f"/s/{made.token}/answer/", {**FEVER, "key": key}, follow=True)
    alarm = done.content.decode().split('class="alarm same-day"')[1].split("</footer>")[0]
    assert alarm.count('class="tell"') == 1
    before, _, rest = alarm.partition(NUMBER)
    assert before.count("<p") == 1, "the one sentence"
    assert "fièvre" in rest.lower(), "what it is stands below"


def test_what_is_for_today_is_said_before_it_is_sent(phone: Client, made: Made) -> None:
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    form = phone.get(f"/s/{made.token}/answer/").content.decode()
    key = form.split('name="key" value="')[1].split('"')[0]
    said = {name: value for name, value in FEVER.items() if name != "confirmed"}
    shown = {**said, "key": key, "shown": ["fever-value", "redness-size"]}
    review = phone.post(f"/s/{made.token}/answer/", shown).content.decode()
    assert "Tout est juste" in review
    assert "Appelez aujourd’hui" in review


@pytest.mark.parametrize("closed", [False, True])
def test_whoever_is_closed_is_not_the_first_to_be_called(
    phone: Client, made: Made, alice: User, *, closed: bool
) -> None:
    day = to_local(timezone.now()).date()
    Site.objects.filter(pk=alice.site_id).update(worked=[day.isoformat()])
    OpeningHours.objects.filter(site=alice.site, weekday=day.weekday()).delete()
    other = (day.weekday() + 1) % 7 if closed else day.weekday()
    OpeningHours.objects.filter(site=alice.site, weekday=other).delete()
    OpeningHours.objects.create(site=alice.site, weekday=other, opens=time(0), closes=time(23, 59))
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    form = phone.get(f"/s/{made.token}/problem/").content.decode()
    assert f'"closed": {str(closed).lower()}' in form, "the script says it too"
    key = form.split('name="key" value="')[1].split('"')[0]
    said = {"signs": ["fever", "redness"], "key": key, "confirmed": "1"}
    page = phone.post(f"/s/{made.token}/problem/", said, follow=True).content.decode()
    alarm = page.split('class="alarm same-day"')[1].split("</main>")[0]
    first = alarm.split('class="button main" href="tel:')[1].split('"')[0]
    assert first == ("15" if closed else "0123456789")
    assert ("Nous sommes fermés maintenant" in alarm) is closed
    assert ("Fermé maintenant." in page) is closed


def test_an_alarm_says_each_thing_once_and_names_what_was_ticked_alone(
    phone: Client, made: Made
) -> None:
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    form = phone.get(f"/s/{made.token}/problem/").content.decode()
    key = form.split('name="key" value="')[1].split('"')[0]
    said = {"signs": ["fever", "redness"], "key": key, "confirmed": "1"}
    page = phone.post(f"/s/{made.token}/problem/", said, follow=True).content.decode()
    alarm = page.split('class="alarm same-day"')[1].split("</div>\n<form")[0]
    words = re.sub(r"<[^>]+>|\s+", " ", alarm.replace("\u00a0", " "))
    assert words.count("appelez le 15") == 1
    assert words.count("Appelez-nous") <= 1
    assert "Vous avez coché" in words
    assert "Fièvre ou frissons" in words
    assert re.search(r"frissons *· *Rougeur", words), "a sign may hold a comma itself"
    assert "Articulation" not in words
    assert "urgences" not in words


def test_whoever_asks_for_an_appointment_reads_first_what_to_do_now(
    phone: Client, made: Made
) -> None:
    """A fever that was told is for today: the form of an appointment said nothing of it."""
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    form = phone.get(f"/s/{made.token}/problem/").content.decode()
    key = form.split('name="key" value="')[1].split('"')[0]
    asks = phone.get(f"/s/{made.token}/ask-visit/").content.decode()
    assert 'class="alarm' not in asks
    said = {"signs": ["fever", "redness"], "key": key, "confirmed": "1"}
    phone.post(f"/s/{made.token}/problem/", said)
    asks = phone.get(f"/s/{made.token}/ask-visit/").content.decode()
    assert "Quand pouvez-vous venir" in asks
    alarm, form = asks.index('class="alarm same-day"'), asks.index("Quand pouvez-vous venir")
    assert alarm < form

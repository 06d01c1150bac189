"""What a patient told, asked or was told to do is said back as the record has it: what waits, who
has it, who looked and when; and on a device that others hold, it closes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.diary import alerts
from dolenti.diary.links import Made
from dolenti.diary.models import Alert, AlertEvent
from dolenti.portal import door
from dolenti.portal.cookies import cookie
from dolenti.treatment.models import Course
from tests.web.diary import BORN, after, link_to, to_read, treated
from tests.web.phones import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
CALM = {"pain-24h": "3", "pain-trend": "falling", "signs-early": "none"}
CALLED = "avoir appelé"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


def made_once(alice: User) -> Course:
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    return treated(alice)


@pytest.fixture
def made(alice: User, standing: Any) -> Iterator[Made]:
    """A link, two days after a session."""
    with after(50):
        yield link_to(alice, standing.made)


def at(made: Made, page: str = "") -> str:
    return f"/s/{made.token}/{page}"


def opened(made: Made, own: str = "yes") -> Client:
    phone = Phone()
    phone.post(at(made), BIRTH)
    phone.post(at(made, "device/"), {"own": own})
    return phone


def seen(phone: Client, made: Made, page: str) -> str:
    answer = phone.get(at(made, page))
    assert answer.status_code == 200, page
    return answer.content.decode()


def told(phone: Client, made: Made, page: str = "problem/", **said: str) -> str:
    """What the phone says once something was sent."""
    key = re.search(r'name="key" value="([^"]+)"', seen(phone, made, f"{page}?again=1"))
    assert key
    sent = {**said, "key": key[1], "confirmed": "1"}
    return phone.post(at(made, page), sent, follow=True).content.decode()


def lifted(by: User, outcome: str = "false-alarm") -> Alert:
    alert = Alert.objects.get()
    alert = alerts.take(by, alert, alert.version)
    return alerts.end(by, alert, alert.version, outcome, "Elle va bien")


def test_an_alarm_that_was_ended_says_who_looked_and_when_and_nothing_that_nobody_said(
    made: Made, alice: User
) -> None:
    phone = opened(made)
    assert "Appelez le 15" in told(phone, made, signs="breathing")
    lifted(alice)
    page = seen(phone, made, "done/")
    assert re.search(r"Votre équipe a regardé votre réponse à \d+ h", page)
    assert CALLED not in page
    assert "Elle va bien" not in page
    assert 'role="alert"' not in page.split("<main")[1].split("<footer")[0]
    still = page.index("Si c’est encore le cas")
    assert still < page.index('href="tel:15"', still)
    with after(24):
        phone = opened(made)
        assert re.search(r"a regardé votre réponse le \w+ \d", seen(phone, made, "done/"))


def test_who_told_of_a_sign_again_is_told_to_call_again(made: Made, alice: User) -> None:
    phone = opened(made)
    told(phone, made, signs="breathing")
    lifted(alice)
    page = told(phone, made, signs="breathing")
    assert 'class="alarm emergency"' in page
    assert "a regardé votre réponse" not in page


def test_what_is_only_about_messages_is_nothing_that_a_patient_told(
    made: Made, alice: User
) -> None:
    phone = opened(made)
    told(phone, made, "answer/", **CALM)
    alerts.watch_unreached(alice, made.link.of_course)
    page = seen(phone, made, "done/")
    assert "Ce que vous nous avez signalé avant" not in page
    assert "C’est envoyé, merci" in page


def test_a_call_that_was_asked_for_waits_until_somebody_spoke_to_the_patient(
    made: Made, alice: User
) -> None:
    phone = opened(made)
    page = seen(phone, made, "call/")
    assert "vous avez demandé un appel" not in page
    assert ">Demander un appel</button>" in page
    phone.post(at(made, "call/"))
    with after(1):
        phone = opened(made)
        page = seen(phone, made, "call/")
        assert re.search(r"vous avez demandé un appel à \d", page)
        assert "Quelqu’un s’en occupe" not in page
        assert ">Demander un appel</button>" not in page
        phone.post(at(made, "call/"))
        wanted = AlertEvent.objects.filter(kind=AlertEvent.Kind.CALL_WANTED)
        assert wanted.count() == 1, "another press is no second request"
        alert = Alert.objects.get()
        alert = alerts.take(alice, alert, alert.version)
        assert "Quelqu’un s’en occupe" in seen(phone, made, "call/")
        alerts.reached(alice, alert, alert.version, "Va bien")
        assert "vous avez demandé un appel" not in seen(phone, made, "call/")
        phone.post(at(made, "call/"))
        assert wanted.count() == 2, "after a call another may be asked for"


def test_a_problem_that_waits_is_said_where_it_can_be_told_again(made: Made, alice: User) -> None:
    phone = opened(made)
    assert "compte toujours" not in seen(phone, made, "problem/")
    told(phone, made, signs="fever", **{"fever-degrees": "38.4"})
    page = seen(phone, made, "problem/")
    assert re.search(r"Ce que vous nous avez signalé à \d+ h.* compte toujours", page)
    alert = Alert.objects.get()
    alerts.take(alice, alert, alert.version)
    assert "Quelqu’un s’en occupe" in seen(phone, made, "problem/")
    assert "compte toujours" not in Client().get(at(made)).content.decode()


def test_a_question_about_a_consent_waits_where_it_can_be_asked_again(alice: User) -> None:
    made = to_read(alice)
    phone = opened(made)
    phone.post(at(made, "consent/ask/"), {"text": "Combien de temps ?"})
    page = seen(phone, made, "consent/ask/")
    assert re.search(r"Votre question, posée à \d+ h", page)
    assert "Combien de temps" in page


def test_on_a_shared_device_what_was_sent_closes(made: Made) -> None:
    phone = opened(made, own="no")
    page = told(phone, made, "answer/", **CALM)
    assert "Cet appareil est partagé" in page
    assert phone.cookies[cookie(door.COOKIE)]["max-age"] == door.SENT_SECONDS
    with after(3 / 60):
        for one in ("answer/", "done/", "problem/"):
            assert phone.get(at(made, one)).headers["Location"] == at(made), one
    phone = opened(made, own="no")
    seen(phone, made, "problem/")
    with after(9 / 60):
        assert seen(phone, made, "problem/"), "whoever still types has time"


def test_i_have_finished_closes_on_every_device(made: Made) -> None:
    for own in ("yes", "no"):
        phone = opened(made, own)
        page = told(phone, made, "answer/", **CALM)
        assert f'action="{at(made, "close/")}"' in page
        gone = phone.post(at(made, "close/"), follow=True)
        assert "C’est fermé" in gone.content.decode()
        assert phone.get(at(made, "done/")).headers["Location"] == at(made)
    assert phone.get(at(made, "close/")).status_code == 200


def test_closing_is_said_of_nothing_that_is_open(made: Made) -> None:
    phone = opened(made)
    assert phone.get(at(made, "close/")).headers["Location"] == at(made)


def test_what_is_on_a_device_can_be_erased_from_every_page(made: Made) -> None:
    phone = opened(made)
    told(phone, made, "answer/", **CALM)
    for one in ("answer/", "done/", "call/", "leaflet/", "problem/"):
        assert at(made, "forget/") in seen(phone, made, one), one

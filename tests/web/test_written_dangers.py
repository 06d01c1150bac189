"""A word of danger in what a patient writes freely: what to do is said at once, and the clinic is
told. It only ever adds an alarm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.diary import alerts, answers, links, wishing
from dolenti.diary.links import Made
from dolenti.diary.models import Alert, Answer, Wish
from dolenti.portal import door
from dolenti.treatment.models import Course
from tests.web.diary import BORN, NETWORK, after, aftercare_link, link_to, to_read, treated
from tests.web.phones import Phone

pytestmark = pytest.mark.django_db
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
RED = "mon genou est rouge et chaud, je prefere venir avant"
DESPAIR = "je n’en peux plus, je voudrais en finir"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


def made_once(alice: User) -> Course:
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    return treated(alice)


@pytest.fixture
def made(alice: User, standing: Any) -> Iterator[Made]:
    with after(50):
        yield link_to(alice, standing.made)


@pytest.fixture
def phone(made: Made) -> Client:
    found = Phone()
    found.post(f"/s/{made.token}/", BIRTH)
    found.post(f"/s/{made.token}/device/", {"own": "yes"})
    return found


def alarms(page: Any) -> str:
    """What stands in the alarm of a page, if there is one."""
    text = page.content.decode()
    return text[text.index('role="alert"') :] if 'class="alarm' in text else ""


def test_a_danger_written_to_the_reception_is_answered_and_alerts(
    phone: Client, made: Made
) -> None:
    page = phone.post(f"/s/{made.token}/ask-visit/", {"part": "any", "note": RED}, follow=True)
    assert "Appelez aujourd’hui" in alarms(page)
    assert 'href="tel:0123456789"' in alarms(page)
    alert = Alert.objects.get()
    assert (alert.urgency, alert.alarms) == ("same-day", ["alarm-words-infection"])
    assert alert.events.get().note == RED
    assert Wish.objects.get(Wish.WAITS).note == RED, "the reception still looks for a date"


def test_what_was_passed_on_is_said_and_its_alert_is_the_same(
    alice: User, phone: Client, made: Made
) -> None:
    phone.post(f"/s/{made.token}/ask-visit/", {"part": "any", "note": RED})
    wishing.pass_on(alice, Wish.objects.get())
    assert Alert.objects.count() == 1
    page = phone.get(f"/s/{made.token}/ask-visit/").content.decode()
    assert "a été transmise à vos soignants" in page


def test_no_answer_reassures_beside_an_alert_that_is_open(phone: Client, made: Made) -> None:
    phone.post(f"/s/{made.token}/ask-visit/", {"part": "any", "note": RED})
    calm = {"pain-24h": "3", "pain-trend": "falling", "signs-early": "none", "confirmed": "1",
            "key": str(made.link.form_key or "6f5f5a0e-1111-4222-8333-444455556666")}  # fmt: skip
    done = phone.post(f"/s/{made.token}/answer/", calm, follow=True)
    assert Answer.objects.count() == 1
    assert "pas nécessaire de nous appeler" not in done.content.decode()
    assert "Appelez aujourd’hui" in alarms(done)


def test_despair_in_a_message_says_3114_first(phone: Client, made: Made) -> None:
    said = {"signs": "other", "message": DESPAIR, "confirmed": "1", "shown": "message",
            "key": "6f5f5a0e-1111-4222-8333-444455556667"}  # fmt: skip
    done = phone.post(f"/s/{made.token}/problem/", said, follow=True)
    said_there = alarms(done)
    assert said_there.index('href="tel:3114"') < said_there.index('href="tel:15"')
    assert "deux jours ouvrés" not in said_there
    alert = Alert.objects.get()
    assert alert.urgency == "emergency"
    assert set(alert.alarms) == {"alarm-words-despair", "alarm-other-worry"}


def test_a_question_about_a_consent_hides_no_danger(alice: User) -> None:
    read = to_read(alice)
    phone = Phone()
    phone.post(f"/s/{read.token}/", BIRTH)
    phone.post(f"/s/{read.token}/device/", {"own": "yes"})
    page = phone.post(f"/s/{read.token}/consent/ask/", {"text": DESPAIR}, follow=True)
    assert 'href="tel:3114"' in alarms(page)
    alert = Alert.objects.get()
    assert (alert.course, alert.urgency) == (read.link.course, "emergency")


@pytest.mark.parametrize("note", ["", "plutôt le matin", "je viens en bus, avec ma fille"])
def test_a_calm_word_alerts_nobody(phone: Client, made: Made, note: str) -> None:
    page = phone.post(f"/s/{made.token}/ask-visit/", {"part": "any", "note": note}, follow=True)
    assert not alarms(page)
    assert not Alert.objects.exists()


def test_what_stands_is_never_lowered_by_a_word(alice: User, made: Made) -> None:
    link = links.open_(made.token, BORN, NETWORK)
    assert link is not None
    actor = links.patient_by(link)
    alerts.watch_written(actor, {"course": link.course}, DESPAIR, answers.judged_text(DESPAIR))
    alerts.watch_written(actor, {"course": link.course}, RED, answers.judged_text(RED))
    alert = Alert.objects.get()
    assert alert.urgency == "emergency"
    assert alert.alarms == ["alarm-words-despair", "alarm-words-infection"]
    assert [one.note for one in alert.events.exclude(note="")] == [DESPAIR, RED]


def test_a_link_of_aftercare_shows_what_stands(alice: User) -> None:
    made = aftercare_link(alice)
    phone = Phone()
    phone.post(f"/s/{made.token}/", BIRTH)
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    page = phone.post(f"/s/{made.token}/ask-visit/", {"part": "any", "note": RED}, follow=True)
    assert "N’attendez pas votre rendez-vous" in alarms(page)

"""A patient with an alert whom nobody reaches by telephone is written to, once a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as settings_of_site

from dolenti.access.mail import OF_DEMO
from dolenti.access.models import User
from dolenti.diary import alerts, reaching
from dolenti.diary.models import Alert, Message
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from dolenti.work import worker
from tests.web.diary import answered, link_to, opened, treated
from tests.web.world import sent

GIVEN = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))  # a Tuesday


@contextmanager
def at(day: int, hour: int, minute: int = 0) -> Iterator[None]:
    """So many days after the session, at an hour of the site’s clock."""
    with time_machine.travel(
        GIVEN.replace(hour=hour, minute=minute) + timedelta(days=day), tick=False
    ):
        yield


def made_once(alice: User) -> Course:
    """A course whose patient is asked by SMS, and told of a fever two days after the session."""
    with time_machine.travel(GIVEN, tick=False):
        alice.site.phone = "01 23 45 67 89"
        alice.site.save()
        made = treated(alice)
        contacting.add(sent(alice), made.patient, {"kind": "self", "phone": "06 39 98 12 34"})
        reaching.reach(sent(alice), made.patient, "sms")
    with at(2, 10):
        answered(opened(link_to(alice, made)), signs_early=["fever"])
    return made


@pytest.fixture
def alert(standing: Any, settings: Any, tmp_path: Path) -> Alert:
    settings.DATA = tmp_path
    (tmp_path / OF_DEMO).touch()  # everybody is invented: an SMS is a file
    return Alert.objects.get(course=standing.made)


def texts() -> list[str]:
    """Every SMS that left."""
    worker.do_all()
    folder: Path = settings_of_site.DATA / "sms"
    return [one.read_text() for one in folder.glob("*.txt")] if folder.exists() else []


def call(user: User, alert: Alert) -> None:
    """Nobody answers the telephone."""
    alert.refresh_from_db()
    alerts.not_reached(user, alert, alert.version, "")


def kinds(alert: Alert) -> list[str]:
    """What happened to an alert."""
    return list(alert.events.order_by("pk").values_list("kind", flat=True))


def test_the_third_call_that_nobody_answers_sends_the_written_message_once_a_day(
    alice: User, alert: Alert
) -> None:
    with at(2, 11):
        call(alice, alert)
        call(alice, alert)
        assert texts() == []
        call(alice, alert)
        (text,) = texts()
        assert "merci de nous rappeler aujourd'hui au 01 23 45 67 89" in text
        assert "/s/" not in text, "it opens nothing"
        call(alice, alert)
        assert len(texts()) == 1
    assert kinds(alert).count("asked-back") == 1
    with at(3, 11):
        call(alice, alert)
        assert len(texts()) == 2


def test_whoever_was_spoken_to_meanwhile_gets_none(alice: User, alert: Alert) -> None:
    with at(2, 11):
        for _ in range(3):
            call(alice, alert)
        alert.refresh_from_db()
        alerts.reached(alice, alert, alert.version, "Va mieux")
        assert texts() == []
        assert Message.objects.get().state == Message.State.NOT_NEEDED


def test_nobody_is_asked_to_call_today_when_nobody_answers_any_more(
    alice: User, alert: Alert
) -> None:
    with at(2, 17, 55):
        for _ in range(3):
            call(alice, alert)
    with at(2, 19, 5):  # a worker that was away
        assert texts() == []


@pytest.mark.parametrize("without", ["way", "number"])
def test_without_a_way_or_a_number_to_call_nothing_goes(
    alice: User, alert: Alert, without: str
) -> None:
    with at(2, 11):
        if without == "way":
            reaching.reach(sent(alice), alert.patient, "none")
        else:
            alice.site.phone = ""
            alice.site.save()
        alert = Alert.objects.get(pk=alert.pk)
        for _ in range(3):
            call(alice, alert)
        assert (texts(), "asked-back" in kinds(alert)) == ([], False)

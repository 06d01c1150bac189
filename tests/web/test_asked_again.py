"""What a patient is promised to be asked again is asked again: counted from the answer that called
for it, however long its alert stood before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from dolenti.access.actors import worker_at
from dolenti.access.mail import OF_DEMO
from dolenti.access.models import User
from dolenti.diary import following, links, reaching, reminding, unanswered
from dolenti.diary.models import Alert, AlertEvent, Message
from dolenti.guideline.diary.windows import Due
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from tests.web.diary import answered, link_to, opened, treated
from tests.web.world import sent

PARIS = ZoneInfo("Europe/Paris")
GIVEN = datetime(2026, 11, 24, 9, 30, tzinfo=PARIS)  # a Tuesday
A_LUMP = {"pain_24h": "3", "change": "4", "relief_still": "still", "signs_late": ["nodule"],
          "nodule_since": "under-1-week"}  # fmt: skip

pytestmark = pytest.mark.each


@contextmanager
def at(days: float) -> Iterator[datetime]:
    """So many days after the session."""
    moment = GIVEN + timedelta(days=days)
    with time_machine.travel(moment, tick=False):
        yield moment


@pytest.fixture
def course(standing: Any, settings: Any, tmp_path: Path) -> Course:
    settings.DATA = tmp_path
    (tmp_path / OF_DEMO).touch()
    found: Course = standing.made
    return found


def made_once(alice: User) -> Course:
    """A course whose patient is asked by SMS, with an alert of the third day that nobody ended."""
    with time_machine.travel(GIVEN, tick=False):
        made = treated(alice)
        contacting.add(sent(alice), made.patient, {"kind": "self", "phone": "06 39 98 12 34"})
        reaching.reach(sent(alice), made.patient, "sms")
    with time_machine.travel(GIVEN + timedelta(hours=50), tick=False):
        answered(opened(link_to(alice, made)), signs_early=["other"], message="Un peu fatiguée.")
    assert Alert.objects.get(course=made).state == Alert.State.RAISED
    return made


def tell(user: User, course: Course, window: str, anchor: str, **said: object) -> None:
    link = opened(links.make(user, course, window, anchor))
    answered(link, window, **said)


def asked(course: Course, now: datetime) -> list[Due]:
    every = following.due_of(course, now)
    return [one for one in every if one.window.id == "again-nodule"]


def test_a_lump_told_while_another_alert_stands_is_asked_about_a_week_later(
    alice: User, course: Course
) -> None:
    with at(27) as now:
        tell(alice, course, "m1", "last", **A_LUMP)
        alert = Alert.objects.get()
        assert "alarm-nodule-recent" in alert.alarms
        (one,) = asked(course, now)
        assert (one.status, one.due) == ("not-open", GIVEN + timedelta(days=34))
    with at(34.1) as now:
        assert [one.status for one in asked(course, now)] == ["due"]
        assert reminding.remind(worker_at(course.site), now) == 1
        assert Message.objects.latest("pk").window == "again-nodule"


def test_a_lump_that_is_still_there_is_asked_about_again_and_again(
    alice: User, course: Course
) -> None:
    with at(27):
        tell(alice, course, "m1", "last", **A_LUMP)
    skin = {"signs_late": ["nodule"], "nodule_since": "one-two-weeks"}
    with at(34.1) as now:
        (first,) = asked(course, now)
        tell(alice, course, "again-nodule", first.anchor, **skin)
        first, second = asked(course, now)
        assert (first.status, second.status) == ("answered", "not-open")
        assert second.due == now + timedelta(days=7)
    with at(41.2) as now:
        assert reminding.remind(worker_at(course.site), now) == 1
        message = Message.objects.latest("pk")
        assert (message.window, message.anchor) == ("again-nodule", second.anchor)
        opened_by = links.make(alice, course, "again-nodule", second.anchor)
        answered(opened(opened_by), "again-nodule", signs_late=["none"])
        assert all(one.status == "answered" for one in asked(course, timezone.now()))


@pytest.mark.parametrize("days, listed", [(33.9, False), (34.1, True), (43.9, True), (44.1, False)])
def test_what_was_promised_and_nobody_answered_is_listed_for_ten_days(
    alice: User, course: Course, days: float, listed: bool
) -> None:
    with at(27):
        tell(alice, course, "m1", "last", **A_LUMP)
    with at(days) as now:
        found = [one.due.window.id for one in unanswered.of(alice, now)]
    assert found == ["again-nodule"] * listed


def test_every_answer_that_calls_for_an_alarm_is_seen_by_the_windows(
    alice: User, course: Course
) -> None:
    """Whatever adds alarms to an alert, the windows that follow an alarm know when."""
    with at(27):
        tell(alice, course, "m1", "last", **A_LUMP)
    alert = Alert.objects.get()
    (raised,) = following.between(course).alerts
    events = list(AlertEvent.objects.filter(alert=alert, kind__in=following.CALLED))
    assert [(one.id, one.at) for one in raised.called] == [
        (one.public_id, one.created_at) for one in events
    ]
    assert {name for one in raised.called for name in one.alarms} == set(alert.alarms)

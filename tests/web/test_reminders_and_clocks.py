"""Reminders on the days on which the clock changes, and after an erasure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.actors import worker_at
from dolenti.access.mail import OF_DEMO
from dolenti.access.models import User
from dolenti.diary import following, hours, reaching, reminding
from dolenti.diary.models import Message
from dolenti.records.patients import contacting
from dolenti.rights import erasing
from dolenti.rights.retention import Term
from dolenti.treatment.models import Course
from dolenti.work import worker
from tests.web.diary import treated
from tests.web.world import administrator, sent

PARIS = ZoneInfo("Europe/Paris")


def paris(*when: int, fold: int = 0) -> datetime:
    """A moment of the clock on the wall; ``fold`` 1: the second time that it shows it."""
    return datetime(*when, tzinfo=PARIS, fold=fold)  # type: ignore[misc, arg-type]


GIVEN = paris(2026, 10, 20, 9, 30)  # a Tuesday


@contextmanager
def at(day: int, hour: int) -> Iterator[None]:
    """So many days after the session, at an hour of the site’s clock."""
    with time_machine.travel(GIVEN.replace(hour=hour) + timedelta(days=day), tick=False):
        yield


@pytest.fixture
def course(standing: Any, settings: Any, tmp_path: Path) -> Course:
    settings.DATA = tmp_path
    (tmp_path / OF_DEMO).touch()
    found: Course = standing.made
    return found


def made_once(alice: User) -> Course:
    """A course whose patient is asked by SMS."""
    with time_machine.travel(GIVEN, tick=False):
        return asked_by_sms(alice)


def asked_by_sms(user: User) -> Course:
    made = treated(user)
    contacting.add(sent(user), made.patient, {"kind": "self", "phone": "06 39 98 12 34"})
    reaching.reach(sent(user), made.patient, "sms")
    return made


def texts(folder: Path) -> int:
    return len(list((folder / "sms").glob("*.txt")))


@pytest.mark.parametrize("erased", [False, True])
def test_nothing_goes_to_a_patient_who_was_erased(
    alice: User, course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, erased: bool
) -> None:
    """What was written down before, and its job, go with the record; the next run asks nobody."""
    patient, site = course.patient, course.site
    with at(2, 11):
        assert reminding.remind(worker_at(site), timezone.now()) == 1
        if erased:  # as if its term had come meanwhile
            today = timezone.localdate()
            monkeypatch.setattr(erasing, "_insist_on_term", lambda *_: Term(today, ("record",)))
            proposed = erasing.propose(sent(administrator(site, "Rene")), patient, today)
            erasing.confirm(administrator(site, "Sara"), proposed, today)
            assert not Message.objects.exists()
        worker.do_all()
        assert texts(tmp_path) == (not erased)
    with at(3, 11):
        assert reminding.remind(worker_at(site), timezone.now()) == (not erased)
        worker.do_all()
    assert texts(tmp_path) == 2 * (not erased)


@pytest.mark.parametrize("since, leaves", [
    # Saturday evening before a change of clock: not on the Sunday, at ten on the Monday’s clock.
    (paris(2026, 10, 24, 19), paris(2026, 10, 26, 10)),
    (paris(2026, 3, 28, 19), paris(2026, 3, 30, 10)),
    # That very night, in the hour that is twice, and in the one after the hour that is not.
    (paris(2026, 10, 25, 2, 30, fold=0), paris(2026, 10, 26, 10)),
    (paris(2026, 10, 25, 2, 30, fold=1), paris(2026, 10, 26, 10)),
    (paris(2026, 3, 29, 3, 30), paris(2026, 3, 30, 10)),
    (paris(2026, 10, 26, 17, 59), paris(2026, 10, 26, 17, 59)),
    (paris(2026, 10, 26, 18), paris(2026, 10, 27, 10)),
    (paris(2026, 10, 26, 9, 59), paris(2026, 10, 26, 10)),
])  # fmt: skip
def test_the_hours_of_sending_are_of_the_clock_on_the_wall(
    course: Course, since: datetime, leaves: datetime
) -> None:
    with clock.at_site(course.site):
        moment = since.astimezone(UTC)
        found = hours.next_hour(course.site, moment)
        assert found.astimezone(UTC) == leaves.astimezone(UTC)


@pytest.mark.parametrize("day", [paris(2026, 10, 25), paris(2027, 3, 28)])
def test_messages_begin_at_ten_on_the_day_of_a_change_of_clock(
    alice: User, course: Course, day: datetime
) -> None:
    """A question of safety goes on that Sunday: not at ten of the day before, which is nine or
    eleven of this one."""
    given = day.replace(hour=9) - timedelta(days=2)
    with time_machine.travel(given, tick=False):
        asked = asked_by_sms(alice)
    for hour, minute, written in ((9, 59, 0), (10, 0, 1)):
        moment = day.replace(hour=hour, minute=minute)
        with time_machine.travel(moment, tick=False):
            due = [one.window.id for one in following.waiting(following.due_of(asked, moment))]
            assert "h48" in due
            assert reminding.remind(worker_at(asked.site), timezone.now()) == written

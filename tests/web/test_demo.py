"""The demo clinic: whole, invented, the same on the same day, and sound like a real one."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from dolenti import demo
from dolenti.access import chain
from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.agenda import timetable
from dolenti.agenda.models import Absence, Appointment
from dolenti.calendar.moments import local_day
from dolenti.demo import staff, topping
from dolenti.demo.people import FICTION, invent
from dolenti.records import engine
from dolenti.records.models import (
    Assessment,
    Complaint,
    Contact,
    Opening,
    Patient,
    PatientKey,
    Statement,
)
from dolenti.stock.models import Use
from dolenti.treatment import given, stops
from dolenti.treatment.models import Consent, Course, SessionRecord

SHOWN = 24


@pytest.fixture
def loaded(transactional_db: None, settings: Any, tmp_path: Any) -> str:
    settings.DATA = tmp_path
    out = io.StringIO()
    demo.load(out, SHOWN)
    return out.getvalue()


def it_is_whole_marked_as_invented_and_sound(loaded: str) -> None:
    assert {user.role for user in User.objects.all()} == {role.value for role in Role}
    assert Site.objects.count() == 2
    assert "un seul mot de passe pour tous" in loaded
    assert not Patient.objects.filter(invented=False).exists()
    assert not Patient.objects.filter(identity="qualified").exists()
    assert chain.verify()[1] == []
    everyone = Patient.objects.exclude(identity="none").count()
    assert everyone >= SHOWN
    assert PatientKey.objects.values("patient").distinct().count() >= SHOWN
    assert Opening.objects.count() == 1
    (absence,) = Absence.objects.all()
    assert absence.start > timezone.now()


def what_was_said_was_written_when_it_was_said() -> None:
    said = Statement.objects.filter(patient__reference__startswith="D-").select_related("patient")
    assert said.exists()
    assert not said.exclude(created_at=F("patient__created_at")).exists()


def every_assessment_replays_and_every_begun_course_has_its_consent() -> None:
    assessments = list(Assessment.objects.select_related("edition"))
    assert len(assessments) == SHOWN
    assert all(engine.replay(one).identical for one in assessments)
    begun = Course.objects.exclude(state__in=("proposed", "stopped"))
    assert begun.exists()
    for course in begun:
        (consent,) = Consent.objects.filter(course=course)
        assert bytes(consent.pdf).startswith(b"%PDF")


def no_session_is_on_a_closed_day_or_twice_at_one_time() -> None:
    for site in Site.objects.all():
        opening = timetable.opening_of(site)
        days = {local_day(one.start) for one in Appointment.objects.filter(site=site)}
        assert days
        assert all(opening.closed_because(day) is None for day in days)
    taken = Counter(Appointment.objects.values_list("practitioner", "start"))
    assert set(taken.values()) == {1}


def not_everything_is_known_of_everybody() -> None:
    stated = Statement.objects.values_list("patient", "fact")
    told = {patient for patient, fact in stated if fact == "anticoagulant"}
    assert 0 < len(told) < Complaint.objects.values("patient").distinct().count()


def every_site_has_what_its_day_needs() -> None:
    for at, site in enumerate(Site.objects.order_by("pk")):
        assert site.rooms.count() == len(staff.ROOMS)
        assert site.hours.exists()
        assert site.fees.exists()
        roles = {role for _, _, role, place, _ in staff.PEOPLE if place == at}
        assert {Role.PRACTITIONER, Role.NURSE, Role.SECRETARY} <= roles


def loading_it_again_changes_nothing() -> None:
    def counts() -> list[int]:
        return [m.objects.count() for m in (User, Patient, Statement, Appointment, Course, Contact)]

    before = counts()
    demo.load(io.StringIO(), SHOWN)
    assert counts() == before


def a_crowd_is_as_large_as_one_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "USUAL", SHOWN)
    monkeypatch.setattr(demo, "AT_ONCE", 20)
    before = Patient.objects.count()
    demo.load(io.StringIO(), SHOWN + 50)
    assert Patient.objects.count() == before + 50
    demo.load(io.StringIO(), SHOWN + 50)
    assert Patient.objects.count() == before + 50


def test_the_demo_is_whole_sound_and_made_once(
    loaded: str, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    """Seconds to make: what reads it reads the same, and what loads it again comes last."""
    with subtests.test("whole"):
        it_is_whole_marked_as_invented_and_sound(loaded)
    for holds in (
        what_was_said_was_written_when_it_was_said,
        every_assessment_replays_and_every_begun_course_has_its_consent,
        no_session_is_on_a_closed_day_or_twice_at_one_time,
        not_everything_is_known_of_everybody,
        every_site_has_what_its_day_needs,
        loading_it_again_changes_nothing,
    ):
        with subtests.test(holds.__name__):
            holds()
    with subtests.test("a crowd"):
        a_crowd_is_as_large_as_one_asks(monkeypatch)


@pytest.mark.parametrize(
    "now", ["2026-11-25 10:12", "2026-11-28 22:24", "2026-11-29 00:40", "2026-11-29 13:05"]
)
def test_it_is_open_whenever_it_is_made_and_else_on_weekdays(now: str) -> None:
    made = datetime.fromisoformat(now)
    spans = list(staff.hours(made))
    assert {weekday for weekday, _, _ in spans} >= set(range(5))
    assert all(opens < closes for _, opens, closes in spans)
    today = [(opens, closes) for weekday, opens, closes in spans if weekday == made.weekday()]
    assert today[0][0] <= max(made - timedelta(hours=3), made.replace(hour=0, minute=0)).time()
    assert today[-1][1] >= min(made, made.replace(hour=23, minute=30)).time()


def test_the_same_seed_invents_the_same_people() -> None:
    today = timezone.localdate()
    first, again = (invent(Random("x"), 7, today, (30, 60)) for _ in range(2))
    assert first == again
    number = next(
        one.person.identity.ins
        for one in (invent(Random(str(n)), n, today, (30, 60)) for n in range(20))
        if one.person.identity.ins
    )
    assert number.authority.invented
    assert first.phone.startswith(FICTION)


def test_a_session_is_signed_and_the_next_is_due_on_the_day_of_work(
    transactional_db: None, settings: Any, tmp_path: Any
) -> None:
    settings.DATA = tmp_path
    demo.load(io.StringIO(), 60)
    signed = SessionRecord.objects.filter(state="signed").select_related(
        "session__course", "edition", "delivered_by", "signed_by"
    )
    assert signed
    assert all(given.is_sealed(one) for one in signed)
    under_way = Course.objects.filter(state=Course.State.ACTIVE).values_list("pk", flat=True)
    assert under_way
    assert [found for found in stops.of_keys(under_way).values() if found] == []
    course = signed[0].session.course
    coming = Appointment.objects.filter(session__course=course, state="planned")
    assert coming.order_by("start").first() is not None
    assert Use.objects.filter(patient=course.patient).exists()


def test_loaded_days_ago_it_is_alive_today_and_a_real_clinic_is_left_alone(
    loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = timezone.now().replace(hour=11, minute=10)
    later = noon + timedelta(days=6)
    monkeypatch.setattr(timezone, "now", lambda: later)
    day = local_day(later)
    of_day = Appointment.objects.filter(start__date=day)
    assert not [one for one in of_day if one.state == "done"]
    assert topping.top_up() > 0
    assert topping.top_up() == 0  # and once
    for site in Site.objects.all():
        opening = timetable.opening_of(site)
        assert any(span.start <= later < span.end for span in opening.spans(day))
    states = {one.state for one in of_day.all()}
    assert {"done", "planned"} <= states
    rows = list(of_day.exclude(state="cancelled").order_by("practitioner", "start"))
    for one, other in pairwise(rows):  # nobody sees two patients at once
        assert one.practitioner_id != other.practitioner_id or one.end <= other.start
    gone = Appointment.objects.filter(start__date__lt=day, kind="consultation")
    assert not gone.filter(state__in=("planned", "arrived")).exists()

    christmas = datetime(later.year + 1, 12, 25, 11, 10, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: christmas)
    assert topping.top_up() > 0  # a visitor of Christmas finds a clinic at work
    for site in Site.objects.all():
        opening = timetable.opening_of(site)
        assert any(
            span.start <= christmas < span.end for span in opening.spans(local_day(christmas))
        )
        assert opening.closed_because(date(christmas.year + 1, 1, 1))  # and no other holiday

    Site.objects.create(name="Une vraie clinique")
    monkeypatch.setattr(timezone, "now", lambda: christmas + timedelta(days=2))
    assert topping.top_up() == 0

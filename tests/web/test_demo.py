"""The demo clinic: whole, invented, the same on the same day, and sound like a real one."""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime, timedelta
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
from dolenti.demo import staff
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
from dolenti.treatment import given
from dolenti.treatment.models import Consent, Course, SessionRecord

SHOWN = 24


@pytest.fixture
def loaded(transactional_db: None, settings: Any, tmp_path: Any) -> str:
    settings.DATA = tmp_path
    out = io.StringIO()
    demo.load(out, SHOWN)
    return out.getvalue()


def test_it_is_whole_marked_as_invented_and_sound(loaded: str) -> None:
    assert {user.role for user in User.objects.all()} == {role.value for role in Role}
    assert Site.objects.count() == 2
    assert "one password for all" in loaded
    assert not Patient.objects.filter(invented=False).exists()
    assert not Patient.objects.filter(identity="qualified").exists()
    assert chain.verify()[1] == []
    everyone = Patient.objects.exclude(identity="none").count()
    assert everyone >= SHOWN
    assert PatientKey.objects.values("patient").distinct().count() >= SHOWN
    assert Opening.objects.count() == 1
    (absence,) = Absence.objects.all()
    assert absence.start > timezone.now()


def test_what_was_said_was_written_when_it_was_said(loaded: str) -> None:
    said = Statement.objects.filter(patient__reference__startswith="D-").select_related("patient")
    assert said.exists()
    assert not said.exclude(created_at=F("patient__created_at")).exists()


def test_every_assessment_replays_and_every_begun_course_has_its_consent(loaded: str) -> None:
    assessments = list(Assessment.objects.select_related("edition"))
    assert len(assessments) == SHOWN
    assert all(engine.replay(one).identical for one in assessments)
    begun = Course.objects.exclude(state__in=("proposed", "stopped"))
    assert begun.exists()
    for course in begun:
        (consent,) = Consent.objects.filter(course=course)
        assert bytes(consent.pdf).startswith(b"%PDF")


def test_no_session_is_on_a_closed_day_or_twice_at_one_time(loaded: str) -> None:
    for site in Site.objects.all():
        opening = timetable.opening_of(site)
        days = {local_day(one.start) for one in Appointment.objects.filter(site=site)}
        assert days
        assert all(opening.closed_because(day) is None for day in days)
    taken = Counter(Appointment.objects.values_list("practitioner", "start"))
    assert set(taken.values()) == {1}


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


def test_not_everything_is_known_of_everybody(loaded: str) -> None:
    stated = Statement.objects.values_list("patient", "fact")
    told = {patient for patient, fact in stated if fact == "anticoagulant"}
    assert 0 < len(told) < Complaint.objects.values("patient").distinct().count()


def test_loading_it_again_changes_nothing(loaded: str) -> None:
    def counts() -> list[int]:
        return [m.objects.count() for m in (User, Patient, Statement, Appointment, Course, Contact)]

    before = counts()
    demo.load(io.StringIO(), SHOWN)
    assert counts() == before


def test_a_crowd_is_as_large_as_one_asks(loaded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "USUAL", SHOWN)
    monkeypatch.setattr(demo, "AT_ONCE", 20)
    before = Patient.objects.count()
    demo.load(io.StringIO(), SHOWN + 50)
    assert Patient.objects.count() == before + 50
    demo.load(io.StringIO(), SHOWN + 50)
    assert Patient.objects.count() == before + 50


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


def test_every_site_has_what_its_day_needs(loaded: str) -> None:
    for at, site in enumerate(Site.objects.order_by("pk")):
        assert site.rooms.count() == len(staff.ROOMS)
        assert site.hours.exists()
        assert site.fees.exists()
        roles = {role for _, _, role, place, _ in staff.PEOPLE if place == at}
        assert {Role.PRACTITIONER, Role.NURSE, Role.SECRETARY} <= roles


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
    course = signed[0].session.course
    coming = Appointment.objects.filter(session__course=course, state="planned")
    assert coming.order_by("start").first() is not None
    assert Use.objects.filter(patient=course.patient).exists()

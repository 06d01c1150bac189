"""One clock: the site's time zone says what day and what hour it is, and nothing else does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

import dolenti
from dolenti.access import clock
from dolenti.access.clock import at_site
from dolenti.access.models import Site, User
from dolenti.agenda.calendar_file import Appointment, Place, calendar_file
from dolenti.agenda.models import OpeningHours
from dolenti.agenda.timetable import opening_of
from dolenti.calendar.moments import Span, day_bounds, local_day, to_local
from dolenti.calendar.zone import FRENCH, NoZoneError, is_known
from tests.web.world import registered, visit

pytestmark = pytest.mark.any_database

PACKAGE = Path(dolenti.__file__).parent
LATE = "2026-11-24 21:30:00+00:00"  # 22:30 in Paris, 01:30 of the 25th in La Réunion
NOON_THERE = datetime(2026, 11, 25, 8, tzinfo=UTC)  # 12:00 in La Réunion, 9:00 in Paris


@pytest.fixture
def reunion(south: Site) -> Site:
    Site.objects.filter(pk=south.pk).update(time_zone="Indian/Reunion")
    south.refresh_from_db()
    return south


@time_machine.travel(LATE, tick=False)
def test_it_is_another_day_at_another_site(north: Site, reunion: Site) -> None:
    with at_site(north):
        assert clock.today() == date(2026, 11, 24)
    with at_site(reunion):
        assert clock.today() == date(2026, 11, 25)


@time_machine.travel(LATE, tick=False)
def test_the_board_is_that_of_the_reader_s_site(
    reunion: Site, chloe: User, browser_of: Callable[[User], Client]
) -> None:
    chloe.refresh_from_db()
    with at_site(reunion):
        patient = registered(chloe)
        visit(chloe, patient, NOON_THERE)
    text = browser_of(chloe).get(reverse("agenda")).content.decode()
    assert "25 novembre" in text.replace("\u00a0", " ")
    assert "12\u00a0h" in text
    assert "9\u00a0h" not in text


def test_a_form_s_hour_is_meant_at_the_site(
    reunion: Site, chloe: User, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(chloe)
    for weekday in range(7):
        OpeningHours.objects.create(site=reunion, weekday=weekday, opens="08:00", closes="18:00")
    patient = registered(chloe)
    with time_machine.travel(LATE, tick=False):
        page = reverse("patient-appointment", args=[patient.public_id])
        fields = {
            "kind": "consultation", "practitioner": chloe.public_id, "minutes": "30",
            "day": "2026-11-25", "at": "12:00", "token": "5b2c8c1e-0c1f-4a5c-9d8e-3f3c1f6a7b21",
        }  # fmt: skip
        answer = browser.post(page, fields)
    assert answer.status_code == 302, re.findall(
        r'class="error[^<]*<[^<]*', answer.content.decode()
    )
    (booked,) = patient.appointments.all()
    assert booked.start == NOON_THERE


def test_a_site_keeps_the_holidays_of_its_place(north: Site, reunion: Site) -> None:
    for site in (north, reunion):
        for weekday in range(7):
            OpeningHours.objects.create(site=site, weekday=weekday, opens="08:00", closes="18:00")
    abolition = datetime(2027, 12, 20, 8, tzinfo=UTC)
    with at_site(north):
        assert (
            opening_of(north)
            .is_open(abolition, Span(abolition, abolition.replace(hour=9)).length)
            .open
        )
    with at_site(reunion):
        answer = opening_of(reunion).is_open(
            abolition, Span(abolition, abolition.replace(hour=9)).length
        )
        assert not answer.open


@pytest.mark.parametrize("name", sorted(FRENCH))
def test_every_place_has_a_zone_a_day_and_a_calendar_file(name: str) -> None:
    assert is_known(name)
    with clock.in_time_zone(name):
        start, end = day_bounds(date(2026, 11, 25))
        assert to_local(start).hour == 0
        assert (end - start).total_seconds() == 24 * 3600
        span = Span(NOON_THERE, NOON_THERE.replace(hour=9))
        file = calendar_file(
            [Appointment("a", span, 0, NOON_THERE)], Place("Clinique", "1, rue du Lac")
        ).decode()
    at = NOON_THERE.astimezone(ZoneInfo(name))
    assert f"DTSTART;TZID={name}:{at:%Y%m%dT%H%M%S}" in file.replace("\r\n ", "")
    assert f"TZID:{name}" in file


def test_who_did_not_say_where_is_told_and_given_no_day() -> None:
    said: list[str] = []

    def nowhere() -> None:
        try:
            local_day(NOON_THERE)
        except NoZoneError as error:
            said.append(str(error))

    thread = Thread(target=nowhere)
    thread.start()
    thread.join()
    (sentence,) = said
    assert "at which site" in sentence


def test_nothing_in_the_program_asks_the_machine_or_a_setting_for_the_day() -> None:
    asked = re.compile(
        r"timezone\.(localdate|localtime|get_current_timezone|get_default_timezone|now\(\)\.date)"
        r"|date\.today\(\)|datetime\.now\(\)|datetime\.today\(\)|environ\S*TZ\b"
    )
    found = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if asked.search(file.read_text())
    }
    assert found == {"terminal/commands/common.py"}, (
        "the command line's day is its user's; every other is a site's"
    )


@pytest.mark.parametrize("machine", ["UTC", "Indian/Reunion", "America/Los_Angeles"])
def test_the_zone_of_the_machine_decides_nothing(machine: str) -> None:
    asked = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE']='dolenti.config.settings';"
        "django.setup();"
        "from datetime import datetime, UTC; from dolenti.access.clock import in_time_zone;"
        "from dolenti.calendar.moments import local_day;"
        "from django.template import Template, Context;"
        "at = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)\n"
        "with in_time_zone('Indian/Reunion'):\n"
        "    print(local_day(at), Template('{{ at|date:\"H:i\" }}').render(Context({'at': at})))"
    )
    environment = {**os.environ, "TZ": machine}
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["2026-11-25", "01:30"]

"""The patient's calendar file: readable by others, and silent about health."""

# Times on the clinic's clock have no zone: they are what is tested here.
# ruff: noqa: DTZ001

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from dolenti.agenda.calendar_file import Appointment, Place, calendar_file, uid
from dolenti.calendar.moments import Which, lasting, to_utc
from tests.unit.calendar.clinic import at, hours_from

PLACE = Place("Centre ; du Nord, 1er étage", "3, rue de l’Église\n59000 Lille", "03 20 00 00 00")
CHANGED = datetime(2026, 11, 1, 8, tzinfo=UTC)
VISIT = Appointment("bcdf2345ghjk6789", hours_from(at(2026, 11, 24, 9, 30), 0.5), 0, CHANGED)


def events(*appointments: Appointment, language="fr"):
    calendar = Calendar.from_ical(calendar_file(appointments, PLACE, language))
    calendar.validate()
    return calendar.walk("VEVENT")


def test_it_says_when_and_where():
    (event,) = events(VISIT)
    assert event["summary"] == "Rendez-vous"
    assert event.start == at(2026, 11, 24, 9, 30)
    assert event.start.tzinfo.key == "Europe/Paris"
    assert event.end - event.start == timedelta(minutes=30)
    assert event["location"] == "Centre ; du Nord, 1er étage, 3, rue de l’Église, 59000 Lille"
    assert "Tél. 03 20 00 00 00" in event["description"]


def test_english_is_whole():
    (event,) = events(VISIT, language="en")
    assert event["summary"] == "Appointment"
    assert "Tel. 03" in event["description"]


def test_it_says_nothing_else():
    (event,) = events(VISIT)
    assert set(event) == {
        "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY",
        "DESCRIPTION", "LOCATION", "CLASS", "STATUS",
    }  # fmt: skip
    assert event["class"] == "PRIVATE"
    assert event["description"] == f"{PLACE.name}\n{PLACE.address}\nTél. 03 20 00 00 00"


def test_a_move_keeps_the_identity_and_counts_up():
    moved = replace(VISIT, span=hours_from(at(2026, 11, 26, 11), 0.5), sequence=1)
    (first,), (second,) = events(VISIT), events(moved)
    assert first["uid"] == second["uid"] == uid(VISIT.id)
    assert (first["sequence"], second["sequence"]) == (0, 1)


def test_a_cancelled_visit_is_said_to_be_and_rings_no_more():
    kept, gone = events(VISIT, replace(VISIT, id="other2345ghjk678", cancelled=True, sequence=2))
    assert (kept["status"], gone["status"]) == ("CONFIRMED", "CANCELLED")
    assert [alarm["trigger"].dt for alarm in kept.walk("VALARM")] == [-timedelta(days=1)]
    assert gone.walk("VALARM") == []


def test_the_zone_in_the_file_is_paris_time_in_any_year():
    calendar = Calendar.from_ical(calendar_file([VISIT], PLACE))
    (zone,) = calendar.timezones
    assert zone.tz_name == "Europe/Paris"
    told, paris = zone.to_tz(lookup_tzid=False), ZoneInfo("Europe/Paris")
    for year in (2007, 2026, 2027, 2028, 2037):
        for month in (3, 10):
            for day in range(24, 32):
                noon = datetime(year, month, day, 12)
                there = noon.replace(tzinfo=paris)
                assert noon.replace(tzinfo=told).utcoffset() == there.utcoffset(), noon


@pytest.mark.parametrize("which", Which)
def test_a_time_that_comes_twice_is_told_in_utc(which):
    moment = to_utc(datetime(2026, 10, 25, 2, 30), which)
    (event,) = events(replace(VISIT, span=lasting(moment, timedelta(hours=4))))
    assert event.start == moment
    assert event.end - moment == timedelta(hours=4)


def test_lines_are_folded_and_end_as_the_standard_asks():
    written = calendar_file([VISIT], replace(PLACE, address="x" * 300))
    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=60)


@given(
    NAMES, NAMES, st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
)
def test_whatever_the_clinic_is_called_the_file_is_read_back_the_same(name, address, start):
    visit = replace(VISIT, span=lasting(start.replace(microsecond=0), timedelta(minutes=30)))
    read = Calendar.from_ical(calendar_file([visit], Place(name, address)))
    (event,) = read.walk("VEVENT")
    assert event["description"] == f"{name}\n{address}"
    assert event.start == visit.span.start
    assert event.end == visit.span.end

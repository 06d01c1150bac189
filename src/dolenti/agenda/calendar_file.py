"""The patient's calendar file (.ics, RFC 5545): when and where, and nothing about health.

A calendar is read on lock screens, shared with a family and kept by companies: the entry says
« Rendez-vous », the clinic's name, its address and telephone. Nothing else can be passed in. A
clinic whose own name tells why one goes there gives a plainer one for calendars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from icalendar import (
    CLASS,
    STATUS,
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vRecur,
)

from dolenti.calendar.moments import Span, comes_twice, to_local
from dolenti.calendar.zone import here
from dolenti.guideline.knowledge import Text

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Dolenti//Rendez-vous//FR"
DAY_BEFORE = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = date(2020, 1, 1), date(2038, 1, 1)  # the tz database ends with 2037
SUMMARY = Text(fr="Rendez-vous", en="Appointment")
REMINDER = Text(fr="Rendez-vous demain", en="Appointment tomorrow")
TELEPHONE = Text(fr="Tél.", en="Tel.")


@dataclass(frozen=True)
class Place:
    """Where to go: the name the clinic wants in calendars, its address, its telephone."""

    name: str
    address: str
    telephone: str = ""


@dataclass(frozen=True)
class Appointment:
    """One appointment. ``id`` is its public id and never changes, so that a file replaces another.

    ``sequence`` goes up by one with each move or cancellation; ``changed`` is when it last did.
    """

    id: str
    span: Span
    sequence: int
    changed: datetime
    cancelled: bool = False


def calendar_file(
    appointments: Sequence[Appointment], place: Place, language: Literal["fr", "en"] = "fr"
) -> bytes:
    """The file with all of them, cancelled ones said to be so, on the site's clock."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_zone())
    for appointment in appointments:
        calendar.add_component(_event(appointment, place, language))
    file: bytes = calendar.to_ical()
    return file


def uid(public_id: str) -> str:
    """The entry's identity, the same in every file that tells of this appointment."""
    return f"{public_id}@dolenti"


def _event(appointment: Appointment, place: Place, language: str) -> Event:
    lines = [place.name, place.address]
    if place.telephone:
        lines.append(f"{TELEPHONE.in_language(language)} {place.telephone}")
    event = Event.new(
        uid=uid(appointment.id),
        stamp=appointment.changed.astimezone(UTC),
        last_modified=appointment.changed.astimezone(UTC),
        sequence=appointment.sequence,
        start=_clear(appointment.span.start),
        end=_clear(appointment.span.end),
        summary=SUMMARY.in_language(language),
        description="\n".join(lines),
        location=", ".join([place.name, *place.address.splitlines()]),
        classification=CLASS.PRIVATE,
        status=STATUS.CANCELLED if appointment.cancelled else STATUS.CONFIRMED,
    )
    if not appointment.cancelled:
        reminder = REMINDER.in_language(language)
        event.add_component(Alarm.new_display(reminder, -DAY_BEFORE))
    return event


def _clear(moment: datetime) -> datetime:
    """The moment on the clinic's clock; in UTC where that clock shows the time twice."""
    local = to_local(moment)
    return moment.astimezone(UTC) if comes_twice(local.replace(tzinfo=None)) else local


def _zone() -> Timezone:
    """The clock of the site: of Paris the rule in force since 1996, whole, so that a file is right
    in any year to come; of another, what the tz database knows of the years around."""
    if here().key != "Europe/Paris":
        return Timezone.from_tzinfo(here(), here().key, FIRST_YEAR, LAST_YEAR)
    zone = Timezone()
    zone.add("tzid", here().key)
    winter, summer = timedelta(hours=1), timedelta(hours=2)
    for part, name, begins, month, before, after in (
        (TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), 3, winter, summer),  # noqa: DTZ001
        (TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), 10, summer, winter),  # noqa: DTZ001
    ):
        part.add("dtstart", begins)
        part.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday="-1SU"))
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", name)
        zone.add_component(part)
    return zone

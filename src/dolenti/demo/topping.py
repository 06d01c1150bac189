"""The demo's clinic is open today, whatever the day on which it was loaded: hours around now, an
agenda with people who came, wait and are to come. Only where the demo stands alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.db import transaction
from django.utils import timezone

from dolenti.access.clock import in_time_zone
from dolenti.access.models import Site, User
from dolenti.agenda.models import Appointment, Closure, OpeningHours
from dolenti.calendar.moments import day_bounds, to_local
from dolenti.calendar.zone import USUAL as ZONE
from dolenti.demo import agenda, leaving, staff
from dolenti.records.models import CareRelation, Complaint

ENOUGH: Final = 3
"""Appointments of today with which a practitioner’s day is left as it is."""
MOST_GUESTS: Final = 60
"""So many patients of a practitioner may come: a crowd is there to measure with."""
KINDS: Final = (Appointment.Kind.CONSULTATION, Appointment.Kind.CONTROL)


def top_up() -> int:
    """Bring the demo to today, and do nothing to anything else; how many appointments are new."""
    if not leaving.is_demo():
        return 0
    with in_time_zone(ZONE), transaction.atomic():
        now = to_local(timezone.now())
        return sum(_open_today(site, now) for site in Site.objects.order_by("pk"))


def _open_today(site: Site, now: datetime) -> int:
    today = now.date()
    for one in Closure.objects.filter(site=site, first__lte=today, last__gte=today):
        length = one.last - one.first
        first = today + timedelta(days=40)
        Closure.objects.filter(pk=one.pk).update(first=first, last=first + length)
    staff.work_on(site, today)
    spans = [
        OpeningHours(site=site, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in staff.hours(now)
        if weekday == today.weekday()
    ]
    of_today = OpeningHours.objects.filter(site=site, weekday=today.weekday())
    if not any(one.opens <= now.time() < one.closes for one in of_today):
        of_today.delete()
        OpeningHours.objects.bulk_create(spans)
    start, end = day_bounds(today)
    every = Appointment.objects.filter(site=site)
    # Whoever stood in the agenda of a day that is over was seen then.
    waiting = (Appointment.State.PLANNED, Appointment.State.ARRIVED)
    every.filter(start__lt=start, state__in=waiting, kind__in=KINDS).update(
        state=Appointment.State.DONE
    )
    booked = list(every.filter(start__gte=start, start__lt=end))
    carers = list(
        User.objects.filter(pk__in=CareRelation.objects.filter(patient__site=site).values("user"))
        .filter(role="practitioner")
        .order_by("pk")
    )
    made = 0
    for person, book in agenda.books(site, carers).items():
        mine = [one for one in booked if one.practitioner_id == person]
        if len([one for one in mine if one.state != Appointment.State.CANCELLED]) >= ENOUGH:
            continue
        book.taken |= {one for row in mine for one in _half_hours(row)}
        draw = Random(f"{site.name} {person} {today}")  # noqa: S311 - an invented clinic
        coming = every.filter(start__gte=start).values("patient")
        pains = list(
            Complaint.objects.filter(
                patient__site=site, patient__in_error="", patient__absorbed_by=None,
                patient__invented=True, state=Complaint.State.ACTIVE, in_error="", author=person,
            ).exclude(patient__in=coming).select_related("patient").order_by("pk")[:MOST_GUESTS]
        )  # fmt: skip
        seen = {one.patient_id: one for one in pains}
        guests = [agenda.Guest(one.patient, one, book.practitioner) for one in seen.values()]
        draw.shuffle(guests)
        rows = agenda.busy_day(draw, book, guests, today)
        Appointment.objects.bulk_create(rows)
        made += len(rows)
    return made


def _half_hours(row: Appointment) -> list[datetime]:
    """The half hours that an appointment takes."""
    first = row.start.replace(minute=30 * (row.start.minute // 30), second=0, microsecond=0)
    count = -(-(row.end - first) // agenda.HALF_HOUR)
    return [first + number * agenda.HALF_HOUR for number in range(count)]

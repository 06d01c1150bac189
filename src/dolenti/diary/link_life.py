"""How long a link of a patient's phone opens, and whether what it is about still stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dolenti.access import clock
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import day_bounds, local_day
from dolenti.diary import following
from dolenti.diary.models import Link, Stop
from dolenti.guideline.errors import InputError
from dolenti.records.models import Complaint
from dolenti.treatment import consents
from dolenti.treatment.life import OPEN
from dolenti.treatment.models import Consent, Course

Purpose = Link.Purpose
TRIES: Final = 5
"""Wrong birth dates before a link is blocked."""


def is_live(link: Link, now: datetime) -> bool:
    """Whether a link opens at this moment by the right birth date."""
    return (
        link.revoked_at is None
        and link.tries < TRIES
        and now < ends_at(link)
        and is_about_something(link)
        and not _is_over(link)
    )


def _is_over(link: Link) -> bool:
    """Whether the follow-up of its patient ended, and the link with it. Who wants no follow-up was
    treated all the same, and keeps the leaflet; who died does not."""
    stops = set(following.stops_of(link.patient))
    return bool(stops - {Stop.Why.WITHDRAWN} if link.purpose == Purpose.AFTERCARE else stops)


def ends_at(link: Link) -> datetime:
    """Until when a link opens. That of an appointment moves with it."""
    if link.appointment is None:
        assert link.expires_at is not None
        return link.expires_at
    if link.purpose == Purpose.APPOINTMENT:
        return link.appointment.end
    with clock.at_site(link.patient.site):
        return day_bounds(local_day(link.appointment.start))[1]


def is_about_something(link: Link) -> bool:
    """Whether what a link is about still stands: the record; for a history the complaint and the
    appointment that it is asked for; for a consent the very text; for a leaflet the pain that was
    treated. What was given stays given: the end of a course does not end its leaflet."""
    if link.patient.in_error:
        return False
    if link.purpose == Purpose.ANSWER:
        return True
    if link.purpose == Purpose.AFTERCARE:
        return not link.of_course.complaint.in_error
    if link.patient.absorbed_by_id is not None:
        return False
    if link.purpose == Purpose.CONSENT:
        return is_to_be_signed(link)
    if link.complaint is None:
        return True
    planned = link.appointment is not None and link.appointment.state in _TO_COME
    return planned and is_asked_about(link.complaint)


def is_to_be_signed(link: Link) -> bool:
    """Whether the text of a link is still the one to be signed: by nobody yet, of a course and a
    pain that stand, and word for word what would be signed today."""
    course = Course.objects.select_related("complaint", "assessment", "passing").get(
        pk=link.of_course.pk
    )
    course.patient, course.site = link.patient, link.of_course.site
    course.complaint.patient = link.patient
    if (
        link.consent_id is not None
        or course.state not in OPEN
        or not is_asked_about(course.complaint)
        or Consent.objects.filter(course=course, created_at__gt=link.created_at).exists()
    ):
        return False
    assert link.text_day is not None
    with clock.at_site(link.patient.site):
        language, today = consents.language_of(course), clock.today()
    try:
        says = consents.says_today(course, link.text_day, language, today)
    except InputError:  # nobody could sign it today
        return False
    return says == link.text_sha256


_TO_COME: Final = (Appointment.State.PLANNED, Appointment.State.ARRIVED)


def is_asked_about(complaint: Complaint) -> bool:
    """Whether a pain still is one that its patient is asked of."""
    return not complaint.in_error and complaint.state == Complaint.State.ACTIVE


def course_of(link: Link) -> Course | None:
    """The course that a link is of; by a link to the questions before a visit, the last one that
    was planned for that pain and is not over."""
    if link.course is not None or link.complaint is None:
        return link.course
    found = Course.objects.filter(complaint=link.complaint, state__in=OPEN)
    return found.select_related("site").order_by("-pk").first()


def closes_at(link: Link) -> datetime:
    """Until when an answer of a form that was opened in time is still taken."""
    return ends_at(link) + timedelta(hours=following.content().rules.grace_hours)

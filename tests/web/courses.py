"""A clinic that is open, someone who may perform, and a course to look at."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.guideline import consent as text
from dolenti.records.agenda.moments import lasting, to_utc
from dolenti.records.agenda.opening import public_holiday
from dolenti.records.days import timetable
from dolenti.records.judging import assessing, choosing, passings
from dolenti.records.models import (
    Absence,
    Assessment,
    Complaint,
    Consent,
    Course,
    OpeningHours,
    Patient,
    Privilege,
    Quotation,
    Referral,
    Room,
    Session,
)
from dolenti.records.once import Submission
from dolenti.records.treatment import consents, courses, quotations

THERAPY = "infiltration"
HEAD = """
patient: {birth-date: 1968-03-02, sex: male}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}
"""
POSSIBLE = HEAD + "facts: {anticoagulant: none, weight: 82}"
CAUTION = HEAD + "facts: {anticoagulant: none, weight: 82, diabetes: uncontrolled}"
REDIRECT = HEAD + "facts: {anticoagulant: none, weight: 82, hot-swollen-joint: true}"
STROKES = [[(100, 100), (300, 200), (500, 80)], [(520, 90), (640, 210)]]


def named(complaint: Complaint) -> Complaint:
    """The same complaint, of a patient who has an identity."""
    Patient.objects.filter(pk=complaint.patient_id).update(
        identity=Patient.Identity.VALIDATED, birth_name="Lefèvre", first_name="Paul"
    )
    complaint.patient.refresh_from_db()
    return complaint


def open_every_weekday(site: Site) -> None:
    """Monday to Friday, nine to eighteen."""
    if OpeningHours.objects.filter(site=site).exists():
        return
    OpeningHours.objects.bulk_create(
        OpeningHours(site=site, weekday=day, opens=time(9), closes=time(18)) for day in range(5)
    )


def workday(after: int = 7) -> date:
    """A weekday that is no public holiday, some days ahead."""
    day = timezone.localdate() + timedelta(days=after)
    while day.weekday() > 4 or public_holiday(day):
        day += timedelta(days=1)
    return day


def allow(user: User, therapy: str = THERAPY, **dates: Any) -> Privilege:
    """Let a person perform a therapy at their site, from a month ago on."""
    first = dates.pop("first", timezone.localdate() - timedelta(days=30))
    return Privilege.objects.create(
        user=user, site=user.site, therapy=therapy, proof="DIU 2019", first=first, author=user,
        **dates,
    )  # fmt: skip


def sent(user: User) -> Submission:
    """A form sent once."""
    return Submission(user, uuid.uuid4())


def assessed(user: User, complaint: Complaint) -> Assessment:
    """The complaint, with nothing else to report, saved."""
    today = timezone.localdate()
    assessing.nothing_else(sent(user), complaint, today)
    seen = assessing.look(user, complaint, today)
    return assessing.store_assessment(sent(user), complaint, today, seen.fingerprint)


def slot(
    user: User, day: date | None = None, hour: int = 10, room: Room | None = None
) -> timetable.Slot:
    """Half an hour with someone."""
    start = to_utc(datetime.combine(day or workday(), time(hour)))
    return timetable.Slot(user, room, lasting(start, timedelta(minutes=30)))


def begun(
    user: User,
    stored: Assessment,
    therapy: str = THERAPY,
    days: Iterable[date] = (),
    products: tuple[str, ...] = (),
) -> Course:
    """A proposed course of one session, or of one each of these days."""
    if stored.statuses[therapy] != "possible":
        passings.go_past(sent(user), stored, therapy, "Discussed with the patient")
    today = timezone.localdate()
    choice = choosing.choose(user, stored, therapy, today)
    slots = {n: slot(user, day) for n, day in enumerate(list(days) or [workday()], 1)}
    plan = courses.Plan(products, user, slots)
    return courses.open_course(sent(user), choice, plan, today)


def no_document(said: text.Consent, signed: consents.Signed) -> bytes:
    """In the place of a PDF, where a test is about something else."""
    return text.as_text(said, "fr").encode()


def signed(user: User, course: Course) -> Consent:
    """The patient's consent to a course."""
    said = consents.words_for(course, timezone.localdate())
    drawn = consents.Signed("Paul Martin", timezone.now(), STROKES)
    seen = text.digest(said, consents.language_of(course))
    return consents.sign(sent(user), course, seen, drawn, no_document)


def quoted(user: User, course: Course, cents: int = 9000) -> Quotation:
    """A quotation of one line."""
    lines = [quotations.Line("Infiltration", 1, cents)]
    return quotations.quote(sent(user), course, lines, lambda *_: b"%PDF-1.7 quotation")


def colleague(user: User, name: str = "Dora", role: Role = Role.PRACTITIONER) -> User:
    """Someone else of the same site, in whose care nobody is."""
    return User.objects.create_user(
        f"{name.lower()}@example.org", name=name, role=role, site=user.site
    )


def arguments_of(name: str, stored: Assessment) -> list[str]:
    """What stands in the address of a page about a course, made for it."""
    author = User.objects.get(pk=stored.author_id)
    author.role = Role.PRACTITIONER  # whoever opens the page, a practitioner made what it shows
    if name == "referral":
        return [referred(stored).public_id]
    if name in ("absence", "absence-end"):
        start = to_utc(datetime.combine(workday(), time(20)))
        away = Absence.objects.create(user=author, start=start, end=start + timedelta(hours=3))
        return [away.public_id]
    open_every_weekday(author.site)
    privilege = allow(author)
    named(stored.complaint)
    if name == "privilege-withdraw":
        return [privilege.public_id]
    if name in ("assessment-pass", "course-new"):
        return [stored.public_id, "mesotherapy"]
    Course.objects.filter(complaint=stored.complaint).update(
        state=Course.State.STOPPED, stop_reason="another one"
    )
    Session.objects.filter(complaint=stored.complaint).update(state=Session.State.CANCELLED)
    course = begun(author, Assessment.objects.get(pk=stored.pk))
    if name == "session" or name.startswith("session-"):
        return [course.sessions.get().public_id]
    if name.startswith("consent-"):
        return [signed(author, course).public_id]
    if name == "quotation-document":
        return [quoted(author, course).public_id]
    return [course.public_id]


def referred(stored: Assessment) -> Referral:
    """A patient who was sent elsewhere from this assessment."""
    found, _ = Referral.objects.get_or_create(
        assessment=stored,
        defaults={
            "site_id": stored.complaint.patient.site_id,
            "complaint": stored.complaint,
            "flags": ["hot-swollen-joint"],
            "urgency": "same-day",
            "to": {"fr": "les urgences", "en": "the emergency department"},
        },
    )
    return found

"""A patient between the visits: a session that was given, the time after it, and a link."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.diary import answers, codes, consenting, history, links, telling
from dolenti.diary.answers import Sent
from dolenti.diary.consenting import Signing
from dolenti.diary.links import Made
from dolenti.diary.models import Alert, Answer, Code, ConsentReply, History, Link, Wish
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Complaint
from dolenti.records.patients import contacting
from dolenti.treatment.models import Consent, Course, Session, SessionRecord
from tests.web.world import (
    HEAD,
    allow,
    assessed,
    begun,
    clinic,
    complaint_of,
    named,
    open_every_weekday,
    sent,
    workday,
)

BORN = date(1968, 3, 2)
CALM = {"pain-24h": "3", "pain-trend": "falling", "signs-early": ["none"]}
NETWORK = "192.0.2.1"


def treated(user: User, days: int = 7) -> Course:
    """A course whose one session, planned so many days ahead, was just given and signed."""
    planned = clinic(user).with_course(days=[workday(days)])
    course: Course = planned.record.session.course
    return Course.objects.select_related("patient__site", "complaint", "site").get(pk=course.pk)


def another_pain(course: Course) -> Course:
    """Another pain of the same patient, treated in the same visit."""
    complaint = Complaint.objects.get(pk=course.complaint_id)
    complaint.pk, complaint.public_id, complaint.side = None, "otherpain00000001", "right"
    complaint.save()
    session = Session.objects.select_related("appointment").get(course=course)
    record = SessionRecord.objects.get(session=session, amended_by=None)
    other = Course.objects.get(pk=course.pk)
    other.pk, other.public_id, other.complaint = None, "othercourse000001", complaint
    other.save()
    session.pk, session.public_id, session.course = None, "othersession00001", other
    appointment = session.appointment
    appointment.pk, appointment.public_id = None, "otherappoint00001"
    appointment.save()
    session.appointment = appointment
    session.save()
    record.pk, record.public_id, record.session = None, "otherrecord000001", session
    record.save()
    return other


@contextmanager
def after(hours: float) -> Iterator[None]:
    """Do what follows so many hours later."""
    with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=True):
        yield


def link_to(user: User, course: Course, window: str = "h48") -> links.Made:
    """A link to a window of the course's one session."""
    return links.make(user, course, window, "session-1")


def opened(made: links.Made) -> Link:
    """The link, opened by the patient's birth date."""
    return links.open_(made.token, made.link.patient.birth_date, NETWORK)


def answered(link: Link, window: str = "", by: str = "", **said: Any) -> Answer:
    """What the patient answers, of a form of its own each time."""
    values = {**CALM, **{name.replace("_", "-"): value for name, value in said.items()}}
    if window:
        values = {name.replace("_", "-"): value for name, value in said.items()}
    sent = Sent(uuid.uuid4(), values, window or link.window, by)
    return answers.receive(links.patient_by(link), link, sent)


def alert_on(course: Course) -> Alert:
    """An alert that stands on a course, whatever raised it."""
    return Alert.objects.create(
        patient=course.patient,
        course=course,
        alarms=["alarm-fever"],
        urgency=Alert.Urgency.SAME_DAY,
        since=timezone.now(),
        due_at=timezone.now() + timedelta(hours=4),
        edition=snapshot_in_force(),
    )


def alert_of(user: User) -> Alert:
    """An alert that an answer to a link raised, two days after a session."""
    course = treated(user)
    with after(50):
        answered(opened(link_to(user, course)), signs_early=["fever"])
    return Alert.objects.get(course=course)


BACK = """
patient: {birth-date: 1968-03-02, sex: male}
complaint: {condition: low-back-pain, since: 2026-03-15}
facts: {}
"""


def awaited(user: User, complaint: Complaint, days: float = 5) -> Appointment:
    """An appointment to which the patient of a complaint is to come."""
    start = timezone.now() + timedelta(days=days)
    return Appointment.objects.create(
        site=user.site,
        patient=complaint.patient,
        complaint=complaint,
        kind=Appointment.Kind.CONSULTATION,
        practitioner=user,
        start=start,
        end=start + timedelta(minutes=30),
        author=user,
    )


def history_link(user: User, complaint: Complaint | None = None) -> links.Made:
    """A link to the questions of a back that hurts, five days before the visit."""
    complaint = complaint or named(complaint_of(user, BACK))
    return links.make_for_history(user, complaint, awaited(user, complaint))


def wished(user: User, complaint: Complaint) -> Wish:
    """What a patient wishes of the reception, by the link to an appointment."""
    appointment = awaited(user, complaint)
    return Wish.objects.create(
        patient=complaint.patient,
        appointment=appointment,
        start=appointment.start,
        kind=Wish.Kind.CALL,
    )


def told_at_home(
    link: Link, answers: dict[str, Any], *, whole: bool = True, key: uuid.UUID | None = None
) -> History:
    """What the patient tells by a link that they opened, of its form or of one of its own."""
    said = {
        fact: value if isinstance(value, dict) else {"value": value}
        for fact, value in answers.items()
    }
    sent = history.Sent(key or link.form_key or uuid.uuid4(), said, whole)
    return history.receive(links.patient_by(link), link, sent)


AT_HOME = HEAD + "facts: {anticoagulant: none, weight: 82, protected-adult: false}"
NUMBER, ADDRESS = "0601020304", "paul@example.org"


def to_read(user: User, text: str = AT_HOME, days: int = 7, **contact: str) -> links.Made:
    """A link to the text of a course, whose patient has a number and an e-mail address."""
    open_every_weekday(user.site)
    allow(user)
    course = begun(user, assessed(user, named(complaint_of(user, text))), days=[workday(days)])
    values = {"kind": "self", "phone": NUMBER, "email": ADDRESS, **contact}
    contacting.add(sent(user), course.patient, values)
    return links.make_for_consent(user, course)


def aftercare_link(user: User, days: int = 7) -> links.Made:
    """A link to the leaflet of a session that was just given and signed."""
    user.site.phone = user.site.phone or "01 23 45 67 89"
    user.site.save()
    session = treated(user, days).sessions.get()
    return links.make_for_aftercare(user, session)


def code_of(link: Link, use: Code.Use = Code.Use.SIGN) -> str:
    """The digits of the code that was sent last."""
    return codes.digits(Code.objects.filter(link=link, use=use).latest("pk").key)


def signed_at_home(link: Link, by: str = "", name: str = "", *, sure: bool = False) -> Consent:
    """A text signed by a link that was opened, with the code that comes for it and a name."""
    telling.send_code(links.patient_by(link), link, Code.Use.SIGN)
    typed = name or by or "Paul Lefèvre"
    quality = "personne de confiance" if by else ""
    signing = Signing(link.text_sha256, code_of(link), typed, by, quality, is_sure=sure)
    return consenting.sign(links.patient_by(link), link, signing, no_pdf).consent


def no_pdf(course: Course, said: Any, signed: Any) -> bytes:
    """In the place of a document."""
    return b"signed"


def asked_at_home(user: User) -> ConsentReply:
    """A question about a text that was read at home."""
    link = opened(to_read(user, days=217))
    return consenting.ask(links.patient_by(link), link, "For how long?")


def to_come(user: User) -> Made:
    """A link to a visit that is awaited."""
    return links.make_for_appointment(user, awaited(user, named(complaint_of(user))))


LINKS: dict[str, Callable[[User], Made]] = {
    "history": history_link,
    "appointment": to_come,
    "consent": to_read,
    "aftercare": aftercare_link,
}
"""By what it is for, but for an answer: that one is made when it is due."""

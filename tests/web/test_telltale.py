"""A day with telltale words in every form: none of them leaves by a log, a count, an address, the
title of a message or a calendar."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.records.models import Assessment, Complaint, Contact, Patient
from dolenti.work.worker import do_all
from tests.web.world import (
    allow,
    begun,
    named,
    open_every_weekday,
    quoted,
    signed,
    typed,
    workday,
)

pytestmark = pytest.mark.any_database

NAME, FIRST, DOCTOR, NOTE = "Xylocastor", "Quetzalia", "Zwieback", "Farfadette"
REASON, PHONE, BORN = "Vexillaire", "0187654321", "14/07/1931"
WORDS = (NAME, FIRST, DOCTOR, NOTE, REASON, PHONE, BORN, "1931-07-14", "14 juillet 1931")
_ADDRESS = re.compile(r'(?:href|action|src|data-[a-z-]+|hx-[a-z]+)="([^"]*)"')


def holds_none(text: str, where: str) -> None:
    for word in WORDS:
        assert word.lower() not in text.lower(), (word, where)


class Day:
    """A browser that looks at every address it meets."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser
        self.statuses: set[int] = set()

    def get(self, path: str) -> Any:
        return self._seen(self.browser.get(path))

    def post(self, path: str, **fields: str) -> Any:
        answer = self._seen(self.browser.post(path, {"token": str(uuid.uuid4()), **fields}))
        if answer.status_code == 302:
            self.get(answer.headers["Location"])
        return answer

    def _seen(self, answer: Any) -> Any:
        self.statuses.add(answer.status_code)
        holds_none(f"{answer.request['PATH_INFO']}?{answer.request['QUERY_STRING']}", "address")
        holds_none(str(answer.headers), "headers")
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            for address in _ADDRESS.findall(answer.content.decode()):
                if not address.startswith(("tel:", "mailto:")):
                    holds_none(address, "an address on a page")
        return answer


def test_no_word_of_a_patient_leaves_by_a_back_door(
    alice: User,
    at_alice: Client,
    knee: Complaint,
    stored: Assessment,
    lines: io.StringIO,
) -> None:
    day = Day(at_alice)
    new = typed(birth_name=NAME, first_name=FIRST, birth_date=BORN, doctor=DOCTOR)
    day.post(reverse("draft-keep", args=["patient-new"]), **new)
    day.get(reverse("patient-new"))
    day.post(reverse("patient-new"), **{**new, "sex": "nobody"})
    day.post(reverse("patient-new"), **new)
    day.post(reverse("patient-new"), **{**new, "token": str(uuid.uuid4())})  # may be on file
    zoe = Patient.objects.get(birth_name__iexact=NAME)
    for looked in (NAME, BORN):
        day.post(reverse("patients"), q=looked)
    one = [zoe.public_id]
    for name in ("patient", "patient-identity", "patient-facts", "patient-edit", "patient-merge"):
        day.get(reverse(name, args=one))
    day.post(reverse("patient-edit", args=one), **{**new, "based_on": "0", "doctor": REASON})
    day.post(reverse("contact-new", args=one), kind="relative", name=NAME, phone=PHONE)
    day.get(reverse("contact-edit", args=[Contact.objects.get().public_id]))
    today = f"{timezone.localdate():%d/%m/%Y}"
    day.post(
        reverse("patient-fact", args=[*one, "weight"]), said_by="patient", at=today, value=NOTE
    )
    pain = {"condition": "knee-osteoarthritis", "side": "right", "note": NOTE}
    made = day.post(reverse("patient-complaint-new", args=one), **pain)
    assert made.status_code == 302
    _course(day, alice, stored)
    for name in ("home", "agenda", "complaints", "assessments", "patients"):
        day.get(reverse(name))
    day.get(f"/patients/{uuid.uuid4()}/")
    _messages(alice)
    assert {200, 302, 404, 409, 422} <= day.statuses
    holds_none(lines.getvalue(), "log")
    assert zoe.public_id not in lines.getvalue()
    holds_none(at_alice.get("/metrics").content.decode(), "metrics")


def _course(day: Day, alice: User, stored: Assessment) -> None:
    """A course of the same patient: consent, quotation, sessions and their calendar."""
    open_every_weekday(alice.site)
    allow(alice)
    named(stored.complaint)
    Patient.objects.filter(pk=stored.complaint.patient_id).update(birth_name=NAME)
    course = begun(alice, Assessment.objects.get(pk=stored.pk))
    consent, quotation = signed(alice, course), quoted(alice, course)
    session = Appointment.objects.get(session__course=course)
    move = {
        "based_on": "1", "day": f"{workday(14):%Y-%m-%d}", "at": "11:00", "minutes": "30",
        "practitioner": alice.public_id, "reason": REASON,
    }  # fmt: skip
    moved = day.post(reverse("appointment-move", args=[session.public_id]), **move)
    assert moved.status_code == 302
    day.get(reverse("course", args=[course.public_id]))
    calendar = day.get(reverse("course-calendar", args=[course.public_id])).content.decode()
    assert "BEGIN:VEVENT" in calendar
    holds_none(calendar, "calendar")
    for name, about in (("consent-document", consent), ("quotation-document", quotation)):
        day.get(reverse(name, args=[about.public_id]))
    course.refresh_from_db()
    for version in (course.version - 1, course.version):  # somebody else changed it; then not
        stop = {"based_on": str(version), "reason": f"{REASON}, dit le patient"}
        day.post(reverse("course-stop", args=[course.public_id]), **stop)


def _messages(alice: User) -> None:
    """The site writes to its staff alone, of their account; here to one with a telling name."""
    User.objects.filter(pk=alice.pk).update(name=NAME)
    alice.set_password("correct horse battery")
    alice.save(update_fields=["password"])
    Client().post(reverse("account_reset_password"), {"email": alice.email})
    do_all()
    assert mail.outbox
    for message in mail.outbox:
        holds_none(message.subject, "title of a message")

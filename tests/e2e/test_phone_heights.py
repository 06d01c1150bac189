"""No daily page is longer than three screens of a phone, with the demo's patients."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from dolenti import demo
from dolenti.access.covered import cover
from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment
from dolenti.demo import staff, topping
from dolenti.records.models import Assessment, Complaint, Patient
from dolenti.treatment.models import Course, Session

pytestmark = pytest.mark.browser

PATIENTS = 45
MOST = 3.0  # heights of the window
ASSESS = 4.3
"""A page that asks for what nobody knows has its questions, and folds none of them away, nor what
one press restates."""
ALL_FOUR = 5.2
UNTOLD = 4.8
"""The same with every therapy in play, and of a pain of which nothing was asked yet."""
SESSION = 3.5
"""The pause has as many lines as the act asks for; what comes after it opens in its turn."""
EVERY = "infiltration,mesotherapy,autologous-conditioned-serum,cryoneurolysis"
CONSENT = 7.5
"""All that is signed stands above the signature: none of it is folded away."""


def test_no_daily_page_is_longer_than_three_screens_of_a_phone(
    transactional_db: None,
    settings: Any,
    tmp_path: Any,
    window: Callable[..., Page],
    live_server: object,
) -> None:
    settings.DATA = tmp_path
    demo.load(io.StringIO(), PATIENTS)
    topping.top_up()
    who = {name: User.objects.get(email=staff.email(name)) for name in
           ("demo", "infirmiere", "secretaire")}  # fmt: skip
    doctor, nurse, desk = who["demo"], who["infirmiere"], who["secretaire"]
    auditor = User.objects.get(role=Role.AUDITOR, site=doctor.site)
    site = doctor.site
    pains = Complaint.objects.filter(
        author=doctor, state="active", in_error="", patient__in_error="", patient__site=site
    ).exclude(patient__identity="none")  # fmt: skip
    known = pains.filter(assessments__isnull=False).distinct().order_by("pk")[:3]
    untold = pains.filter(assessments__isnull=True).distinct().order_by("pk")[:3]
    rooms = Session.objects.filter(course__practitioner=doctor).order_by("-pk")[:6]
    records = Patient.objects.filter(pk__in=[one.patient_id for one in pains])[:3]
    courses = Course.objects.filter(practitioner=doctor).order_by("-pk")[:3]
    someone = records[0].public_id
    stored = Assessment.objects.filter(complaint__in=pains).order_by("-pk")[:3]
    proposed = Course.objects.filter(practitioner=doctor, state="proposed").order_by("-pk")[:2]
    planned = Appointment.objects.filter(
        patient__site=site, state="planned", patient__in=records.values("pk")
    ).order_by("start")[:2]
    daily: list[tuple[User, str, float]] = [
        *((one, reverse("home"), MOST) for one in who.values()),
        *((one, reverse("agenda"), MOST) for one in who.values()),
        *((doctor, reverse("patient", args=[one.public_id]), MOST) for one in records),
        *((doctor, reverse("patient-facts", args=[one.public_id]), MOST) for one in records),
        *(
            (doctor, f"{reverse('complaint', args=[one.public_id])}?for={cover(therapies)}", most)
            for pains, therapies, most in (
                (known, "infiltration", ASSESS),
                (known, EVERY, ALL_FOUR),
                (untold, "infiltration", UNTOLD),
            )
            for one in pains
        ),
        *((doctor, reverse("session", args=[one.public_id]), SESSION) for one in rooms),
        *(
            (one, f"{reverse('patients')}?show={show}", MOST)
            for one in who.values()
            for show in ("mine", "all")
        ),
        *((auditor, reverse(name), MOST) for name in ("home", "trail", "trail-find", "openings")),
        *((doctor, reverse("course", args=[one.public_id]), MOST) for one in courses),
        *((one, reverse("alerts"), MOST) for one in (doctor, nurse)),
        (nurse, reverse("agenda-prepare"), MOST),
        (nurse, reverse("agenda-list", args=["to-ask"]), MOST),
        *((one, reverse("patient-new"), MOST) for one in (doctor, desk)),
        (desk, reverse("appointment-find"), MOST),
        (desk, reverse("patient-appointment", args=[someone]), MOST),
        *(
            (doctor, reverse(name, args=[one.public_id]), most)
            for name, found, most in (
                ("assessment", stored, MOST),
                ("course-consent", proposed, CONSENT),
                ("course-follow-up", courses, MOST),
            )
            for one in found
        ),
        *(
            (doctor, reverse("course-new", args=[one.public_id, therapy]), MOST)
            for one in stored
            for therapy in ("mesotherapy", "infiltration")
        ),
        *((desk, reverse("quotation-new", args=[one.public_id]), MOST) for one in courses),
        *(
            (desk, reverse(f"appointment{act}", args=[one.public_id]), most)
            for one in planned
            for act, most in (
                ("", MOST),
                ("-move", MOST),
                ("-cancel", MOST),
                ("-missed", MOST),
                ("-phone", MOST),
            )
        ),
        *(
            (desk, reverse(name, args=[someone]), MOST)
            for name in ("patient-identity", "patient-appointments", "patient-edit")
        ),
        *(
            (doctor, reverse(name, args=[someone]), MOST)
            for name in ("patient-letters", "patient-medicines", "patient-events")
        ),
        *((one, reverse("agenda-week"), MOST) for one in who.values()),
        (desk, reverse("agenda-list", args=["unclosed"]), MOST),
        (desk, reverse("absences"), MOST),
        (doctor, reverse("note-new", args=[someone]), MOST),
    ]
    pages = {user: window(user, "phone") for user in (*who.values(), auditor)}
    long = []
    for user, path, most in daily:
        page = pages[user]
        answer = page.goto(f"{live_server}{path}")
        assert answer is not None
        if answer.status == 409 and path.endswith("/course/"):
            continue  # the therapy has another verdict today
        assert answer.status == 200, path
        height = page.evaluate("document.documentElement.scrollHeight / innerHeight")
        if height > most:
            long.append(f"{user.role} {path}: {height:.2f} screens, at most {most}")
        folded = "#questions :is([data-no], .row-said > .question):not(.row-under *)"
        unseen = page.evaluate(
            "which => [...document.querySelectorAll(which)].filter(one => !one.checkVisibility())"
            ".map(one => one.closest('[data-row]').id)",
            folded,
        )
        long += [f"{path}: {one} is folded away" for one in unseen]
    assert not long, "\n".join(long)

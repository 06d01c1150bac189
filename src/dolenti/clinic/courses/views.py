"""A course: its page, the steps of its life, and the patient's calendar file."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.agenda.calendar_file import CONTENT_TYPE, Appointment, Place, calendar_file
from dolenti.calendar.moments import Span
from dolenti.clinic.common.against import together
from dolenti.clinic.common.editing import Edit, patient_page, pressed
from dolenti.clinic.common.forms import VersionedReasonForm
from dolenti.clinic.common.request import today, user_of, words
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.courses.forms import ProductsForm
from dolenti.clinic.courses.shown import (
    against_patient,
    beside_in_words,
    close_in_words,
    departure_lines,
    product_names,
    quotation_lines,
    session_lines,
    steps,
    therapy_name,
)
from dolenti.diary import gate as diary_gate
from dolenti.guideline.errors import InputError
from dolenti.records import engine
from dolenti.records.judging import choosing
from dolenti.records.judging.supports import support_in
from dolenti.treatment import (
    alongside,
    consents,
    courses,
    formulary,
    holds,
    laying,
    spacing,
    treated,
)
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.day import is_ahead
from dolenti.treatment.life import OPEN
from dolenti.treatment.models import Course


@page("courses/<slug:public_id>/", "course", Permission.READ_RECORDS)
def course(request: HttpRequest, public_id: str) -> HttpResponse:
    """A course: how far it came, what it waits for, its sessions and papers."""
    return _page(request, treatment_gate.course(user_of(request), public_id))


def _page(
    request: HttpRequest, course: Course, *, why: str = "", status: int = 200
) -> HttpResponse:
    user, lookup = user_of(request), words()
    appointments = treatment_gate.appointments_in(user, course)
    standing = consents.standing(user, course)
    context = {
        "course": course,
        "refusal": _refusal(user, course, standing),
        "therapy": therapy_name(course.therapy, lookup),
        "heading": lookup.complaint(
            course.complaint.condition, course.complaint.zone, course.complaint.side
        ),
        "steps": steps(course),
        "status": course.assessment.statuses.get(course.therapy, ""),
        "support": support_in(course.assessment, course.therapy),
        "products": product_names(course, lookup),
        "together": together(course.complaint, course.therapy, course.products)
        if course.state in OPEN
        else [],
        "against": against_patient(course, course.products) if course.state in OPEN else [],
        "sessions": session_lines(course, appointments),
        "departures": departure_lines(course),
        "close": [
            close_in_words(one)
            for one in (spacing.too_close(course, appointments) if course.state in OPEN else [])
        ],
        "beside": [
            (one.course.public_id, beside_in_words(one, lookup))
            for one in (
                alongside.found(user, course.complaint, today(), course)
                if course.state in OPEN
                else []
            )
        ],
        "standing": standing,
        "replies": diary_gate.replies_to(user, course),
        "open": course.state in OPEN,
        "ahead": any(map(is_ahead, appointments)),
        "quotations": quotation_lines(treatment_gate.quotations_of(user, course), today()),
        "why": why,
        "held": holds.of(course.patient),
        # The page says by itself what a consent waits for.
        "stops": treated.of_what_is_treated(course) if course.state in OPEN else [],
    }
    return patient_page(
        request, "clinic/courses/page.html", context, of=course.patient, status=status
    )


def _refusal(user: User, course: Course, standing: consents.Standing) -> str:
    """Why a consent would not be taken today, where one is awaited or about to be acted on. Once
    the course has begun, its sessions are what is judged anew, each on its day."""
    if course.state not in OPEN:
        return ""
    if course.state == Course.State.ACTIVE and standing.state != "changed":
        return ""
    try:
        consents.words_to_sign(user, course, today())
    except InputError as error:
        return sentence(error)
    return ""


@page("courses/<slug:public_id>/products/", "course-products", Permission.PLAN, form=True)
def course_products(request: HttpRequest, public_id: str) -> HttpResponse:
    """Other products: the course is proposed again."""
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    therapy = choosing.therapy_of(engine.edition_in_force(), course.therapy)
    form = ProductsForm(
        request.POST if request.method == "POST" else None,
        products=formulary.offered(
            user, laying.products_for(therapy, today()), therapy.id, course.complaint, today()
        ),
        initial={"products": course.products, "based_on": course.version},
    )
    context = {
        "course": course,
        "against": against_patient(course, [one.product.id for one in form.offered]),
    }
    edit = Edit(request, form)
    if edit.writes(
        lambda said: courses.change_products(
            user, course, said["based_on"], said["products"], today()
        ),
        beside=lambda error: "products" if error.where else None,
    ):
        said = _("The products are changed: the patient consents anew.")
        return edit.done("course", public_id, said=said)
    return edit.page("clinic/courses/products.html", context, of=course.patient)


@page("courses/<slug:public_id>/start/", "course-start", Permission.PLAN, form=True)
def course_start(request: HttpRequest, public_id: str) -> HttpResponse:
    """The course begins; without a consent that stands it does not."""
    return _step(request, public_id, consents.activate, _("The course is under way."))


@page("courses/<slug:public_id>/complete/", "course-complete", Permission.PLAN, form=True)
def course_complete(request: HttpRequest, public_id: str) -> HttpResponse:
    """The course was given to its end."""
    return _step(request, public_id, courses.complete, _("The course is completed."))


def _step(request: HttpRequest, public_id: str, take: Any, said: str) -> HttpResponse:
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    if request.method != "POST":
        return redirect("course", public_id)
    stale = _("%(name)s changed this course meanwhile. Below is how it stands now.")
    refusal = pressed(request, partial(take, user, course), stale=stale)
    if refusal:
        stands = treatment_gate.course(user, public_id)
        return _page(request, stands, why=refusal.why, status=refusal.status)
    messages.success(request, said)
    # The page of a session asks for it too, and goes on from there.
    back = sole(course.sessions.filter(public_id=request.POST.get("session", "")))
    return redirect("session", back.public_id) if back else redirect("course", public_id)


@page("courses/<slug:public_id>/stop/", "course-stop", Permission.PLAN, form=True)
def course_stop(request: HttpRequest, public_id: str) -> HttpResponse:
    """The course ends before its end, for a reason."""
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    form = VersionedReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Why the course stops"),
        help_text=_("Its coming sessions are cancelled with it."),
        initial={"based_on": course.version},
    )
    edit = Edit(request, form)
    if edit.writes(lambda said: courses.stop(user, course, said["based_on"], said["reason"])):
        return edit.done("course", public_id, said=_("The course is stopped."))
    return edit.page("clinic/courses/stop.html", {"course": course}, of=course.patient)


@page("courses/<slug:public_id>/calendar/", "course-calendar", Permission.READ_RECORDS)
def course_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient's calendar file: when and where, and nothing of their health."""
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    appointments = [
        Appointment(
            one.public_id,
            Span(one.start, one.end),
            one.version - 1,
            one.created_at,
            cancelled=one.state == "cancelled",
        )
        for one in treatment_gate.appointments_in(user, course)
    ]
    place = Place(course.site.name, course.site.address, course.site.phone)
    language = consents.language_of(course)
    content = calendar_file(appointments, place, "en" if language == "en" else "fr")
    audit.record(
        "export",
        actor=user,
        kind="calendar",
        object_id=course.public_id,
        patient_id=course.patient.public_id,
    )
    name = _("appointments.ics")
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

"""A course: planned from an assessment, its page, and the steps of its life."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access import audit
from dolenti.access.guard import needs
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.clinic.forms.courses import CourseForm, ProductsForm, ReasonForm
from dolenti.clinic.forms.typed import refused, sentence
from dolenti.clinic.present import conflicts
from dolenti.clinic.present.courses import (
    departure_lines,
    product_names,
    quotation_lines,
    session_lines,
    steps,
    therapy_name,
)
from dolenti.clinic.views.common import strip_of, submission, today, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate, gate_courses
from dolenti.records.agenda.calendar_file import CONTENT_TYPE, Appointment, Place, calendar_file
from dolenti.records.agenda.moments import Span, local_day, to_local
from dolenti.records.days import timetable
from dolenti.records.days.timetable import SlotRefusedError
from dolenti.records.judging import choosing
from dolenti.records.judging.choosing import Choice, ChoiceRefusedError
from dolenti.records.models import Course
from dolenti.records.treatment import consents, courses, laying, privileges
from dolenti.records.treatment.privileges import NoPrivilegeError
from dolenti.records.versions import StaleEditError
from dolenti.ui.language import current


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN)
def course_new(request: HttpRequest, public_id: str, therapy: str) -> HttpResponse:
    """A therapy chosen from an assessment, laid on the agenda, and written."""
    user = user_of(request)
    assessment = gate.assessment(user, public_id)
    made = courses.written(submission(request)) if request.method == "POST" else None
    if made is not None:
        return redirect("course", made.public_id)
    try:
        choice = choosing.choose(user, assessment, therapy, today())
    except ChoiceRefusedError as error:
        context = {
            "assessment": assessment,
            "strip": strip_of(request, assessment.complaint.patient),
            "why": sentence(error),
            "complaint": assessment.complaint,
        }
        return render(request, "clinic/courses/refused.html", context, status=409)
    if request.method != "POST":
        return _new_page(request, choice, _form(user, choice, None))
    form = _form(user, choice, request.POST)
    form.is_valid()
    if "propose" in request.POST or not form.head_is_valid():
        if form.head_is_valid():
            form = _proposed(user, choice, form)
            return _new_page(request, choice, form, proposed=True)
        return _new_page(request, choice, form, status=422)
    return _create(request, choice, form)


def _create(request: HttpRequest, choice: Choice, form: CourseForm) -> HttpResponse:
    slots = form.slots()
    left: tuple[laying.Departure, ...] = ()
    if not form.errors:
        try:
            left = _departures(choice, slots)
            made = courses.open_course(
                submission(request), choice, _plan(choice, form, slots, left), today()
            )
            messages.success(request, _("The course is planned. The patient’s consent is next."))
            return redirect("course", made.public_id)
        except SlotRefusedError as error:
            form.add_error(error.field or None, refused(error))
        except NoPrivilegeError as error:
            form.add_error("practitioner", refused(error))
        except _UnexplainedError:
            left = _departures(choice, slots)
            form.add_error(
                "kept_because", _("These days leave the protocol: change them, or say why.")
            )
        except InputError as error:
            form.add_error("products" if error.where else None, refused(error))
    return _new_page(request, choice, form, departures=left, status=422)


class _UnexplainedError(Exception):
    """Days leave the protocol, and nobody said why they are kept."""


def _departures(choice: Choice, slots: Any) -> tuple[laying.Departure, ...]:
    days = [local_day(slot.span.start) for slot in slots]
    if not days:
        return ()
    previous = laying.previous_acts(choice.assessment)
    return laying.departures(choice.therapy.protocol, days, previous)


def _plan(
    choice: Choice, form: CourseForm, slots: Any, left: tuple[laying.Departure, ...]
) -> courses.Plan:
    why = form.cleaned_data["kept_because"]
    if left and not why:
        raise _UnexplainedError
    days = [local_day(slot.span.start) for slot in slots]
    protocol = laying.as_planned(choice.therapy.protocol, days, left, why) if days else {}
    return courses.Plan(
        tuple(form.cleaned_data["products"]),
        form.person,
        dict(enumerate(slots, 1)),
        protocol,
    )


def _form(user: User, choice: Choice, data: Any, **kwargs: Any) -> CourseForm:
    site = choice.assessment.complaint.patient.site
    people = privileges.candidates(site, choice.therapy.id, today())
    mine = next((one.public_id for one in people if one == user), "")
    return CourseForm(
        data,
        people=people,
        rooms=gate_courses.rooms(user),
        products=laying.products_for(choice.therapy, today()),
        laid=laying.rows(choice.therapy.protocol, today()),
        initial={
            "practitioner": mine,
            "start": today(),
            "minutes": laying.minutes_of(choice.therapy.protocol),
        },
        **kwargs,
    )


def _proposed(user: User, choice: Choice, form: CourseForm) -> CourseForm:
    """The same form, with the nearest free slot in each required row."""
    cleaned = form.cleaned_data
    start = max(cleaned["start"], today())
    site = choice.assessment.complaint.patient.site
    rooms = list(form.rooms.values())
    found = laying.proposal(
        choice.therapy.protocol,
        start,
        timetable.diary(site, form.person, rooms, start, start + laying.AHEAD),
        cleaned["minutes"],
        cleaned["preferred"],
        laying.previous_acts(choice.assessment),
    )
    sent: Any = form.data
    data = sent.copy()
    reasons: dict[int, list[str]] = {}
    required = [n for n, one in enumerate(form.laid, 1) if not one.optional]
    for number, proposed in zip(required, found, strict=False):
        reasons[number] = [why.in_language(current()) for why in proposed.reasons]
        local = to_local(proposed.slot.span.start) if proposed.slot else None
        data[f"day_{number}"] = f"{local:%Y-%m-%d}" if local else ""
        data[f"time_{number}"] = f"{local:%H:%M}" if local else ""
        data[f"room_{number}"] = (proposed.slot.room or "") if proposed.slot else ""
        data[f"which_{number}"] = ""
    fresh = _form(user, choice, data, reasons=reasons)
    fresh.is_valid()
    return fresh


def _new_page(
    request: HttpRequest,
    choice: Choice,
    form: CourseForm,
    *,
    proposed: bool = False,
    departures: tuple[laying.Departure, ...] = (),
    status: int = 200,
) -> HttpResponse:
    rows = form.session_rows()
    laid_out = proposed or any(row.day.value() or row.at.value() for row in rows)
    context = {
        "assessment": choice.assessment,
        "complaint": choice.assessment.complaint,
        "strip": strip_of(request, choice.assessment.complaint.patient),
        "therapy": therapy_name(choice.therapy.id, words()),
        "status": choice.status,
        "passing": choice.passing,
        "form": form,
        "rows": rows if laid_out else [],
        "departures": [(one.day, one.why.in_language(current())) for one in departures],
        "heading": words().complaint(
            choice.assessment.complaint.condition,
            choice.assessment.complaint.zone,
            choice.assessment.complaint.side,
        ),
    }
    return render(request, "clinic/courses/new.html", context, status=status)


@require_safe
@needs(Permission.READ_RECORDS)
def course(request: HttpRequest, public_id: str) -> HttpResponse:
    """A course: how far it came, what it waits for, its sessions and papers."""
    return _page(request, gate_courses.course(user_of(request), public_id))


def _page(
    request: HttpRequest, course: Course, *, why: str = "", status: int = 200
) -> HttpResponse:
    user, lookup = user_of(request), words()
    sessions = gate_courses.sessions_of(user, course)
    standing = consents.standing(user, course)
    context = {
        "course": course,
        "strip": strip_of(request, course.patient),
        "therapy": therapy_name(course.therapy, lookup),
        "heading": lookup.complaint(
            course.complaint.condition, course.complaint.zone, course.complaint.side
        ),
        "steps": steps(course),
        "status": course.assessment.statuses.get(course.therapy, ""),
        "products": product_names(course, lookup),
        "sessions": session_lines(course, sessions),
        "departures": departure_lines(course),
        "standing": standing,
        "open": course.state in courses.OPEN,
        "ahead": any(one.state in courses.WAITING for one in sessions),
        "quotations": quotation_lines(gate_courses.quotations_of(user, course), today()),
        "why": why,
    }
    return render(request, "clinic/courses/page.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN)
def course_products(request: HttpRequest, public_id: str) -> HttpResponse:
    """Other products: the course is proposed again."""
    user = user_of(request)
    course = gate_courses.course(user, public_id)
    therapy = choosing.therapy_of(engine.edition_in_force(), course.therapy)
    form = ProductsForm(
        request.POST if request.method == "POST" else None,
        products=laying.products_for(therapy, today()),
        initial={"products": course.products, "based_on": course.version},
    )
    conflict = None
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            courses.change_products(user, course, cleaned["based_on"], cleaned["products"], today())
        except StaleEditError as error:
            conflict = conflicts.shown(error, form)
        except InputError as error:
            form.add_error("products" if error.where else None, refused(error))
        else:
            messages.success(request, _("The products are changed: the patient consents anew."))
            return redirect("course", public_id)
    context = {
        "course": course,
        "strip": strip_of(request, course.patient),
        "form": form,
        "conflict": conflict,
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "clinic/courses/products.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN)
def course_start(request: HttpRequest, public_id: str) -> HttpResponse:
    """The course begins; without a consent that stands it does not."""
    return _step(request, public_id, consents.activate, _("The course is under way."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN)
def course_complete(request: HttpRequest, public_id: str) -> HttpResponse:
    """The course was given to its end."""
    return _step(request, public_id, courses.complete, _("The course is completed."))


def _step(request: HttpRequest, public_id: str, take: Any, said: str) -> HttpResponse:
    user = user_of(request)
    course = gate_courses.course(user, public_id)
    if request.method != "POST":
        return redirect("course", public_id)
    try:
        take(user, course, _version(request))
    except StaleEditError as error:
        why = _("%(name)s changed this course meanwhile. Below is how it stands now.")
        return _page(
            request, gate_courses.course(user, public_id), why=why % {"name": error.author},
            status=409,
        )  # fmt: skip
    except InputError as error:
        return _page(request, course, why=sentence(error), status=422)
    messages.success(request, said)
    return redirect("course", public_id)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("based_on", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN)
def course_stop(request: HttpRequest, public_id: str) -> HttpResponse:
    """The course ends before its end, for a reason."""
    user = user_of(request)
    course = gate_courses.course(user, public_id)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Why the course stops"),
        help_text=_("Its coming sessions are cancelled with it."),
        initial={"based_on": course.version},
    )
    conflict = None
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            courses.stop(user, course, cleaned["based_on"], cleaned["reason"])
        except StaleEditError as error:
            conflict = conflicts.shown(error, form)
        except InputError as error:
            form.add_error(None, refused(error))
        else:
            messages.success(request, _("The course is stopped."))
            return redirect("course", public_id)
    context = {
        "course": course,
        "strip": strip_of(request, course.patient),
        "form": form,
        "conflict": conflict,
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "clinic/courses/stop.html", context, status=status)


@require_safe
@needs(Permission.READ_RECORDS)
def course_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient's calendar file: when and where, and nothing of their health."""
    user = user_of(request)
    course = gate_courses.course(user, public_id)
    appointments = [
        Appointment(
            one.public_id,
            Span(one.start, one.end),
            one.version - 1,
            one.created_at,
            cancelled=one.state == "cancelled",
        )
        for one in gate_courses.sessions_of(user, course)
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

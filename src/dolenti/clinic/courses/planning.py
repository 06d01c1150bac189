"""A course planned: a therapy chosen from an assessment, laid on the agenda, and written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access.models import Site, User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import gate as agenda_gate
from dolenti.agenda import privileges, timetable
from dolenti.agenda.privileges import NoPrivilegeError
from dolenti.agenda.timetable import Slot, SlotRefusedError
from dolenti.calendar.moments import clock, day_in_words, local_day, to_local
from dolenti.calendar.slots import Diary
from dolenti.clinic.common.against import lines as against_lines
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import refused, sentence
from dolenti.clinic.courses.forms import CourseForm
from dolenti.clinic.courses.shown import beside_in_words, therapy_name
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Limit, Text
from dolenti.ledger.once import made_before
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.judging import choosing
from dolenti.records.judging.choosing import Choice, ChoiceRefusedError
from dolenti.records.judging.supports import support_in
from dolenti.records.models import Statement
from dolenti.serum import chain
from dolenti.treatment import against as known_against
from dolenti.treatment import alongside, courses, formulary, laying
from dolenti.treatment.models import Course
from dolenti.treatment.room import SERUM
from dolenti.ui.language import current


@page(
    "assessments/<slug:public_id>/therapies/<covered:therapy>/course/",
    "course-new",
    Permission.PLAN,
    form=True,
)
def course_new(request: HttpRequest, public_id: str, therapy: str) -> HttpResponse:
    """A therapy chosen from an assessment, laid on the agenda, and written."""
    user = user_of(request)
    assessment = gate.assessment(user, public_id)
    made = made_before(submission(request), Course) if request.method == "POST" else None
    if made is not None:
        return redirect("course", made.public_id)
    stated = list(patient_gate.statements(user, assessment.complaint.patient))
    try:
        choice = choosing.choose(user, assessment, therapy, today(), stated=stated)
    except ChoiceRefusedError as error:
        context = {
            "assessment": assessment,
            "why": sentence(error),
            "complaint": assessment.complaint,
        }
        patient = assessment.complaint.patient
        return patient_page(request, "clinic/courses/refused.html", context, of=patient, status=409)
    if request.method != "POST":
        return _new_page(request, choice, _form(user, choice, None), stated=stated)
    form = _form(user, choice, request.POST)
    form.is_valid()
    if "propose" in request.POST or not form.head_is_valid():
        if form.head_is_valid():
            form = _proposed(user, choice, form)
            return _new_page(request, choice, form, stated=stated, proposed=True)
        return _new_page(request, choice, form, stated=stated, status=422)
    return _create(request, choice, form)


def _create(request: HttpRequest, choice: Choice, form: CourseForm) -> HttpResponse:
    slots = form.slots()
    left: tuple[laying.Departure, ...] = ()
    if not form.errors:
        try:
            _insist_made(choice, slots)
            left = _departures(choice, form, slots)
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
            left = _departures(choice, form, slots)
            form.add_error(
                "kept_because", _("These days leave the protocol: change them, or say why.")
            )
        except InputError as error:
            form.add_error("products" if error.where else None, refused(error))
    return _new_page(request, choice, form, departures=left, status=422)


class _UnexplainedError(Exception):
    """Days leave the protocol, and nobody said why they are kept."""


def _ground(choice: Choice, form: CourseForm) -> laying.Ground:
    return laying.ground(choice.therapy, choice.now, form.cleaned_data.get("products", ()))


def _departures(choice: Choice, form: CourseForm, slots: Any) -> tuple[laying.Departure, ...]:
    days = [local_day(slot.span.start) for slot in slots]
    return laying.departures(_ground(choice, form), days) if days else ()


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
        rooms=agenda_gate.rooms(user),
        products=formulary.offered(
            user,
            laying.products_for(choice.therapy, today()),
            choice.therapy.id,
            choice.assessment.complaint,
            today(),
        ),
        laid=laying.rows(choice.therapy.protocol, today()),
        initial={
            "practitioner": mine,
            "start": today(),
            "minutes": laying.minutes_of(choice.therapy.protocol),
        },
        **kwargs,
    )


def _diary(site: Site, form: CourseForm, therapy: str, start: date) -> Diary:
    """What decides which slots are free; of serum, none before blood that was drawn now could be
    incubated: what is given is still to be made."""
    rooms, last = list(form.rooms.values()), start + laying.AHEAD
    found = timetable.diary(site, form.person, rooms, start, last, therapy=therapy)
    return replace(found, from_now=_soonest()) if therapy == SERUM else found


def _soonest() -> datetime:
    """When serum of blood that is drawn now has been incubated for as long as it may take."""
    return timezone.now() + timedelta(hours=chain.in_force().most("incubation"))


def _insist_made(choice: Choice, slots: Sequence[Slot]) -> None:
    """No session of serum is planned before its serum can be there. Raises ``SlotRefusedError``."""
    if choice.therapy.id != SERUM or not slots:
        return
    first, soonest = min(slots, key=lambda slot: slot.span.start), _soonest()
    if first.span.start < soonest:
        at = to_local(soonest)
        raise SlotRefusedError(
            Text(
                fr="le sérum n’existe pas encore\u00a0: prélevé maintenant, il sort de l’étuve au "
                f"plus tard le {day_in_words(at.date(), 'fr')} à {clock(at.time(), 'fr')}",
                en="the serum is still to be made: drawn now, it is out of the incubator by "
                f"{day_in_words(at.date(), 'en')}, {clock(at.time(), 'en')}",
            ),
            first.field,
        )


def _proposed(user: User, choice: Choice, form: CourseForm) -> CourseForm:
    """The same form, with the nearest free slot in each required row."""
    cleaned = form.cleaned_data
    start = max(cleaned["start"], today())
    site = choice.assessment.complaint.patient.site
    found = laying.proposal(
        _ground(choice, form),
        start,
        _diary(site, form, choice.therapy.id, start),
        cleaned["minutes"],
        cleaned["preferred"],
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


def _said(limits: Iterable[Limit]) -> list[str]:
    return [limit.because.in_language(current()) for limit in limits]


def _new_page(
    request: HttpRequest,
    choice: Choice,
    form: CourseForm,
    *,
    stated: Sequence[Statement] | None = None,
    proposed: bool = False,
    departures: tuple[laying.Departure, ...] = (),
    status: int = 200,
) -> HttpResponse:
    rows = form.session_rows()
    laid_out = proposed or any(row.day.value() or row.at.value() for row in rows)
    context = {
        "assessment": choice.assessment,
        "complaint": choice.assessment.complaint,
        "therapy": therapy_name(choice.therapy.id, words()),
        "status": choice.status,
        "support": support_in(choice.assessment, choice.therapy.id),
        "passing": choice.passing,
        "form": form,
        "against": against_lines(
            known_against.by_assessment(
                choice.assessment.complaint,
                choice.assessment,
                choice.therapy.id,
                # Of those that are chosen; before anything is, of all that may be.
                form["products"].value() or [one.product.id for one in form.offered],
            )
        ),
        "beside": [
            (one.course.public_id, beside_in_words(one, words()))
            for one in alongside.found(user_of(request), choice.assessment.complaint, today())
        ],
        "rows": rows if laid_out else [],
        "proposed": proposed,
        "reached": _said(_ground(choice, form).reached) if proposed else [],
        "departures": [(one.day, one.why.in_language(current())) for one in departures],
        "heading": words().complaint(
            choice.assessment.complaint.condition,
            choice.assessment.complaint.zone,
            choice.assessment.complaint.side,
        ),
    }
    patient = choice.assessment.complaint.patient
    return patient_page(
        request, "clinic/courses/new.html", context, of=patient, stated=stated, status=status
    )

"""A session of the agenda moved, cancelled, missed, or planned again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dolenti.access.guard import needs
from dolenti.access.identifiers import LENGTH
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.clinic.forms.courses import ReasonForm, SlotForm
from dolenti.clinic.forms.typed import refused
from dolenti.clinic.present import conflicts
from dolenti.clinic.present.courses import slot_initial, therapy_name
from dolenti.clinic.views.appointments import day_address
from dolenti.clinic.views.common import strip_of, submission, today, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import gate_courses, gate_patients
from dolenti.records.days.timetable import Slot
from dolenti.records.models import Session
from dolenti.records.treatment import privileges, sessions
from dolenti.records.treatment.privileges import NoPrivilegeError
from dolenti.records.versions import StaleEditError


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SCHEDULE)
def session_move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another moment, person or room for a planned session."""
    return _slot_page(request, public_id, again=False)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SCHEDULE)
def session_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """A session in the place of one that was cancelled or missed."""
    return _slot_page(request, public_id, again=True)


def _slot_page(request: HttpRequest, public_id: str, *, again: bool) -> HttpResponse:
    user = user_of(request)
    session = gate_courses.session(user, public_id)
    form = _slot_form(request, user, session, again=again)
    conflict = None
    if request.method == "POST" and form.is_valid():
        slot = form.slot()
        try:
            if slot is not None:
                _write(request, session, slot, form, again=again)
                return redirect(_back(request, session))
        except StaleEditError as error:
            conflict = conflicts.shown(error, form)
        except NoPrivilegeError as error:
            form.add_error("practitioner", refused(error))
        except sessions.SessionRefusedError as error:
            form.add_error(None, refused(error))
        except InputError as error:
            form.add_error("at", refused(error))
    context = {
        **_about(request, session),
        "form": form,
        "conflict": conflict,
        "again": again,
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "clinic/sessions/move.html", context, status=status)


def _slot_form(request: HttpRequest, user: User, session: Session, *, again: bool) -> SlotForm:
    if session.course is None:
        people = list(privileges.practitioners_of(session.site))
    else:
        people = privileges.candidates(session.site, session.course.therapy, today())
    stands = slot_initial(session, people)
    data = conflicts.settled(request.POST, stands) if request.method == "POST" else None
    form = SlotForm(data, people=people, rooms=gate_courses.rooms(user), initial=stands)
    if again:
        del form.fields["reason"]
    return form


def _write(
    request: HttpRequest, session: Session, slot: Slot, form: SlotForm, *, again: bool
) -> None:
    if again:
        sessions.plan_again(submission(request), session, slot)
        messages.success(request, _("The session is planned again."))
        return
    cleaned = form.cleaned_data
    moved = Slot(slot.practitioner, slot.room, slot.span, slot.field, session)
    sessions.move(user_of(request), session, cleaned["based_on"], moved, cleaned["reason"])
    messages.success(request, _("The session is moved."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SCHEDULE)
def session_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """A session given up, for a reason."""
    return _end_page(request, public_id, sessions.cancel, "cancel")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SCHEDULE)
def session_missed(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient did not come."""
    return _end_page(request, public_id, sessions.miss, "missed")


def _end_page(request: HttpRequest, public_id: str, end: Any, what: str) -> HttpResponse:
    user = user_of(request)
    session = gate_courses.session(user, public_id)
    label = _("Why it is cancelled") if what == "cancel" else _("What is known of it")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label=label,
        initial={"based_on": session.version},
    )
    conflict = None
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            end(user, session, cleaned["based_on"], cleaned["reason"])
        except StaleEditError as error:
            conflict = conflicts.shown(error, form)
        except InputError as error:
            form.add_error(None, refused(error))
        else:
            said = (
                _("The session is cancelled.")
                if what == "cancel"
                else _("The session is recorded as missed.")
            )
            messages.success(request, said)
            return redirect(_back(request, session))
    context = {**_about(request, session), "form": form, "conflict": conflict, "what": what}
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "clinic/sessions/end.html", context, status=status)


def _about(request: HttpRequest, session: Session) -> dict[str, Any]:
    """The head of the page; of the patient's health nothing to whom their record is closed."""
    user = user_of(request)
    opened = gate_patients.is_open(user, session.patient)
    therapy = ""
    if opened and session.course is not None:
        therapy = therapy_name(session.course.therapy, words())
    return {
        "session": session,
        "strip": strip_of(request, session.patient, opened=opened),
        "therapy": therapy,
        "back": _back(request, session),
        "opened": opened,
    }


def _back(request: HttpRequest, session: Session) -> str:
    user = user_of(request)
    where = request.GET.get("from", "")
    if where == "unclosed":
        return reverse("agenda-list", args=["unclosed"])
    if len(where) == LENGTH and where.isalnum():
        return reverse("absence", args=[where])
    if where == "agenda":
        return day_address(session)
    if session.course is not None and gate_patients.is_open(user, session.patient):
        return reverse("course", args=[session.course.public_id])
    return reverse("patient-identity", args=[session.patient.public_id])

"""An appointment on its page; arrived, undone, finished by one press."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access import audit
from dolenti.access.guard import needs
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.clinic.forms.typed import sentence
from dolenti.clinic.present.booking import history_lines
from dolenti.clinic.present.cards import Cards
from dolenti.clinic.views.common import strip_of, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import gate_courses, gate_patients, versions
from dolenti.records.agenda.calendar_file import CONTENT_TYPE, Appointment, Place, calendar_file
from dolenti.records.agenda.moments import Span, local_day
from dolenti.records.days import appointments
from dolenti.records.models import Session
from dolenti.records.versions import StaleEditError

MOST_DIGITS = 9
Step = Callable[[User, Session, int], Session]


@require_safe
@needs(Permission.READ_AGENDA)
def session(request: HttpRequest, public_id: str) -> HttpResponse:
    """One appointment: who, when, how it stands, what became of it, and what can be done."""
    return _session_page(request, gate_courses.session(user_of(request), public_id))


def _session_page(
    request: HttpRequest, session: Session, *, why: str = "", status: int = 200
) -> HttpResponse:
    user = user_of(request)
    opened = gate_patients.is_open(user, session.patient)
    session.is_open = opened  # type: ignore[attr-defined]
    session.is_signed = True  # type: ignore[attr-defined] # the course's own page says of consents
    context = {
        "session": session,
        "card": Cards(words()).of(session),
        "strip": strip_of(request, session.patient, opened=opened),
        "history": history_lines(session, versions.history(session), words().language),
        "back": day_address(session),
        "why": why,
    }
    return render(request, "clinic/appointments/page.html", context, status=status)


def day_address(session: Session) -> str:
    """The board of the day of an appointment."""
    return f"{reverse('agenda')}?day={local_day(session.start).isoformat()}"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SCHEDULE)
def session_arrive(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient is there."""
    return _press(request, public_id, appointments.arrive)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SCHEDULE)
def session_undo_arrival(request: HttpRequest, public_id: str) -> HttpResponse:
    """The arrival was a mistake."""
    return _press(request, public_id, appointments.undo_arrival)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SCHEDULE)
def session_finish(request: HttpRequest, public_id: str) -> HttpResponse:
    """A consultation or a control took place."""
    return _press(request, public_id, appointments.finish)


def _press(request: HttpRequest, public_id: str, step: Step) -> HttpResponse:
    """One press: done, and back to where it was pressed; or the page of the appointment as it
    stands now, with why it was not done."""
    user = user_of(request)
    session = gate_courses.session(user, public_id)
    if request.method != "POST":
        return redirect("session", public_id)
    try:
        step(user, session, _version(request))
    except StaleEditError as error:
        session = gate_courses.session(user, public_id)
        why = _("%(name)s changed this appointment meanwhile. This is how it stands now.")
        said = why % {"name": error.author or _("Somebody")}
        return _session_page(request, session, why=said, status=409)
    except InputError as error:
        session = gate_courses.session(user, public_id)
        return _session_page(request, session, why=sentence(error), status=422)
    return redirect(_pressed_at(request, session))


def _version(request: HttpRequest) -> int:
    text = request.POST.get("based_on", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


def _pressed_at(request: HttpRequest, session: Session) -> str:
    """Back to the board, the list or the page that the button stood on."""
    where = request.POST.get("at", "")
    if where == "page":
        return reverse("session", args=[session.public_id])
    if where == "unclosed":
        return reverse("agenda-list", args=["unclosed"])
    by = "&by=room" if where == "room" else ""
    return f"{day_address(session)}{by}#s-{session.public_id}"


@require_safe
@needs(Permission.READ_AGENDA)
def session_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient's calendar file: when and where, and nothing of their health."""
    user = user_of(request)
    session = gate_courses.session(user, public_id)
    site, patient = session.site, session.patient
    entry = Appointment(
        session.public_id,
        Span(session.start, session.end),
        session.version - 1,
        session.created_at,
        cancelled=session.state == Session.State.CANCELLED,
    )
    place = Place(site.name, site.address, site.phone)
    content = calendar_file([entry], place, "en" if patient.language == "en" else "fr")
    audit.record(
        "export",
        actor=user,
        kind="calendar",
        object_id=session.public_id,
        patient_id=patient.public_id,
    )
    name = _("appointment.ics")
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

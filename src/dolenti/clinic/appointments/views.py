"""An appointment on its page; arrived, undone, finished by one press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access import audit
from dolenti.access.identifiers import is_public_id
from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import appointments
from dolenti.agenda.calendar_file import CONTENT_TYPE, Place, calendar_file
from dolenti.agenda.calendar_file import Appointment as Entry
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import Span, clock, day_in_words, local_day, to_local
from dolenti.clinic.agenda.cards import Cards
from dolenti.clinic.appointments.shown import history_lines
from dolenti.clinic.common.editing import patient_page, pressed
from dolenti.clinic.common.request import user_of, words
from dolenti.diary import gate as diary_gate
from dolenti.ledger import versions
from dolenti.records.copying import language_of
from dolenti.records.gate import of_patient as patient_gate
from dolenti.treatment import gate as treatment_gate
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of, inline, patient_of

Step = Callable[[User, Appointment, int], Appointment]


@page("appointments/<slug:public_id>/", "appointment", Permission.READ_AGENDA)
def appointment(request: HttpRequest, public_id: str) -> HttpResponse:
    """One appointment: who, when, how it stands, what became of it, and what can be done."""
    return _page(request, treatment_gate.appointment(user_of(request), public_id))


def _page(
    request: HttpRequest, appointment: Appointment, *, why: str = "", status: int = 200
) -> HttpResponse:
    user = user_of(request)
    opened = patient_gate.is_open(user, appointment.patient)
    appointment.is_open = opened  # type: ignore[attr-defined]
    appointment.is_signed = True  # type: ignore[attr-defined] # the course's own page says of consents
    complaint = appointment.complaint
    if appointment.kind == Appointment.Kind.SESSION:
        complaint = appointment.session.course.complaint
    context = {
        "appointment": appointment,
        "card": Cards(words(), told=diary_gate.said_of_visits(user, [appointment])).of(appointment),
        "complaint": complaint if opened else None,
        "history": history_lines(appointment, versions.history(appointment), words().language),
        "back": back_from(request) or day_address(appointment),
        "listed": bool(back_from(request)),
        "why": why,
        "reason_of": _reason_of(appointment),
    }
    return patient_page(
        request,
        "clinic/appointments/page.html",
        context,
        of=appointment.patient,
        opened=opened,
        status=status,
    )


def _reason_of(appointment: Appointment) -> str:
    """What the reason that is kept with an appointment is the reason of."""
    if appointment.state == Appointment.State.CANCELLED:
        return _("Why it was cancelled")
    if appointment.state == Appointment.State.MISSED:
        return _("Why the patient did not come")
    if appointment.emergency:
        return _("Why the patient was seen though the site was closed")
    return _("Why it was moved")


def day_address(appointment: Appointment) -> str:
    """The board of the day of an appointment."""
    return f"{reverse('agenda')}?day={local_day(appointment.start).isoformat()}"


def back_from(request: HttpRequest) -> str:
    """The list that the reader came from, where the address says one: what was never closed, or
    whom an absence meets."""
    where = request.GET.get("from", "")
    if where == "unclosed":
        return reverse("agenda-list", args=["unclosed"])
    return reverse("absence", args=[where]) if is_public_id(where) else ""


def read_back(request: HttpRequest, appointment: Appointment, said: str) -> HttpResponse:
    """The page of an appointment that was just given its time: all that is read back to its
    patient, and the ways to send it. Of the patient the sentence names nobody: it waits in a
    cookie."""
    messages.success(
        request,
        _("%(said)s %(when)s, %(who)s. Tell the patient.")
        % {"said": said, "when": when(appointment), "who": appointment.practitioner.name},
    )
    address = reverse("appointment", args=[appointment.public_id])
    if back_from(request):
        address = f"{address}?from={request.GET['from']}"
    return redirect(address)


def when(appointment: Appointment) -> str:
    """Its day and its hour in words, as they begin a sentence."""
    local, language = to_local(appointment.start), words().language
    said = f"{day_in_words(local.date(), language)}, {clock(local.time(), language)}"
    return said[:1].upper() + said[1:]


@page("appointments/<slug:public_id>/arrive/", "appointment-arrive", Permission.SCHEDULE, form=True)
def appointment_arrive(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient is there."""
    return _press(request, public_id, appointments.arrive)


@page(
    "appointments/<slug:public_id>/undo-arrival/",
    "appointment-undo-arrival",
    Permission.SCHEDULE,
    form=True,
)
def appointment_undo_arrival(request: HttpRequest, public_id: str) -> HttpResponse:
    """The arrival was a mistake."""
    return _press(request, public_id, appointments.undo_arrival)


@page("appointments/<slug:public_id>/finish/", "appointment-finish", Permission.SCHEDULE, form=True)
def appointment_finish(request: HttpRequest, public_id: str) -> HttpResponse:
    """A consultation or a control took place."""
    return _press(request, public_id, appointments.finish)


def _press(request: HttpRequest, public_id: str, step: Step) -> HttpResponse:
    """One press: done, and back to where it was pressed; or the page of the appointment as it
    stands now, with why it was not done."""
    user = user_of(request)
    appointment = treatment_gate.appointment(user, public_id)
    if request.method != "POST":
        return redirect("appointment", public_id)
    stale = _("%(name)s changed this appointment meanwhile. This is how it stands now.")
    refusal = pressed(request, partial(step, user, appointment), stale=stale)
    if refusal:
        stands = treatment_gate.appointment(user, public_id)
        return _page(request, stands, why=refusal.why, status=refusal.status)
    return redirect(_pressed_at(request, appointment))


def _pressed_at(request: HttpRequest, appointment: Appointment) -> str:
    """Back to the board, the list or the page that the button stood on."""
    where = request.POST.get("at", "")
    if where == "page":
        return reverse("appointment", args=[appointment.public_id])
    if where == "session" and hasattr(appointment, "session"):
        return reverse("session", args=[appointment.session.public_id])
    if where == "unclosed":
        return reverse("agenda-list", args=["unclosed"])
    by = "&by=room" if where == "room" else ""
    who = request.POST.get("who", "")
    who = f"&who={who}" if is_public_id(who) else ""
    return f"{day_address(appointment)}{by}{who}#s-{appointment.public_id}"


@page(
    "appointments/<slug:public_id>/confirmation/",
    "appointment-confirmation",
    Permission.READ_AGENDA,
)
def appointment_confirmation(request: HttpRequest, public_id: str) -> HttpResponse:
    """The paper that confirms an appointment to come: when, with whom, where."""
    user = user_of(request)
    appointment = treatment_gate.appointment(user, public_id)
    if appointment.state != Appointment.State.PLANNED:
        return redirect("appointment", public_id)
    patient, language = appointment.patient, language_of(appointment.patient)
    start = to_local(appointment.start)
    document = printing.ConfirmationDocument(
        clinic_of(appointment.site),
        replace(patient_of(patient), ins="", ins_status=""),
        f"{day_in_words(start.date(), language)}, {clock(start.time(), language)}",
        appointment.practitioner.name,
        to_local(timezone.now()),
    )
    content = printing.confirmation(document, language)
    audit.record(
        "export",
        actor=user,
        kind="confirmation",
        object_id=appointment.public_id,
        patient_id=patient.public_id,
    )
    return inline(content, _("appointment.pdf"))


@page("appointments/<slug:public_id>/calendar/", "appointment-calendar", Permission.READ_AGENDA)
def appointment_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient's calendar file: when and where, and nothing of their health."""
    user = user_of(request)
    appointment = treatment_gate.appointment(user, public_id)
    site, patient = appointment.site, appointment.patient
    entry = Entry(
        appointment.public_id,
        Span(appointment.start, appointment.end),
        appointment.version - 1,
        appointment.created_at,
        cancelled=appointment.state == Appointment.State.CANCELLED,
    )
    place = Place(site.name, site.address, site.phone)
    content = calendar_file([entry], place, "en" if patient.language == "en" else "fr")
    audit.record(
        "export",
        actor=user,
        kind="calendar",
        object_id=appointment.public_id,
        patient_id=patient.public_id,
    )
    name = _("appointment.ics")
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

"""Adverse events: of a patient, of the site, one; told, told anew, in error; their report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import gate as agenda_gate
from dolenti.agenda.models import Room
from dolenti.calendar.moments import day_in_words, local_day
from dolenti.clinic.alerts.shown import told_lines
from dolenti.clinic.common.documents import exported
from dolenti.clinic.common.editing import Edit, patient_page, pressed, typed
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.clinic.safety import shown
from dolenti.clinic.safety.forms import ErrorForm, EventForm, NewEventForm, SentForm, stands
from dolenti.clinic.safety.report import report_pdf
from dolenti.diary import told
from dolenti.followup import deaths
from dolenti.records import gate
from dolenti.records.models import Patient
from dolenti.safety import events, reports
from dolenti.safety import gate as safety_gate
from dolenti.safety.models import AdverseEvent, Report
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.models import Session
from dolenti.ui.language import current
from dolenti.ui.paging import page_of

FIELDS = {
    "grade": gettext_lazy("Grade"),
    "serious": gettext_lazy("Serious"),
    "began": gettext_lazy("When it began"),
    "ended": gettext_lazy("When it ended"),
    "outcome": pgettext_lazy("adverse event", "What became of it"),
    "treated": gettext_lazy("What was done about it"),
    "room": gettext_lazy("Room"),
    "device": gettext_lazy("Device"),
    "note": gettext_lazy("Note"),
    "circumstances": gettext_lazy("Circumstances"),
    "in_error": gettext_lazy("Entered in error"),
}
"""What a version changes, as people call it."""


MOST_TO_SEND = 60


@page("events/", "events", Permission.READ_RECORDS)
def event_list(request: HttpRequest) -> HttpResponse:
    """The events of patients whose record is open to the reader: those to complete, then all."""
    user = user_of(request)
    to_complete = list(safety_gate.to_complete(user)[:30])
    found = page_of(request, safety_gate.events(user))
    every = list(found)
    to_send = list(safety_gate.to_send(user)[:MOST_TO_SEND])
    told = (*to_complete, *every, *(one.event for one in to_send))
    gate.listed(user, {one.patient.pk: one.patient for one in told}.values())
    context = {
        "to_send": shown.report_lines(to_send),
        "to_complete": shown.event_lines(to_complete),
        "lines": shown.event_lines(every),
        "pages": found,
    }
    return render(request, "clinic/safety/list.html", context)


@page("patients/<slug:public_id>/events/", "patient-events", Permission.READ_RECORDS)
def patient_events(request: HttpRequest, public_id: str) -> HttpResponse:
    """The events of one patient."""
    user = user_of(request)
    patient = gate.record(user, public_id)
    lines = shown.event_lines(safety_gate.events_of(user, patient))
    alerts = told_lines(told.of_patient(user, patient))
    context = {"lines": lines, "told": alerts, "patient": patient, "part": "events"}
    return patient_page(request, "clinic/safety/of-patient.html", context, of=patient)


@page("patients/<slug:public_id>/events/new/", "event-new", Permission.WRITE_RECORDS, form=True)
def event_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """An event that was noticed after a session, or elsewhere."""
    user = user_of(request)
    patient = gate.record(user, public_id)
    sessions = _sessions(user_of(request), patient)
    form = NewEventForm(
        request.POST if request.method == "POST" else None,
        events=events.told_of_patients(),
        sessions=[(key, _session_words(one)) for key, one in sessions.items()],
        initial={name: request.GET.get(name, "") for name in ("session", "event")},
    )
    edit = Edit(request, form)

    def write(said: dict[str, Any]) -> AdverseEvent:
        session = sessions.get(said["session"])
        room = session.appointment.room if session else None
        return events.tell(submission(request), patient, session, form.told(room, ""))

    if edit.writes(write, beside=_beside(form)):
        said = _("The event is saved. Say now how bad it is, as far as it is known.")
        return edit.done("event-edit", edit.made.public_id, said=said)
    return edit.page("clinic/safety/new.html", {"patient": patient}, of=patient)


MOST_SESSIONS = 60


def _beside(form: Any) -> Any:
    return lambda error: error.where if error.where in form.fields else None


def _sessions(user: User, patient: Patient) -> dict[str, Session]:
    """The latest sessions at which something was given to a patient, the last first."""
    found = treatment_gate.given_to(user, patient)[:MOST_SESSIONS]
    return {one.public_id: one for one in found}


def _rooms(user: User, event: AdverseEvent) -> list[Room]:
    """The rooms in use, and the one where it happened, which may be closed since."""
    rooms = agenda_gate.rooms(user)
    return rooms if event.room is None or event.room in rooms else [event.room, *rooms]


def _session_words(session: Session) -> str:
    lookup = words()
    therapy = lookup.therapies.get(session.course.therapy)
    name = therapy.description.label.in_language(current()) if therapy else session.course.therapy
    day = day_in_words(local_day(session.appointment.start), current())
    return _("%(day)s: %(therapy)s, session %(number)s") % {
        "day": day[:1].upper() + day[1:],
        "therapy": name,
        "number": session.number,
    }


@page("events/<slug:public_id>/", "event", Permission.READ_RECORDS)
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    """One event: how bad, of what session and lots, to whom it is reported, how it was told
    before."""
    found = safety_gate.event(user_of(request), public_id)
    return _page(request, found, ErrorForm(initial={"based_on": found.version}))


def _page(
    request: HttpRequest, found: AdverseEvent, form: ErrorForm, *, status: int = 200
) -> HttpResponse:
    act, known = reports.known_of(found)
    definition = events.definition(found.event)
    content, language = events.content(), current()
    answered = {one.id: one.ask.in_language(language) for one in content.circumstances}
    context = {
        "event": found,
        "label": shown.label_of(found.event),
        "definition": definition,
        "what_to_do": definition.what_to_do.in_language(language) if definition else "",
        "meaning": definition.definition.in_language(language) if definition else "",
        "verified": bool(definition and definition.mark == "R"),
        "grade": shown.grade_words(found),
        "used": (*act.preparation.drawn, *act.preparation.supplies),
        "device": shown.device_in_words(act, language),
        "room": found.room or (found.session.appointment.room if found.session else None),
        "session_words": _session_words(found.session) if found.session else "",
        "known": [(answered.get(name, name), value) for name, value in known.items()],
        "routes": () if found.in_error else shown.routes(found, known),
        "alarms": shown.alarm_lines(
            user_of(request),
            [case.alarm for case in found.alarms.select_related("alarm__owner")],
        )
        if user_of(request).may(Permission.FOLLOW_ALARMS)
        else (),
        "changes": shown.changes(
            found, FIELDS, {one.public_id: one.name for one in agenda_gate.rooms(user_of(request))}
        ),
        "form": form,
    }
    return patient_page(
        request, "clinic/safety/event.html", context, of=found.patient, status=status
    )


@page("events/<slug:public_id>/edit/", "event-edit", Permission.WRITE_RECORDS, form=True)
def event_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is known of an event by now, as another version."""
    user = user_of(request)
    found = safety_gate.event(user, public_id)
    act, _known = reports.known_of(found)
    by_record = dict.fromkeys(act.known(words().edition), True)
    values = stands(found)
    form = EventForm(
        typed(request, values),
        scale=events.scale_of(found.event),
        serious=[one.in_language(current()) for one in events.content().serious.any_of],
        circumstances=shown.to_ask(events.definition(found.event), by_record),
        rooms=_rooms(user, found),
        initial=values,
    )
    edit = Edit(request, form)

    def write(said: dict[str, Any]) -> AdverseEvent:
        return deaths.tell_anew(
            submission(request), found, said["based_on"], form.told(found), said["reason"]
        )

    if edit.writes(write, beside=_beside(form)):
        return edit.done("event", public_id, said=_("The event is saved."))
    context = {"event": found, "label": shown.label_of(found.event)}
    return edit.page("clinic/safety/edit.html", context, of=found.patient)


@page("events/<slug:public_id>/error/", "event-error", Permission.WRITE_RECORDS, form=True)
def event_error(request: HttpRequest, public_id: str) -> HttpResponse:
    """An event that was none."""
    user = user_of(request)
    found = safety_gate.event(user, public_id)
    if request.method != "POST":
        return redirect("event", public_id)
    form = ErrorForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    reason = form.cleaned_data["reason"]
    refusal = pressed(
        request,
        lambda based_on: events.in_error(user, found, based_on, reason),
        stale=_("%(name)s changed this event meanwhile: look at it, then try again."),
    )
    if refusal is not None:
        form.add_error("reason", refusal.why)
        return _page(request, found, form, status=refusal.status)
    messages.success(request, _("The event is marked as entered in error; it stays to be read."))
    return redirect("event", public_id)


@page("events/<slug:public_id>/report/<covered:route>/", "event-report", Permission.WRITE_RECORDS)
def event_report(request: HttpRequest, public_id: str, route: str) -> HttpResponse:
    """The report of an event, filled in as far as the record knows: nothing is sent."""
    user = user_of(request)
    found = safety_gate.event(user, public_id)
    wanted = next((one for one in events.content().routes if one.id == route), None)
    if wanted is None or found.in_error:
        raise Http404
    act, known = reports.known_of(found)
    pdf = report_pdf(user, found, act, known, wanted, words())
    return exported(user, "adverseevent", found, pdf, _("report"))


@page("reports/<slug:public_id>/sent/", "report-sent", Permission.WRITE_RECORDS, form=True)
def report_sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """A report was sent, by whoever did it: it waits no longer."""
    user = user_of(request)
    found: Report = safety_gate.report(user, public_id)
    values = {
        "day": found.sent_on,
        "by": found.sent_by or user.name,
        "reference": found.reference,
        "based_on": found.version,
    }
    form = SentForm(typed(request, values), initial=values)
    edit = Edit(request, form)

    def write(said: dict[str, Any]) -> Report:
        sent = reports.Sent(said["day"], said["by"], said["reference"])
        return reports.send(user, found, said["based_on"], sent, said["reason"])

    if edit.writes(write, beside=_beside(form)):
        return edit.done("event", found.event.public_id, said=_("It is noted that it was sent."))
    context = {
        "report": found,
        "line": shown.report_lines([found])[0],
        "label": shown.label_of(found.event.event),
    }
    return edit.page("clinic/safety/sent.html", context, of=found.event.patient)

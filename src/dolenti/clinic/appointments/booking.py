"""A consultation or a control booked: a patient is found, free times are shown, one is taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import appointments, timetable
from dolenti.agenda import day as agenda
from dolenti.agenda import gate as agenda_gate
from dolenti.agenda.appointments import Booking
from dolenti.agenda.models import Appointment, Room
from dolenti.agenda.timetable import SlotRefusedError
from dolenti.calendar.moments import local_day
from dolenti.clinic.agenda.views import asked_day
from dolenti.clinic.appointments.forms import AppointmentForm
from dolenti.clinic.appointments.shown import FreeLine, free_lines
from dolenti.clinic.appointments.slot import wished
from dolenti.clinic.appointments.views import day_address, read_back
from dolenti.clinic.common import hole
from dolenti.clinic.common.handing import on_its_way
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.strip import of_patient
from dolenti.clinic.common.typed import refused, sentence
from dolenti.clinic.patients.booked import Booked, booked
from dolenti.clinic.patients.shown import patient_lines
from dolenti.clinic.patients.views import remember, remembered
from dolenti.clinic.visits.shown import Matching, matching, when
from dolenti.diary import gate as diary_gate
from dolenti.diary import reaching, telling, wishing
from dolenti.diary.links import LinkRefusedError
from dolenti.diary.models import Wish
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Complaint, Patient
from dolenti.records.patients import danger, searching
from dolenti.serum import opening


@dataclass(frozen=True)
class Desk:
    """What an appointment is chosen from: people, rooms, what it may be about; and how it is
    asked: ``here`` for a patient who came without one."""

    people: list[User]
    rooms: list[Room]
    complaints: list[Complaint]
    here: bool
    closed: bool = False  # the site is not open now, and the patient is here
    draws: bool = False  # serum is prepared at the site


@page("agenda/book/", "appointment-find", Permission.SCHEDULE, form=True)
def appointment_find(request: HttpRequest) -> HttpResponse:
    """The patient for whom an appointment is booked. As in the list of patients, what is typed
    never stands in an address."""
    if request.method == "POST":
        asked = request.GET.copy()
        asked["s"] = remember(request)
        return redirect(f"{reverse('appointment-find')}?{asked.urlencode()}")
    user, text = user_of(request), remembered(request)
    found = searching.find(user, searching.look(text, today())) if text else None
    lines = patient_lines(found.patients, words(), today()) if found else []
    context = {
        "patients": lines,
        "more": found.more if found else False,
        "text": text,
        "here": "here" in request.GET,
        "kept": urlencode(hole.kept(request)),
        "back": f"{reverse('agenda')}?day={asked_day(request).isoformat()}",
    }
    return render(request, "clinic/appointments/find.html", context)


@page(
    "patients/<slug:public_id>/appointment/",
    "patient-appointment",
    Permission.SCHEDULE,
    form=True,
)
def patient_appointment(request: HttpRequest, public_id: str) -> HttpResponse:
    """A consultation or a control for a patient; ``?here`` for one who came without."""
    user = user_of(request)
    patient, opened = appointments.patient_to_book(user, public_id)
    complaints = list(patient_gate.complaints(user, patient)) if opened else []
    here = "here" in request.GET
    closed = here and not timetable.is_open_now(patient.site)
    wishes = list(diary_gate.wishes_of(user, patient))
    asked = [one for one in wishes if one.kind == Wish.Kind.ANOTHER]
    match = matching(request, [] if here else asked)
    draws = opening.standing(user).is_on
    desk = Desk(
        agenda.practitioners(user), agenda_gate.rooms(user), complaints, here, closed, draws
    )
    form = _form(request, desk, request.POST if request.method == "POST" else None, of=match)
    if request.method == "POST":
        if "find" in request.POST:
            form = _form(request, desk, None, form.asked(), of=match)
        elif form.is_valid():
            made = _book(request, form, desk, patient)
            if made is not None:
                if wishes and wishing.settle_done(user, patient, match.wish):
                    return _told(request, made)
                if not here:
                    return read_back(request, made, gettext("The appointment is booked."))
                messages.success(request, gettext("The appointment is booked."))
                return redirect(f"{day_address(made)}#s-{made.public_id}")
    found = None
    if opened:
        statements = list(patient_gate.statements(user, patient))
        found = danger.seen(patient, complaints, statements, today())
    context = {
        "patient": patient,
        "strip": of_patient(patient, found, words(), today()),
        "form": form,
        "free": _free(form, desk, patient, match),
        "not_now": _not_now(form, desk, patient),
        "match": match,
        "motives": _motives(user),
        "others": _others(user, patient),
        "wishes": [(one, when(one)) for one in wishes],
        "here": desk.here,
        "closed": desk.closed,
        "back": f"{reverse('agenda')}?day={asked_day(request).isoformat()}",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "clinic/appointments/book.html", context, status=status)


def _told(request: HttpRequest, made: Appointment) -> HttpResponse:
    """The patient who asked for an appointment is told at once, where a message may go; else its
    link is to be handed over."""
    try:
        gone = telling.send_appointment(user_of(request), made, submission(request).token)
    except LinkRefusedError as error:
        said = gettext("The appointment is booked, and the request dealt with. Tell the patient.")
        messages.success(request, said)
        if reaching.why_not(made.patient) is None:  # else the page says it
            messages.warning(request, sentence(error))
        return redirect("appointment-phone", made.public_id)
    messages.success(request, gettext("The appointment is booked.") + " " + on_its_way(gone))
    return redirect("appointment", made.public_id)


MOTIVES: Final = (
    _("First visit"),
    pgettext_lazy("reason of a visit", "Infiltration"),
    _("Ultrasound"),
    _("Follow-up"),
    _("Result of an examination"),
    _("Pain that came back"),
    _("Dressing or check of a puncture site"),
    _("Prescription renewed"),
)
"""What is offered everywhere, after what the site writes most often."""


def _motives(user: User) -> list[str]:
    """Why people come, as this site writes it most often, then as it is said everywhere."""
    own = agenda.usual_motives(user)
    said = {one.casefold() for one in own}
    return [*own, *(str(one) for one in MOTIVES if str(one).casefold() not in said)]


def _others(user: User, patient: Patient) -> Booked:
    """What the patient has to come for already."""
    found = booked(user, patient)
    return replace(found, lines=[line for line in found.lines if line.ahead])


def _form(
    request: HttpRequest, desk: Desk, data: Any, asked: dict[str, Any] | None = None, *,
    of: Matching,
) -> AppointmentForm:  # fmt: skip
    """``of`` a wish: with whom the patient is treated, and of which pain."""
    known = words()
    about = [
        (one, known.complaint(one.condition, one.zone, one.side))
        for one in desk.complaints
        if one.state == Complaint.State.ACTIVE and not one.in_error
    ]
    ids = [one.public_id for one in desk.people]
    chosen = request.GET.get("who", "") or user_of(request).public_id
    initial = {
        "kind": Appointment.Kind.DRAW.value
        if desk.draws and request.GET.get("kind") == Appointment.Kind.DRAW
        else Appointment.Kind.CONSULTATION.value,
        "minutes": 30,
        "day": asked_day(request),
        "practitioner": chosen if chosen in ids else next(iter(ids), ""),
        **_of_course(of, ids, [one.public_id for one, _heading in about]),
        **wished(request, desk.people),
        **(asked or {}),
    }
    return AppointmentForm(
        data,
        people=desk.people,
        rooms=desk.rooms,
        complaints=about,
        closed=desk.closed,
        draws=desk.draws,
        initial=initial,
    )


def _of_course(match: Matching, people: list[str], complaints: list[str]) -> dict[str, Any]:
    """What a wish by a link of a treatment says of the appointment that is asked for."""
    course = match.wish.course if match.wish is not None else None
    if course is None:
        return {}
    said: dict[str, Any] = {"kind": Appointment.Kind.CONTROL.value}
    if course.practitioner.public_id in people:
        said["practitioner"] = course.practitioner.public_id
    if course.complaint.public_id in complaints:
        said["complaint"] = course.complaint.public_id
    return said


def _free(form: AppointmentForm, desk: Desk, patient: Patient, match: Matching) -> list[FreeLine]:
    """The free times that are proposed for what the form asks; none where it cannot be read."""
    wish = form.wish(local_day(timezone.now()), here=desk.here)
    if wish is None:
        return []
    wish = replace(wish, preferred=match.preferred)
    days = appointments.free_days(patient.site, wish, 0 if desk.here else appointments.HORIZON)
    lines = free_lines(days, words().language)
    form.choose(lines)
    return lines


def _not_now(form: AppointmentForm, desk: Desk, patient: Patient) -> Text | None:
    """Why a patient who is here cannot be seen at once, as the form asks it: then it is neither
    offered nor chosen beforehand."""
    wish = form.wish(today(), here=True) if desk.here else None
    if wish is None:
        return None
    return appointments.why_not_now(patient, wish.practitioner, wish.rooms, wish.length)


def _book(
    request: HttpRequest, form: AppointmentForm, desk: Desk, patient: Patient
) -> Appointment | None:
    slot = form.slot(here=desk.here)
    if slot is None:
        return None
    cleaned = form.cleaned_data
    booking = Booking(
        patient,
        cleaned["kind"],
        slot,
        form.complaints.get(cleaned.get("complaint", "")),
        rooms=tuple(desk.rooms),
        here=desk.here,
        emergency=cleaned.get("emergency", ""),
        motive=cleaned["motive"],
    )
    try:
        return appointments.book(submission(request), booking)
    except SlotRefusedError as error:
        form.add_error(error.field, refused(error))
    except InputError as error:
        form.add_error(None, refused(error))
    return None

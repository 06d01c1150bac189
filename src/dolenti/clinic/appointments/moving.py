"""An appointment moved, cancelled, missed, or planned again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import appointments, privileges, timetable
from dolenti.agenda import gate as agenda_gate
from dolenti.agenda.life import AppointmentRefusedError
from dolenti.agenda.models import Appointment
from dolenti.agenda.privileges import NoPrivilegeError
from dolenti.agenda.timetable import Slot, SlotRefusedError
from dolenti.clinic.appointments.shown import FreeLine, free_lines
from dolenti.clinic.appointments.slot import REASONS, MoveForm, SlotForm, wished
from dolenti.clinic.appointments.views import back_from, day_address, read_back
from dolenti.clinic.common.editing import Edit, typed
from dolenti.clinic.common.forms import VersionedReasonForm
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import refused
from dolenti.clinic.courses.shown import close_in_words, slot_initial, therapy_name
from dolenti.clinic.visits.shown import Matching, matching, when
from dolenti.diary import gate as diary_gate
from dolenti.diary import wishing
from dolenti.diary.models import Wish
from dolenti.guideline.errors import InputError
from dolenti.records.gate import of_patient as patient_gate
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment import sessions, spacing
from dolenti.treatment.sessions import course_of


@page("appointments/<slug:public_id>/move/", "appointment-move", Permission.SCHEDULE, form=True)
def appointment_move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another moment, person or room for a planned appointment."""
    return _slot_page(request, public_id, again=False)


@page("appointments/<slug:public_id>/again/", "appointment-again", Permission.SCHEDULE, form=True)
def appointment_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """An appointment in the place of one that was cancelled or missed."""
    return _slot_page(request, public_id, again=True)


def _slot_page(request: HttpRequest, public_id: str, *, again: bool) -> HttpResponse:
    user = user_of(request)
    appointment = treatment_gate.appointment(user, public_id)
    people, rooms = _people(appointment), agenda_gate.rooms(user)
    wishes = [] if again else list(diary_gate.wishes_of(user, appointment.patient))
    asked = [one for one in wishes if one.appointment == appointment]
    moves = [one for one in asked if one.kind == Wish.Kind.MOVE]
    wishes += (led := [] if moves else diary_gate.wishes_behind(user, appointment))
    match = matching(request, moves or led)
    stands = slot_initial(appointment, people)
    asks = request.method == "POST" and "find" in request.POST

    def slot_form(data: QueryDict | None, asked: dict[str, Any]) -> MoveForm:
        initial = {**stands, **wished(request, people), **asked}
        made = MoveForm(data, people=people, rooms=rooms, initial=initial)
        if again:
            del made.fields["reason"]
        return made

    form = slot_form(typed(request, stands), {})
    if asks:
        form = slot_form(None, form.asked())
    edit = Edit(request, form)
    sent = request.method == "POST" and not asks
    slot = _slot(edit.form, appointment, again=again) if sent else None

    def write(said: dict[str, Any]) -> Appointment:
        assert slot is not None  # else the reason stands in the form, which is wrong
        if again:
            return sessions.plan_again(submission(request), appointment, slot)
        moved = Slot(slot.practitioner, slot.room, slot.span, slot.field, appointment)
        return appointments.move(user, appointment, said["based_on"], moved, said["reason"])

    if not asks and edit.writes(write, beside=partial(_beside, slot)):
        if len(wishes) > len(led) and wishing.settle_done(user, appointment.patient):
            said = _("%(moved)s The request is dealt with. Tell the patient.") % {
                "moved": _moved(appointment, again=again)
            }
            return edit.done("appointment-phone", public_id, said=said)
        if close := _too_close(user, appointment):
            messages.warning(request, close)
        return read_back(request, edit.made, _moved(appointment, again=again))
    context = {
        "again": again,
        "free": _free(form, appointment, match, again=again),
        "wishes": [(one, when(one)) for one in wishes],
        "match": match,
    }
    status = 200 if asks else edit.status
    return _shown(edit, "clinic/appointments/move.html", appointment, context, status)


def _slot(form: MoveForm, appointment: Appointment, *, again: bool) -> Slot | None:
    """The slot that is asked for. Where only the reason is missing, what is wrong with the slot is
    said with it, and not after it."""
    if set(form.errors) - {"reason"}:
        return None
    slot = form.slot()
    if form.errors and slot is not None:
        moved = None if again else appointment
        try:
            with transaction.atomic():
                timetable.insist(
                    appointment.site, appointment.patient, [replace(slot, appointment=moved)]
                )
        except SlotRefusedError as error:
            form.add_error(error.field, refused(error))
    return slot


def _too_close(user: User, appointment: Appointment) -> str:
    """What is wrong with the days of a course of which a session was moved: to be shown to its
    practitioner. Nothing is said of the treatment: whoever moves it may not read the record."""
    course = course_of(appointment)
    if course is None:
        return ""
    close = spacing.too_close(course, treatment_gate.appointments_in(user, course))
    return " ".join([*map(close_in_words, close), _("Ask the practitioner.")]) if close else ""


def _to_tell(said: str) -> str:
    """What was done, and that the patient does not know it yet."""
    return _("%(said)s Tell the patient.") % {"said": said}


def _moved(appointment: Appointment, *, again: bool) -> str:
    if appointment.kind == Appointment.Kind.SESSION:
        return _("The session is planned again.") if again else _("The session is moved.")
    return _("The appointment is booked again.") if again else _("The appointment is moved.")


def _free(
    form: SlotForm, appointment: Appointment, match: Matching, *, again: bool
) -> list[FreeLine]:
    """The free times for what the form asks; the time of what is moved is free to it."""
    wish = form.wish(today())
    if wish is None:
        return []
    moved = None if again else appointment
    course = course_of(appointment)
    therapy = course.therapy if course is not None else ""
    wish = replace(wish, moved=moved, preferred=match.preferred, therapy=therapy)
    days = appointments.free_days(appointment.site, wish)
    lines = free_lines(days, words().language)
    form.choose(lines)
    return lines


def _beside(slot: Slot | None, error: InputError) -> str | None:
    """The field that a refusal is about."""
    if isinstance(error, NoPrivilegeError):
        return "practitioner"
    if slot is None or isinstance(error, AppointmentRefusedError):
        return None
    return slot.field


def _people(appointment: Appointment) -> list[User]:
    """Who may take it: for a session, who may perform its therapy."""
    course = course_of(appointment)
    if course is None:
        return list(privileges.practitioners_of(appointment.site))
    return privileges.candidates(appointment.site, course.therapy, today())


@page("appointments/<slug:public_id>/cancel/", "appointment-cancel", Permission.SCHEDULE, form=True)
def appointment_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """An appointment given up, for a reason."""
    return _end_page(request, public_id, appointments.cancel, "cancel")


@page("appointments/<slug:public_id>/missed/", "appointment-missed", Permission.SCHEDULE, form=True)
def appointment_missed(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient did not come."""
    return _end_page(request, public_id, appointments.miss, "missed")


def _end_page(request: HttpRequest, public_id: str, end: Any, what: str) -> HttpResponse:
    user = user_of(request)
    appointment = treatment_gate.appointment(user, public_id)
    label = _("Why it is cancelled") if what == "cancel" else _("What is known of it")
    form = VersionedReasonForm(
        request.POST if request.method == "POST" else None,
        label=label,
        longest=300,
        brief=True,
        initial={"based_on": appointment.version},
    )
    if what == "cancel":
        form.fields["reason"].widget.attrs["list"] = REASONS
    edit = Edit(request, form)
    if edit.writes(lambda said: end(user, appointment, said["based_on"], said["reason"])):
        return edit.done(_back(request, appointment), said=_ended(appointment, what))
    return _shown(edit, "clinic/appointments/end.html", appointment, {"what": what})


def _ended(appointment: Appointment, what: str) -> str:
    if appointment.kind == Appointment.Kind.SESSION:
        cancelled, missed = _("The session is cancelled."), _("The session is recorded as missed.")
    else:
        cancelled = _("The appointment is cancelled.")
        missed = _("The appointment is recorded as missed.")
    return _to_tell(cancelled) if what == "cancel" else missed


def _shown(
    edit: Edit[Any],
    template: str,
    appointment: Appointment,
    more: dict[str, Any],
    status: int | None = None,
) -> HttpResponse:
    """The form; of the patient's health nothing to whom their record is closed."""
    request = edit.request
    user = user_of(request)
    opened = _is_open(user, appointment)
    therapy = ""
    course = course_of(appointment)
    if opened and course is not None:
        therapy = therapy_name(course.therapy, words())
    context = {
        "appointment": appointment,
        "therapy": therapy,
        "back": _back(request, appointment),
        "opened": opened,
        **more,
    }
    return edit.page(template, context, of=appointment.patient, opened=opened, status=status)


def _is_open(user: User, appointment: Appointment) -> bool:
    """Whether the patient's record is open to the user: the gate may have said so already."""
    patient = appointment.patient
    return patient.in_team or patient_gate.is_open(user, patient)


def _back(request: HttpRequest, appointment: Appointment) -> str:
    user = user_of(request)
    if listed := back_from(request):
        return listed
    if request.GET.get("from", "") == "agenda":
        return day_address(appointment)
    course = course_of(appointment)
    if course is not None and _is_open(user, appointment):
        return reverse("course", args=[course.public_id])
    return reverse("patient-identity", args=[appointment.patient.public_id])

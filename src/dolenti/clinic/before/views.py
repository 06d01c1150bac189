"""The questions of a complaint, asked at home: a link handed over or sent, what was answered."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import gate as agenda_gate
from dolenti.agenda.models import Appointment
from dolenti.clinic.alerts.forms import ReachForm
from dolenti.clinic.common.editing import Edit
from dolenti.clinic.common.handing import address_of, handing_page, on_its_way
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.clinic.common.typed import sentence
from dolenti.diary import gate as diary_gate
from dolenti.diary import history, links, reaching, telling
from dolenti.diary.links import LinkRefusedError
from dolenti.guideline import diary as guided
from dolenti.records import gate
from dolenti.records.models import Complaint
from dolenti.ui.language import current

MOST_MESSAGES = 10


@page("complaints/<slug:public_id>/before/", "complaint-before", Permission.FOLLOW_UP, form=True)
def complaint_before(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the patient told from home of a complaint, and a link to what its rules still need.

    A link's address is shown once, to be handed over: it is kept nowhere.
    """
    user = user_of(request)
    complaint = gate.complaint(user, public_id)
    if request.method != "POST":
        return _page(request, complaint)
    wanted = request.POST.get("appointment", "")
    found = next((one for one in _to_come(request, complaint) if one.public_id == wanted), None)
    if found is None:
        return _page(request, complaint, refusal=_("Choose an upcoming appointment."))
    token = submission(request).token
    try:
        if "send" in request.POST:
            gone = telling.send_history(user, complaint, found, token)
            messages.success(request, on_its_way(gone))
            return redirect("complaint-before", public_id)
        made = links.make_for_history(user, complaint, found, token)
    except LinkRefusedError as error:
        return _page(request, complaint, refusal=sentence(error))
    return _page(request, complaint, address_of(made))


@page(
    "complaints/<slug:public_id>/before/reach/",
    "complaint-reach",
    Permission.FOLLOW_UP,
    form=True,
)
def complaint_reach(request: HttpRequest, public_id: str) -> HttpResponse:
    """By which way the patient is reached from now on: with their agreement."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint-before", public_id)
    edit = Edit(request, ReachForm(request.POST))
    if edit.writes(
        lambda said: reaching.reach(submission(request), complaint.patient, said["channel"]),
        beside=lambda _error: "channel",
    ):
        return edit.done(
            "complaint-before", public_id, said=_("How the questions are sent is saved.")
        )
    return _page(request, complaint, reach_form=edit.form)


def _to_come(request: HttpRequest, complaint: Complaint) -> list[Appointment]:
    """The appointments of the patient that are planned, the next first."""
    found = agenda_gate.appointments_of(user_of(request), complaint.patient)
    planned = found.filter(
        state=Appointment.State.PLANNED, end__gt=timezone.now(), patient=complaint.patient
    )
    return list(planned.order_by("start"))


def _page(
    request: HttpRequest,
    complaint: Complaint,
    address: str = "",
    refusal: str = "",
    reach_form: Any = None,
) -> HttpResponse:
    user, lookup = user_of(request), words()
    stands = diary_gate.reach(user, complaint.patient)
    rows = [
        one for one in diary_gate.histories(user, complaint) if one.complaint_id == complaint.pk
    ]
    told = [(row, history.in_words(row, current())) for row in reversed(rows)]
    context = {
        "complaint": complaint,
        "heading": lookup.complaint(complaint.condition, complaint.zone, complaint.side),
        "coming": _to_come(request, complaint),
        "address": address,
        "refusal": refusal,
        "token": uuid.uuid4(),
        "told": told,
        "flagged": any(row.flags for row in rows),
        "reach": stands,
        "reach_form": reach_form
        or ReachForm(initial={"channel": stands.channel if stands else ""}),
        "notice": guided.patient_signed(lookup.edition, "patient/history").notice,
        "sent": diary_gate.messages_of_complaint(user, complaint)[:MOST_MESSAGES],
    }
    return handing_page(
        request, "clinic/before/page.html", context, of=complaint.patient,
        wrong=bool(refusal or (reach_form is not None and reach_form.errors)),
    )  # fmt: skip

"""A link to an appointment, handed over or sent; the wishes of patients, settled one by one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import WEEKDAYS
from dolenti.clinic.common.handing import address_of, handing_page
from dolenti.clinic.common.listing import called
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.common.typed import sentence
from dolenti.diary import gate as diary_gate
from dolenti.diary import links, telling, visiting
from dolenti.diary.links import LinkRefusedError
from dolenti.treatment import gate as treatment_gate
from dolenti.ui.language import current


@page("appointments/<slug:public_id>/phone/", "appointment-phone", Permission.SCHEDULE, form=True)
def appointment_phone(request: HttpRequest, public_id: str) -> HttpResponse:
    """A link to an appointment, by which its patient comes, moves it or gives it up.

    A link's address is shown once, to be handed over: it is kept nowhere.
    """
    user = user_of(request)
    found = treatment_gate.appointment(user, public_id)
    if request.method != "POST":
        return _page(request, found)
    token = submission(request).token
    try:
        if "send" in request.POST:
            telling.send_appointment(user, found, token)
            messages.success(request, _("The message is on its way."))
            return redirect("appointment", public_id)
        made = links.make_for_appointment(user, found, token)
    except LinkRefusedError as error:
        return _page(request, found, refusal=sentence(error))
    return _page(request, found, address_of(made))


def _page(
    request: HttpRequest, found: Appointment, address: str = "", refusal: str = ""
) -> HttpResponse:
    context = {
        "appointment": found,
        "address": address,
        "refusal": refusal,
        "token": uuid.uuid4(),
        "comes": diary_gate.comes(user_of(request), found),
    }
    return handing_page(
        request, "clinic/visits/phone.html", context, of=found.patient, wrong=bool(refusal),
    )  # fmt: skip


@page("wishes/", "wishes", Permission.SCHEDULE)
def wishes(request: HttpRequest) -> HttpResponse:
    """What patients wish of the reception, the first first."""
    language = current()
    lines = [
        {
            "wish": one,
            "who": called(one.patient),
            "days": [WEEKDAYS[day].in_language(language) for day in one.days],
        }
        for one in diary_gate.wishes(user_of(request))
    ]
    return render(request, "clinic/visits/wishes.html", {"lines": lines})


@page("wishes/<slug:public_id>/settle/", "wish-settle", Permission.SCHEDULE, form=True)
def wish_settle(request: HttpRequest, public_id: str) -> HttpResponse:
    """A wish was seen to."""
    user = user_of(request)
    found = diary_gate.wish(user, public_id)
    if request.method == "POST":
        visiting.settle(user, found)
        messages.success(request, _("Settled."))
    return redirect("wishes")

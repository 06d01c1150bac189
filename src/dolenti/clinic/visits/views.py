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
from dolenti.clinic.common.handing import address_of, handing_page, on_its_way
from dolenti.clinic.common.listing import called
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.visits.shown import when
from dolenti.diary import gate as diary_gate
from dolenti.diary import links, reaching, telling, wishing
from dolenti.diary.links import LinkRefusedError
from dolenti.diary.wishing import WishChangedError, WishRefusedError
from dolenti.records.patients import contacting
from dolenti.treatment import gate as treatment_gate


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
            gone = telling.send_appointment(user, found, token)
            messages.success(request, on_its_way(gone))
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
        "why_not": reaching.why_not(found.patient),
    }
    return handing_page(
        request, "clinic/visits/phone.html", context, of=found.patient, wrong=bool(refusal),
    )  # fmt: skip


@page("wishes/", "wishes", Permission.SCHEDULE)
def wishes(request: HttpRequest) -> HttpResponse:
    """What patients wish of the reception, the first first."""
    return _wishes(request)


def _wishes(request: HttpRequest, wrong: str = "", why: str = "", typed: str = "") -> HttpResponse:
    """``why`` the answer to the wish ``wrong`` is refused."""
    found = list(diary_gate.wishes(user_of(request)))
    phones = contacting.phones(one.patient for one in found)
    lines = [
        {
            "wish": one,
            "who": called(one.patient),
            "days": when(one),
            "phone": phones.get(one.patient.pk, ""),
        }
        for one in found
    ]
    context = {"lines": lines, "wrong": wrong, "why": why, "typed": typed}
    return render(request, "clinic/visits/wishes.html", context, status=422 if why else 200)


@page("wishes/<slug:public_id>/settle/", "wish-settle", Permission.SCHEDULE, form=True)
def wish_settle(request: HttpRequest, public_id: str) -> HttpResponse:
    """A wish was seen to; where the agenda does not show it, with what the patient was told."""
    user = user_of(request)
    found = diary_gate.wish(user, public_id)
    if request.method == "POST":
        typed = request.POST.get("answer", "")[:400]
        try:
            wishing.settle(user, found, typed)
        except WishChangedError as error:
            messages.warning(request, sentence(error))
            return redirect("wishes")
        except WishRefusedError as error:
            return _wishes(request, public_id, sentence(error), typed)
        messages.success(request, _("The request is dealt with."))
    return redirect("wishes")


@page("wishes/<slug:public_id>/pass-on/", "wish-pass-on", Permission.SCHEDULE, form=True)
def wish_pass_on(request: HttpRequest, public_id: str) -> HttpResponse:
    """A wish with a word of health goes to whoever cares for the patient, as an alert."""
    user = user_of(request)
    found = diary_gate.wish(user, public_id)
    if request.method == "POST":
        wishing.pass_on(user, found)
        messages.success(
            request, _("Passed on: the clinicians who care for the patient are notified now.")
        )
    return redirect("wishes")

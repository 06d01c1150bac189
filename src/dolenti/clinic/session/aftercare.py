"""The leaflet of a session, sent to its patient’s phone, or given by a link that is handed over."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.handing import address_of, handing_page, on_its_way
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.courses.shown import therapy_name
from dolenti.diary import gate as diary_gate
from dolenti.diary import links, reaching, telling
from dolenti.guideline.errors import InputError
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.models import Session


@page("sessions/<slug:public_id>/aftercare/", "session-aftercare", Permission.FOLLOW_UP, form=True)
def session_aftercare(request: HttpRequest, public_id: str) -> HttpResponse:
    """The leaflet goes to the patient’s phone; where it cannot, why, and what else can be done.

    A link’s address is shown once, to be handed over: it is kept nowhere.
    """
    user = user_of(request)
    found = treatment_gate.session(user, public_id)
    if request.method != "POST":
        return _page(request, found)
    token = submission(request).token
    try:
        if "send" in request.POST:
            message = telling.send_aftercare(user, found, token)
            if message.key == token:
                messages.success(request, on_its_way(message))
            else:
                messages.warning(request, _("The leaflet left today already: it goes once a day."))
            return redirect(f"{reverse('session', args=[public_id])}#aftercare")
        made = links.make_for_aftercare(user, found, token)
    except InputError as error:
        return _page(request, found, refusal=sentence(error))
    return _page(request, found, address_of(made))


def _page(
    request: HttpRequest, found: Session, address: str = "", refusal: str = ""
) -> HttpResponse:
    user, lookup = user_of(request), words()
    course = found.course
    context = {
        "session": found,
        "course": course,
        "therapy": therapy_name(course.therapy, lookup),
        "address": address,
        "refusal": refusal,
        "token": uuid.uuid4(),
        "weeks": links.aftercare_lasts() // timedelta(weeks=1),
        "why_not": reaching.why_not(course.patient),
        "sent": diary_gate.messages_of_aftercare(user, found),
    }
    return handing_page(
        request, "clinic/session/aftercare.html", context, of=course.patient, wrong=bool(refusal)
    )

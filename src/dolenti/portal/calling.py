"""« Demander un appel » and « J’ai appelé »: what was asked is said for as long as it waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dolenti.diary import alerts, following, links, said_back
from dolenti.portal import moment, shown
from dolenti.portal.door import OF_A_COURSE, Purpose, Visit, home, inside, page, show
from dolenti.portal.places import Desk
from dolenti.ui.language import current


@page(form=True)
@inside(*OF_A_COURSE, Purpose.HISTORY, Purpose.CONSENT)
def phone_call(request: HttpRequest, visit: Visit) -> HttpResponse:
    """« Demander un appel »: asked once, and said to wait until somebody spoke to the patient. Who
    has an alarm is told what it asks, and is promised no call in its place."""
    link, site = visit.link, visit.link.patient.site
    if request.method == "POST":
        alerts.want_call(links.patient_by(link), link)
        return redirect("phone-call", visit.token)
    urgency = alerts.urgency_of(alerts.CALL).patient.in_language(current())
    standing = alerts.standing(link)
    asked = None if standing is None else said_back.call_awaited(standing)
    context = {
        "asked": moment.in_words(asked) if asked else "",
        "taken": standing is not None and alerts.is_taken(standing),
        "promise": shown.with_phone(urgency, site),
        "to_do": shown.of_alert(standing, following.content(), Desk(site)),
    }
    return show(request, "called", context, visit)


@page(form=True)
@inside(*OF_A_COURSE, Purpose.HISTORY, Purpose.CONSENT)
def phone_called(request: HttpRequest, visit: Visit) -> HttpResponse:
    """« J’ai appelé »: told to the clinic; it ends nothing."""
    if request.method == "POST":
        alerts.say_called(links.patient_by(visit.link), visit.link)
    if visit.link.purpose not in OF_A_COURSE:
        return home(visit)
    return redirect("phone-done", visit.token)

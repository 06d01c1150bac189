"""The alarms of the site: all, one, taken over, ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import pressed
from dolenti.clinic.common.request import user_of
from dolenti.clinic.safety import shown
from dolenti.clinic.safety.forms import EndForm
from dolenti.safety import alarms, gate
from dolenti.safety.models import Alarm


@page("alarms/", "alarms", Permission.FOLLOW_ALARMS)
def alarm_list(request: HttpRequest) -> HttpResponse:
    """The alarms of the site, those that are raised first."""
    user = user_of(request)
    lines = shown.alarm_lines(user, gate.alarms(user).order_by("-state", "due_at")[:100])
    context = {
        "raised": [one for one in lines if one.alarm.state == Alarm.State.RAISED],
        "ended": [one for one in lines if one.alarm.state == Alarm.State.ENDED],
    }
    return render(request, "clinic/safety/alarms.html", context)


def _page(
    request: HttpRequest, found: Alarm, form: EndForm | None = None, *, status: int = 200
) -> HttpResponse:
    user = user_of(request)
    (line,) = shown.alarm_lines(user, [found])
    cases = gate.cases(user, found)
    context = {
        "line": line,
        "alarm": found,
        "cases": shown.event_lines(one.event for one in cases),
        "beyond": line.cases - len(cases),
        "form": form or EndForm(initial={"based_on": found.version}),
    }
    return render(request, "clinic/safety/alarm.html", context, status=status)


@page("alarms/<slug:public_id>/", "alarm", Permission.FOLLOW_ALARMS)
def alarm(request: HttpRequest, public_id: str) -> HttpResponse:
    """One alarm: what its events share, who looks into it, by when."""
    return _page(request, gate.alarm(user_of(request), public_id))


@page("alarms/<slug:public_id>/take/", "alarm-take", Permission.FOLLOW_ALARMS, form=True)
def alarm_take(request: HttpRequest, public_id: str) -> HttpResponse:
    """From now on it is this person who looks into it."""
    user = user_of(request)
    found = gate.alarm(user, public_id)
    if request.method != "POST":
        return redirect("alarm", public_id)
    refusal = pressed(
        request,
        lambda based_on: alarms.take_over(user, found, based_on),
        stale=_("%(name)s changed this alarm meanwhile: look at it again."),
    )
    if refusal is not None:
        messages.error(request, refusal.why)
        return _page(request, gate.alarm(user, public_id), status=refusal.status)
    messages.success(request, _("You are now looking into this alarm."))
    return redirect("alarm", public_id)


@page("alarms/<slug:public_id>/end/", "alarm-end", Permission.FOLLOW_ALARMS, form=True)
def alarm_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """An alarm is ended, by name and with the reason."""
    user = user_of(request)
    found = gate.alarm(user, public_id)
    if request.method != "POST":
        return redirect("alarm", public_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    reason = form.cleaned_data["reason"]
    refusal = pressed(
        request,
        lambda based_on: alarms.end(user, found, based_on, reason),
        stale=_("%(name)s changed this alarm meanwhile: look at it again."),
    )
    if refusal is not None:
        form.add_error("reason", refusal.why)
        return _page(request, gate.alarm(user, public_id), form, status=refusal.status)
    messages.success(request, _("The alarm is ended; it stays in the list."))
    return redirect("alarm", public_id)

"""The administrator's pages of the site: how it is called and reached, when it is open."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import premises
from dolenti.calendar.hours_text import written
from dolenti.calendar.moments import WEEKDAYS
from dolenti.clinic.common.request import user_of
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.site.forms import DetailsForm, HoursForm
from dolenti.ui.language import current


@page("site/", "site", Permission.ADMINISTER, form=True)
def site_details(request: HttpRequest) -> HttpResponse:
    """Name, address and telephone, as they stand on documents."""
    user = user_of(request)
    now = premises.details(user.site)
    initial = {**now, "based_on": premises.stamp(now)}
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    context: dict[str, object] = {"form": form, "part": "details"}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                premises.change_details(user, said["based_on"], said)
            except premises.StaleFormError as error:
                status = 409
                form.anew(error.stamp)
                context["stands"] = [
                    (form[name].label, form.said(name, text)) for name, text in error.now.items()
                ]
            except premises.ZoneKeptError as error:
                form.add_error("time_zone", sentence(error))
            else:
                messages.success(request, _("The site’s details are saved."))
                return redirect("site")
    return render(request, "clinic/site/details.html", context, status=status)


@page("site/hours/", "site-hours", Permission.ADMINISTER, form=True)
def site_hours(request: HttpRequest) -> HttpResponse:
    """The openings of each weekday."""
    user = user_of(request)
    week = premises.week_of(user.site)
    form = HoursForm(
        request.POST if request.method == "POST" else None,
        week=week,
        initial={"based_on": premises.stamp(week)},
    )
    status = 200
    context: dict[str, object] = {"form": form, "part": "hours"}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                premises.change_week(user, form.cleaned_data["based_on"], form.read)
            except premises.StaleFormError as error:
                status = 409
                form.anew(error.stamp)
                context["stands"] = [
                    (day.in_language(current()), written(error.now[number]) or _("closed"))
                    for number, day in enumerate(WEEKDAYS)
                ]
            else:
                messages.success(
                    request,
                    _("The hours are saved. Sessions already planned stay where they are."),
                )
                return redirect("site-hours")
    return render(request, "clinic/site/hours.html", context, status=status)

"""A record opened from outside its care team, and the auditor who looks at it afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.openings.forms import BreakGlassForm, ReviewForm
from dolenti.guideline.errors import InputError
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.patients import opening
from dolenti.ui.paging import page_of


@page("patients/<slug:public_id>/open/", "patient-open", Permission.BREAK_GLASS, form=True)
def patient_open(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open a record that is closed to one: the reason first, then the record, for an hour."""
    user = user_of(request)
    patient = opening.closed_record(user, public_id)
    if patient_gate.is_open(user, patient):
        return redirect("patient", public_id)
    form = BreakGlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opening.break_glass(submission(request), patient, form.cleaned_data["reason"])
        return redirect("patient", public_id)
    context = {
        "patient": patient,
        "form": form,
        "minutes": int(opening.LASTS.total_seconds() // 60),
    }
    status = 422 if request.method == "POST" else 200
    return patient_page(
        request, "clinic/openings/open.html", context, of=patient, opened=False, status=status
    )


@page("openings/<slug:public_id>/end/", "opening-end", Permission.BREAK_GLASS, form=True)
def opening_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close a record that one opened, before its time."""
    user = user_of(request)
    found = opening.own(user, public_id)
    if request.method != "POST":
        return redirect("patients")
    opening.end(user, found)
    messages.success(request, _("The record is closed to you again."))
    return redirect("patients")


@page("openings/", "openings", Permission.READ_AUDIT)
def opening_list(request: HttpRequest) -> HttpResponse:
    """The openings at the site: those that nobody has looked at first."""
    page = page_of(request, opening.of_site(user_of(request)))
    return render(request, "clinic/openings/list.html", {"page": page, "token": TokenForm()})


@page("openings/<slug:public_id>/review/", "opening-review", Permission.READ_AUDIT, form=True)
def opening_review(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an auditor makes of one opening."""
    user = user_of(request)
    found = opening.of_site_one(user, public_id)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opening.review(user, found, form.cleaned_data["reason"])
        except InputError as error:
            form.add_error("reason", sentence(error))
        else:
            return redirect("openings")
    status = 422 if request.method == "POST" else 200
    context = {"one": found, "form": form}
    return render(request, "clinic/openings/review.html", context, status=status)

"""A record opened from outside its care team, and the auditor who looks at it afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.access import BreakGlassForm, ReviewForm
from dolenti.clinic.forms.complaints import TokenForm
from dolenti.clinic.views.common import strip_of, submission, user_of
from dolenti.records import gate_patients
from dolenti.records.patients import opening
from dolenti.ui.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.BREAK_GLASS)
def patient_open(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open a record that is closed to one: the reason first, then the record, for an hour."""
    user = user_of(request)
    patient = opening.closed_record(user, public_id)
    if gate_patients.is_open(user, patient):
        return redirect("patient", public_id)
    form = BreakGlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opening.break_glass(submission(request), patient, form.cleaned_data["reason"])
        return redirect("patient", public_id)
    context = {
        "patient": patient,
        "strip": strip_of(request, patient, opened=False),
        "form": form,
        "minutes": int(opening.LASTS.total_seconds() // 60),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/openings/open.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.BREAK_GLASS)
def opening_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close a record that one opened, before its time."""
    found = opening.own(user_of(request), public_id)
    if request.method != "POST":
        return redirect("patients")
    opening.end(found)
    messages.success(request, _("The record is closed to you again."))
    return redirect("patients")


@require_safe
@needs(Permission.READ_AUDIT)
def opening_list(request: HttpRequest) -> HttpResponse:
    """The openings at the site: those that nobody has looked at first."""
    page = page_of(request, opening.of_site(user_of(request)))
    return render(request, "clinic/openings/list.html", {"page": page, "token": TokenForm()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.READ_AUDIT)
def opening_review(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an auditor makes of one opening."""
    user = user_of(request)
    found = opening.of_site_one(user, public_id)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opening.review(user, found, form.cleaned_data["reason"])
        return redirect("openings")
    status = 422 if request.method == "POST" else 200
    context = {"one": found, "form": form}
    return render(request, "clinic/openings/review.html", context, status=status)

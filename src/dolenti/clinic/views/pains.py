"""Complaints of a patient: described, corrected, resolved, marked as entered in error."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.pains import ComplaintForm, EditComplaintForm, written
from dolenti.clinic.forms.patients import VersionedReasonForm
from dolenti.clinic.forms.typed import sentence
from dolenti.clinic.present import conflicts
from dolenti.clinic.present.overview import pain_line
from dolenti.clinic.views import drafts
from dolenti.clinic.views.common import strip_of, submission, today, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate, pains
from dolenti.records.versions import StaleEditError
from dolenti.ui.language import current

NEW, EDIT = "patient-complaint-new", "complaint-edit"


def _knowledge() -> dict[str, Any]:
    return {"edition": engine.edition_in_force(), "language": current(), "as_of": today()}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_RECORDS)
def complaint_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new pain of a patient on file."""
    patient = gate.record(user_of(request), public_id)
    draft = drafts.of(request, NEW, public_id)
    form = ComplaintForm(
        request.POST or None, patient=patient, initial=draft.initial, **_knowledge()
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = pains.describe(submission(request), patient, form.values())
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            drafts.done(request, NEW, public_id)
            return redirect("complaint", made.public_id)
    context = {
        "form": form,
        "patient": patient,
        "draft": draft,
        "strip": strip_of(request, patient),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/pains/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_RECORDS)
def complaint_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """A complaint corrected."""
    user = user_of(request)
    complaint = gate.complaint(user, public_id)
    stands = written(complaint)
    draft = drafts.of(request, EDIT, public_id)
    data = conflicts.settled(request.POST, stands) if request.method == "POST" else None
    form = EditComplaintForm(
        data, patient=complaint.patient, initial={**stands, **draft.initial}, **_knowledge()
    )
    context: dict[str, Any] = {
        "form": form,
        "patient": complaint.patient,
        "complaint": complaint,
        "line": pain_line(complaint, words()),
        "draft": draft,
        "strip": strip_of(request, complaint.patient),
    }
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                pains.change(user, complaint, form.cleaned_data["based_on"], form.values())
            except StaleEditError as error:
                context["conflict"], status = conflicts.shown(error, form), 409
            else:
                drafts.done(request, EDIT, public_id)
                return redirect("patient", complaint.patient.public_id)
    return render(request, "clinic/pains/form.html", context, status=status)


@needs(Permission.WRITE_RECORDS)
def complaint_resolve(request: HttpRequest, public_id: str) -> HttpResponse:
    """It hurts no more; or it hurts again."""
    user = user_of(request)
    complaint = gate.complaint(user, public_id)
    if request.method == "POST":
        text = request.POST.get("based_on", "")
        based_on = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
        resolved = request.POST.get("resolved") == "yes"
        try:
            pains.resolve(user, complaint, based_on, resolved=resolved)
        except StaleEditError:
            messages.warning(request, _("This complaint changed meanwhile. Read it, then decide."))
    return redirect("patient", complaint.patient.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_RECORDS)
def complaint_error(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark a complaint as entered in error, or take the mark back. Nothing is erased."""
    user = user_of(request)
    complaint = gate.complaint(user, public_id)
    taking_back = bool(complaint.in_error)
    form = VersionedReasonForm(request.POST or None, initial={"based_on": complaint.version})
    form.fields["reason"].required = not taking_back
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        reason = "" if taking_back else said["reason"]
        try:
            pains.mark_in_error(user, complaint, said["based_on"], reason)
        except StaleEditError:
            form.add_error(None, _("This complaint changed meanwhile. Read it, then decide."))
        else:
            return redirect("patient", complaint.patient.public_id)
    context = {
        "form": form,
        "patient": complaint.patient,
        "complaint": complaint,
        "line": pain_line(complaint, words()),
        "strip": strip_of(request, complaint.patient),
        "taking_back": taking_back,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/patients/error.html", context, status=status)

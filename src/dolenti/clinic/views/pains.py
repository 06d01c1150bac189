"""Complaints of a patient: described, corrected, resolved, marked as entered in error."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.body import BodyAnswer, read_body
from dolenti.clinic.forms.pains import (
    ComplaintForm,
    EditComplaintForm,
    sent_with,
    stored_answer,
    written,
)
from dolenti.clinic.forms.patients import VersionedReasonForm
from dolenti.clinic.forms.typed import sentence
from dolenti.clinic.present import conflicts
from dolenti.clinic.present.overview import pain_line
from dolenti.clinic.views import drafts
from dolenti.clinic.views.common import strip_of, submission, today, user_of, words
from dolenti.guideline.body import BodyMap, body_map
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate
from dolenti.records.judging import pains
from dolenti.records.versions import StaleEditError
from dolenti.ui.language import current

NEW, EDIT = "patient-complaint-new", "complaint-edit"


def _knowledge() -> dict[str, Any]:
    return {"edition": engine.edition_in_force(), "language": current(), "as_of": today()}


def _marked(request: HttpRequest, draft: drafts.Begun, body: BodyMap) -> BodyAnswer:
    """What the body figure says: as sent, as begun, or nothing."""
    return read_body(request.POST if request.method == "POST" else draft.sent or QueryDict(), body)


def _as_typed(request: HttpRequest) -> dict[str, Any]:
    """The fields as they stand, for a form that is still being filled in."""
    return {name: values[-1] for name, values in request.POST.lists()}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_RECORDS)
def complaint_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new pain of a patient on file."""
    patient = gate.record(user_of(request), public_id)
    draft = drafts.of(request, NEW, public_id)
    answer = _marked(request, draft, body_map(engine.edition_in_force()))
    about: dict[str, Any] = {"patient": patient, "answer": answer, **_knowledge()}
    context: dict[str, Any] = {
        "patient": patient,
        "draft": draft,
        "strip": strip_of(request, patient),
    }
    if request.method != "POST" or answer.marking:
        initial = _as_typed(request) if answer.marking else draft.initial
        form = ComplaintForm(initial=initial, **about)
        return _page(request, form, context)
    form = ComplaintForm(sent_with(request.POST, answer), **about)
    if form.is_valid():
        try:
            made = pains.describe(submission(request), patient, form.values())
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            drafts.done(request, NEW, public_id)
            return redirect("complaint", made.public_id)
    return _page(request, form, context, 422)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_RECORDS)
def complaint_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """A complaint corrected."""
    user = user_of(request)
    complaint = gate.complaint(user, public_id)
    body = body_map(engine.edition_in_force())
    stands = written(complaint)
    draft = drafts.of(request, EDIT, public_id)
    answer = _marked(request, draft, body)
    if (request.method != "POST" and draft.sent is None) or _keeps_their_marks(request):
        answer = stored_answer(complaint, body)
    about: dict[str, Any] = {"patient": complaint.patient, "answer": answer, **_knowledge()}
    context: dict[str, Any] = {
        "patient": complaint.patient,
        "complaint": complaint,
        "line": pain_line(complaint, words()),
        "draft": draft,
        "strip": strip_of(request, complaint.patient),
    }
    if request.method != "POST" or answer.marking:
        typed = _as_typed(request) if answer.marking else draft.initial
        return _page(request, EditComplaintForm(initial={**stands, **typed}, **about), context)
    data = sent_with(conflicts.settled(request.POST, stands), answer)
    form = EditComplaintForm(data, **about)
    status = 422
    if form.is_valid():
        try:
            pains.change(user, complaint, form.cleaned_data["based_on"], form.values())
        except StaleEditError as error:
            more = {"region": (_("On the body figure"), partial(_place, body))}
            context["conflict"], status = conflicts.shown(error, form, more), 409
        else:
            drafts.done(request, EDIT, public_id)
            return redirect("patient", complaint.patient.public_id)
    return _page(request, form, context, status)


def _keeps_their_marks(request: HttpRequest) -> bool:
    return request.method == "POST" and conflicts.chose_theirs(request.POST, "region")


def _place(body: BodyMap, region: Any) -> str:
    found = body.regions.get(str(region))
    return found.name(current()) if found else str(region or "")


def _page(
    request: HttpRequest, form: ComplaintForm, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context |= {"form": form, "body": form.answer.control()}
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

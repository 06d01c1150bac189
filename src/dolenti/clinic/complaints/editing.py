"""Complaints of a patient: described, corrected, resolved, marked as entered in error."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common import conflicts
from dolenti.clinic.common.editing import Edit, pressed
from dolenti.clinic.common.forms import VersionedReasonForm
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.complaints.body import BodyAnswer, read_body
from dolenti.clinic.complaints.edit_forms import (
    ComplaintForm,
    EditComplaintForm,
    sent_with,
    stored_answer,
    written,
)
from dolenti.clinic.complaints.looking import as_typed, is_looking
from dolenti.clinic.drafts import views as drafts
from dolenti.clinic.patients.overview import pain_line
from dolenti.guideline.body import BodyMap, body_map
from dolenti.records import engine, gate
from dolenti.records.judging import complaints as pains
from dolenti.ui.language import current

NEW, EDIT = drafts.forms("patient-complaint-new", "complaint-edit")


def _knowledge() -> dict[str, Any]:
    return {"edition": engine.edition_in_force(), "language": current(), "as_of": today()}


def _marked(request: HttpRequest, draft: drafts.Begun, body: BodyMap) -> BodyAnswer:
    """What the body figure says: as sent, as begun, or nothing."""
    return read_body(request.POST if request.method == "POST" else draft.sent or QueryDict(), body)


@page(
    "patients/<slug:public_id>/complaints/new/",
    "patient-complaint-new",
    Permission.WRITE_RECORDS,
    form=True,
)
def complaint_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new pain of a patient on file."""
    patient = gate.record(user_of(request), public_id)
    draft = drafts.of(request, NEW, public_id)
    answer = _marked(request, draft, body_map(engine.edition_in_force()))
    about: dict[str, Any] = {"patient": patient, "answer": answer, **_knowledge()}
    context: dict[str, Any] = {"patient": patient, "draft": draft}
    if request.method != "POST" or is_looking(request, answer):
        initial = as_typed(request, answer) if request.method == "POST" else draft.initial
        form = ComplaintForm(initial=initial, **about)
        return _page(Edit(request, form), context, 200)
    form = ComplaintForm(sent_with(request.POST, answer), **about)
    edit = Edit(request, form)
    if edit.writes(
        lambda said: pains.describe(
            submission(request), patient, form.values(), another=said["another"]
        ),
        beside=lambda error: "another" if isinstance(error, pains.SamePainError) else None,
    ):
        drafts.done(request, NEW, public_id)
        return edit.done("complaint", edit.made.public_id)
    return _page(edit, context)


@page("complaints/<slug:public_id>/edit/", "complaint-edit", Permission.WRITE_RECORDS, form=True)
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
    }
    if request.method != "POST" or is_looking(request, answer):
        typed = as_typed(request, answer) if request.method == "POST" else draft.initial
        form = EditComplaintForm(initial={**stands, **typed}, **about)
        return _page(Edit(request, form), context, 200)
    data = sent_with(conflicts.settled(request.POST, stands), answer)
    form = EditComplaintForm(data, **about)
    edit = Edit(request, form)
    if edit.writes(
        lambda said: pains.change(user, complaint, said["based_on"], form.values()),
        more={"region": (_("On the body figure"), partial(_place, body))},
    ):
        drafts.done(request, EDIT, public_id)
        return edit.done("patient", complaint.patient.public_id)
    return _page(edit, context)


def _keeps_their_marks(request: HttpRequest) -> bool:
    return request.method == "POST" and conflicts.chose_theirs(request.POST, "region")


def _place(body: BodyMap, region: Any) -> str:
    found = body.regions.get(str(region))
    return found.name(current()) if found else str(region or "")


def _page(
    edit: Edit[ComplaintForm], context: dict[str, Any], status: int | None = None
) -> HttpResponse:
    """The form; a point that is marked on the figure sends it, and is not yet its end (200)."""
    context["body"] = edit.form.answer.control()
    patient = context["patient"]
    return edit.page("clinic/complaints/form.html", context, of=patient, status=status)


@page(
    "complaints/<slug:public_id>/resolve/",
    "complaint-resolve",
    Permission.WRITE_RECORDS,
    form=True,
)
def complaint_resolve(request: HttpRequest, public_id: str) -> HttpResponse:
    """It hurts no more; or it hurts again."""
    user = user_of(request)
    complaint = gate.complaint(user, public_id)
    if request.method == "POST":
        resolve = partial(
            pains.resolve, user, complaint, resolved=request.POST.get("resolved") == "yes"
        )
        stale = _("This complaint changed meanwhile. Read it, then decide.")
        refusal = pressed(request, resolve, stale=stale)
        if refusal:
            messages.warning(request, refusal.why)
    return redirect("patient", complaint.patient.public_id)


@page("complaints/<slug:public_id>/error/", "complaint-error", Permission.WRITE_RECORDS, form=True)
def complaint_error(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark a complaint as entered in error, or take the mark back. Nothing is erased."""
    user = user_of(request)
    complaint = gate.complaint(user, public_id)
    taking_back = bool(complaint.in_error)
    form = VersionedReasonForm(request.POST or None, initial={"based_on": complaint.version})
    form.fields["reason"].required = not taking_back
    edit = Edit(request, form)

    def mark(said: dict[str, Any]) -> object:
        reason = "" if taking_back else said["reason"]
        return pains.mark_in_error(user, complaint, said["based_on"], reason)

    if edit.writes(mark, stale=_("This complaint changed meanwhile. Read it, then decide.")):
        return edit.done("patient", complaint.patient.public_id)
    context = {
        "patient": complaint.patient,
        "complaint": complaint,
        "line": pain_line(complaint, words()),
        "taking_back": taking_back,
    }
    return edit.page("clinic/common/in-error.html", context, of=complaint.patient)

"""Decisions about verdicts: going past one, what became of a referral, what an edition changed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.decisions import PassingForm, ReferralForm
from dolenti.clinic.forms.typed import refused
from dolenti.clinic.present import conflicts
from dolenti.clinic.present.assessment import show
from dolenti.clinic.present.decisions import change_lines, referral_lines, title_of
from dolenti.clinic.views.common import strip_of, submission, today, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate, gate_courses
from dolenti.records.judging import passings, referrals, verdict_changes
from dolenti.records.versions import StaleEditError
from dolenti.ui.language import current
from dolenti.ui.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN)
def assessment_pass(request: HttpRequest, public_id: str, therapy: str) -> HttpResponse:
    """Past a caution or a not-indicated, with a reason and a name."""
    assessment = gate.assessment(user_of(request), public_id)
    status = assessment.statuses.get(therapy)
    if status is None:
        raise Http404
    form = PassingForm(request.POST if request.method == "POST" else None)
    code = 200
    if request.method == "POST":
        code = 422
        if status not in passings.PASSABLE or form.is_valid():
            try:
                reason = form.cleaned_data["reason"] if form.is_valid() else ""
                passings.go_past(submission(request), assessment, therapy, reason)
            except InputError as error:
                form.add_error(None, refused(error))
            else:
                messages.success(request, _("Your decision is recorded beside the verdict."))
                return redirect("assessment", public_id)
    shown = show(assessment.results[current()], assessment.inputs, assessment.attestations, words())
    refusal = None if status in passings.PASSABLE else refused(passings.refusal(status)).message
    context = {
        "stored": assessment,
        "strip": strip_of(request, assessment.complaint.patient),
        "column": next(one for one in shown.columns if one.therapy == therapy),
        "heading": shown.heading,
        "refusal": refusal,
        "standing": passings.of(assessment).get(therapy),
        "form": form,
    }
    return render(request, "clinic/assessments/pass.html", context, status=code)


@require_safe
@needs(Permission.READ_RECORDS)
def referral_list(request: HttpRequest) -> HttpResponse:
    """The patients who were sent elsewhere and of whom nobody wrote what became."""
    user = user_of(request)
    found = list(referrals.waiting(user)[: referrals.SHOWN])
    context = {
        "referrals": referral_lines(found, words(), today()),
        "more": len(found) == referrals.SHOWN,
        "elsewhere": referrals.waiting_elsewhere(user),
    }
    return render(request, "clinic/referrals/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_RECORDS)
def referral(request: HttpRequest, public_id: str) -> HttpResponse:
    """One referral: why, to whom, since when; and what became of it."""
    user = user_of(request)
    found = gate_courses.referral(user, public_id)
    form = ReferralForm(
        request.POST if request.method == "POST" else None,
        initial={"based_on": found.version},
    )
    conflict = None
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            referrals.close(user, found, cleaned["based_on"], cleaned["outcome"])
        except StaleEditError as error:
            conflict = conflicts.shown(error, form)
        else:
            messages.success(request, _("The referral is closed."))
            return redirect("patient", found.complaint.patient.public_id)
    (line,) = referral_lines([found], words(), today())
    context = {
        "referral": found,
        "line": line,
        "flags": title_of(found, words()),
        "strip": strip_of(request, found.complaint.patient),
        "form": form,
        "conflict": conflict,
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "clinic/referrals/page.html", context, status=status)


@require_safe
@needs(Permission.READ_RECORDS)
def changed_verdicts(request: HttpRequest) -> HttpResponse:
    """Whose verdict the edition in force changes, among the user's patients."""
    page = page_of(request, verdict_changes.of_care(user_of(request)))
    context = {
        "page": page,
        "changes": change_lines(page, words()),
        "edition": engine.edition_in_force(),
    }
    return render(request, "clinic/assessments/changes.html", context)

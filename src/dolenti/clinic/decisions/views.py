"""Decisions about verdicts: going past one, what became of a referral, what an edition changed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.assess.shown import show
from dolenti.clinic.common.editing import Edit, patient_page
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import refused
from dolenti.clinic.decisions.forms import PassingForm, ReferralForm
from dolenti.clinic.decisions.shown import change_lines, referral_lines, title_of
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate
from dolenti.records.gate import referrals as referral_gate
from dolenti.records.judging import passings, referrals, verdict_changes
from dolenti.ui.language import current
from dolenti.ui.paging import page_of


@page(
    "assessments/<slug:public_id>/therapies/<covered:therapy>/pass/",
    "assessment-pass",
    Permission.PLAN,
    form=True,
)
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
        "column": next(one for one in shown.columns if one.therapy == therapy),
        "heading": shown.heading,
        "refusal": refusal,
        "standing": passings.of(assessment).get(therapy),
        "form": form,
    }
    return patient_page(
        request, "clinic/decisions/pass.html", context, of=assessment.complaint.patient, status=code
    )


@page("referrals/", "referrals", Permission.READ_RECORDS)
def referral_list(request: HttpRequest) -> HttpResponse:
    """The patients who were sent elsewhere and of whom nobody wrote what became."""
    user = user_of(request)
    found = list(referrals.waiting(user)[: referrals.SHOWN])
    context = {
        "referrals": referral_lines(found, words(), today()),
        "more": len(found) == referrals.SHOWN,
        "elsewhere": referrals.waiting_elsewhere(user),
    }
    return render(request, "clinic/decisions/referrals.html", context)


@page("referrals/<slug:public_id>/", "referral", Permission.WRITE_RECORDS, form=True)
def referral(request: HttpRequest, public_id: str) -> HttpResponse:
    """One referral: why, to whom, since when; and what became of it."""
    user = user_of(request)
    found = referral_gate.referral(user, public_id)
    form = ReferralForm(
        request.POST if request.method == "POST" else None,
        initial={"based_on": found.version},
    )
    edit = Edit(request, form)
    patient = found.complaint.patient
    if edit.writes(lambda said: referrals.close(user, found, said["based_on"], said["outcome"])):
        return edit.done("patient", patient.public_id, said=_("The referral is closed."))
    (line,) = referral_lines([found], words(), today())
    context = {
        "referral": found,
        "line": line,
        "flags": title_of(found, words()),
    }
    return edit.page("clinic/decisions/referral.html", context, of=patient)


@page("changed-verdicts/", "changed-verdicts", Permission.READ_RECORDS)
def changed_verdicts(request: HttpRequest) -> HttpResponse:
    """Whose verdict the edition in force changes, among the user's patients."""
    user = user_of(request)
    page = page_of(request, verdict_changes.of_care(user))
    changed = (one.assessment for one in page)
    gate.seen_all(user, "assessment", ((one.public_id, one.complaint.patient) for one in changed))
    context = {
        "page": page,
        "changes": change_lines(page, words()),
        "edition": engine.edition_in_force(),
    }
    return render(request, "clinic/decisions/changes.html", context)

"""What may be erased and what not: records past their term, requests of patients, two people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.rights import ConfirmErasureForm, ErasureRequestForm
from dolenti.clinic.forms.typed import refused, sentence
from dolenti.clinic.present.retention import kind_lines, proposal_lines, stone_lines, term_lines
from dolenti.clinic.views.common import strip_of, submission, today, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import gate
from dolenti.records.models import Patient
from dolenti.records.rights import erasing, erasure_requests, terms
from dolenti.records.rights.erasure_requests import Asked
from dolenti.ui.paging import counted_page_of

LATEST = 10


@require_safe
@needs(Permission.ERASE)
def retention_page(request: HttpRequest) -> HttpResponse:
    """How long what is kept, what has reached its term, what waits for a second person."""
    user, day = user_of(request), today()
    page = counted_page_of(request, terms.at_term(user, day))
    waiting = list(erasing.proposals(user))
    names = {p.public_id: p for p in gate.patients(user).filter(
        public_id__in=[one.patient for one in waiting])}  # fmt: skip
    oldest = None if page.object_list else terms.oldest(user)
    context = {
        "kinds": kind_lines(words()),
        "page": page,
        "records": term_lines(page.object_list, waiting, words(), day),
        "waiting": proposal_lines(waiting, names, words(), user),
        "stones": stone_lines(erasing.tombstones(user)[:LATEST], words()),
        "drafts": terms.forgotten_drafts(user).count(),
        "first_term": terms.soonest(oldest) if oldest else None,
    }
    return render(request, "clinic/retention/page.html", context)


@needs(Permission.ERASE)
def drafts_forget(request: HttpRequest) -> HttpResponse:
    """Erase the drafts that were forgotten."""
    if request.method == "POST":
        count = erasure_requests.forget_drafts(user_of(request))
        said = ngettext("%(n)s draft is erased.", "%(n)s drafts are erased.", count)
        messages.success(request, said % {"n": count})
    return redirect("retention")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ERASE)
def patient_erasure(request: HttpRequest, public_id: str) -> HttpResponse:
    """A patient asks that their data be erased; what is answered, in a letter that is kept."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    if patient.absorbed_by is not None:
        return redirect("patient-erasure", patient.absorbed_by.public_id)
    form = ErasureRequestForm(
        request.POST if request.method == "POST" else None,
        contacts=erasure_requests.contacts(user, patient),
        today=today(),
        initial={"asked_on": today()},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        asked = Asked(said["asked_by"], said["asked_on"], said["asked"], form.chosen())
        try:
            erasure_requests.answer(submission(request), patient, asked, today())
        except InputError as error:
            form.add_error(None, refused(error))
        else:
            messages.success(request, _("The request is answered. Send the letter below."))
            return redirect("patient-erasure", public_id)
    term = terms.term_of(patient)
    context = {
        "patient": patient,
        "strip": strip_of(request, patient, opened=False),
        "opened": False,
        "form": form,
        "until": term.until,
        "over": term.is_over(today()),
        "rules": [line for line in kind_lines(words()) if line.id in term.rules],
        "requests": erasure_requests.requests(user, patient),
        "part": "erasure",
    }
    status = 422 if form.errors else 200
    return render(request, "clinic/patients/erasure.html", context, status=status)


@needs(Permission.ERASE)
def patient_erasure_propose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Propose to erase a record past its term."""
    patient = gate.identity(user_of(request), public_id)
    if request.method != "POST":
        return redirect("retention")
    try:
        erasing.propose(submission(request), patient, today())
    except InputError as error:
        messages.warning(request, sentence(error))
    else:
        messages.success(request, _("The erasure is proposed. A second person confirms it."))
    return redirect("retention")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ERASE)
def erasure_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """The second person reads what would go, and confirms."""
    user = user_of(request)
    found = erasing.proposal(user, public_id)
    patient = erasing.patient_of(user, found)
    form = ConfirmErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erasing.confirm(user, found, today())
        except InputError as error:
            form.add_error(None, refused(error))
        else:
            messages.success(
                request, _("The record is erased. What remains of it is listed below.")
            )
            return redirect("retention")
    context = _confirming(request, patient) | {
        "form": form,
        "proposal": found,
        "own": found.author_id == user.pk,
    }
    status = 422 if form.errors else 200
    return render(request, "clinic/retention/confirm.html", context, status=status)


def _confirming(request: HttpRequest, patient: Patient) -> dict[str, Any]:
    line = term_lines([terms.with_term(patient)], [], words(), today())[0]
    return {
        "patient": patient,
        "strip": strip_of(request, patient, opened=False),
        "line": line,
        "counted": erasing.counts(patient),
    }


@needs(Permission.ERASE)
def erasure_drop(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leave the record where it is."""
    user = user_of(request)
    found = erasing.proposal(user, public_id)
    if request.method == "POST":
        erasing.drop(user, found)
        messages.success(request, _("The record stays."))
    return redirect("retention")

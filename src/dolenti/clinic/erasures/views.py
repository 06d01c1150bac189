"""What may be erased and what not: records past their term, requests of patients, two people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import refused, sentence
from dolenti.clinic.erasures.forms import ConfirmErasureForm, ErasureRequestForm
from dolenti.clinic.erasures.shown import (
    counted_lines,
    kind_lines,
    proposal_lines,
    stone_lines,
    term_lines,
)
from dolenti.guideline.errors import InputError
from dolenti.records import gate
from dolenti.rights import erasing, erasure_requests, terms
from dolenti.rights.erasure_requests import Asked
from dolenti.ui.paging import counted_page_of

LATEST = 10


@page("retention/", "retention", Permission.ERASE)
def retention_page(request: HttpRequest) -> HttpResponse:
    """How long what is kept, what has reached its term, what waits for a second person."""
    user, day = user_of(request), today()
    page = counted_page_of(request, terms.at_term(user, day))
    waiting = list(erasing.proposals(user))
    names = {p.public_id: p for p in gate.patients(user).filter(
        public_id__in=[one.patient for one in waiting])}  # fmt: skip
    gate.listed(user, [*page.object_list, *names.values()])
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
    return render(request, "clinic/erasures/retention.html", context)


@page("retention/drafts/", "drafts-forget", Permission.ERASE, form=True)
def drafts_forget(request: HttpRequest) -> HttpResponse:
    """Erase the drafts that were forgotten."""
    if request.method == "POST":
        count = erasure_requests.forget_drafts(user_of(request))
        said = ngettext("%(n)s draft is erased.", "%(n)s drafts are erased.", count)
        messages.success(request, said % {"n": count})
    return redirect("retention")


@page("patients/<slug:public_id>/erasure/", "patient-erasure", Permission.ERASE, form=True)
def patient_erasure(request: HttpRequest, public_id: str) -> HttpResponse:
    """A patient asks that their data be erased; what is answered, in a letter that is kept."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
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
        "opened": False,
        "form": form,
        "until": term.until,
        "over": term.is_over(today()),
        "rules": [line for line in kind_lines(words()) if line.id in term.rules],
        "requests": erasure_requests.requests(user, patient),
        "part": "erasure",
    }
    status = 422 if form.errors else 200
    return patient_page(
        request, "clinic/erasures/patient.html", context, of=patient, opened=False, status=status
    )


@page(
    "patients/<slug:public_id>/erasure/propose/",
    "patient-erasure-propose",
    Permission.ERASE,
    form=True,
)
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


@page("erasures/<slug:public_id>/confirm/", "erasure-confirm", Permission.ERASE, form=True)
def erasure_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """The second person reads what would go, and confirms."""
    user = user_of(request)
    found = erasing.proposal(user, public_id)
    patient = erasing.patient_of(user, found)
    form = ConfirmErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erasing.confirm(user, found, today(), request.POST.get("read", ""))
        except InputError as error:
            form.add_error(None, refused(error))
        else:
            messages.success(
                request, _("The record is erased. What remains of it is listed below.")
            )
            return redirect("retention")
    before = erasing.before(found, patient)
    context = {
        "patient": patient,
        "line": term_lines([terms.with_term(patient)], [], words(), today())[0],
        "counted": counted_lines(before.kinds),
        "read": before.stamp,
        "form": form,
        "proposal": found,
        "own": found.author_id == user.pk,
    }
    status = 422 if form.errors else 200
    return patient_page(
        request, "clinic/erasures/confirm.html", context, of=patient, opened=False, status=status
    )


@page("erasures/<slug:public_id>/drop/", "erasure-drop", Permission.ERASE, form=True)
def erasure_drop(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leave the record where it is."""
    user = user_of(request)
    found = erasing.proposal(user, public_id)
    if request.method == "POST":
        erasing.drop(user, found)
        messages.success(request, _("The record is kept."))
    return redirect("retention")
